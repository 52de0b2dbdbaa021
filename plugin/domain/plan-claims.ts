import type { Generation } from './ids.ts';
import type { JobState, JobWeight } from './job.ts';

/** What the rule needs to know of a job that waits or runs. */
export interface QueuedWork {
  readonly id: string;
  readonly generation: Generation;
  readonly weight: JobWeight;
  readonly state: JobState;
  /** It waits and may begin, or it ran and its lease has ended. */
  readonly isDue: boolean;
  readonly attempts: number;
  /** The higher, the later a job of its account and weight was begun; 0 when none was. */
  readonly turn: number;
}

/** How many jobs may run at once. Small ones use free large slots too, never the reverse. */
export type Slots = { readonly [Weight in JobWeight]: number };

/** @param parallel how many accounts the host wants to work on at once. */
export function slotsFor(parallel: number): Slots {
  // The nightly run is one large job: a second slot keeps tenants from waiting for all of it.
  return { small: 1, large: Math.max(2, Math.floor(parallel / 2)) };
}

/**
 * Why a job that waits does not begin: one of its own account runs, after which it may, or others have all slots.
 * Undefined: it may begin now.
 */
export function blockerOf<Work extends QueuedWork>(
  job: QueuedWork,
  open: readonly Work[],
  slots: Slots,
): { readonly by: 'own'; readonly work: Work } | { readonly by: 'others' } | undefined {
  const own = open.find((work) => work.id !== job.id && isRunning(work) && laneOf(work) === laneOf(job));
  if (own !== undefined) return { by: 'own', work: own };
  return takeSlot(freeSlots(open, slots), job.weight) ? undefined : { by: 'others' };
}

/**
 * Which jobs to begin now, in this order. Of each account one small and one large job run at a time: a file comes
 * back while the whole account is being backed up. Accounts take turns: whose last job of that weight began longest ago comes first, so that however many jobs one
 * of them has, another waits for one of them at most.
 * @param open what waits and runs, oldest first.
 */
export function planClaims<Work extends QueuedWork>(open: readonly Work[], slots: Slots): Work[] {
  const free = freeSlots(open, slots);
  return firstOfEach(open)
    .toSorted((one, other) => one.turn - other.turn)
    .filter(({ weight }) => takeSlot(free, weight));
}

/**
 * The order of jobs within one lane: what was begun is brought to its end first.
 * @param open oldest first.
 */
export function inOrder<Work extends QueuedWork>(open: readonly Work[]): Work[] {
  return open.toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** A running job whose lease has ended runs no longer, as far as anybody can tell. */
export function isRunning({ state, isDue }: QueuedWork): boolean {
  return state === 'running' && !isDue;
}

function rankOf({ attempts }: QueuedWork): number {
  return attempts > 0 ? 0 : 1;
}

function freeSlots(open: readonly QueuedWork[], slots: Slots): { [Weight in JobWeight]: number } {
  const running = open.filter(isRunning);
  const small = running.filter(({ weight }) => weight === 'small').length;
  const spilled = Math.max(0, small - slots.small);
  const large = running.length - small + spilled;
  return { small: Math.max(0, slots.small - small), large: Math.max(0, slots.large - large) };
}

function takeSlot(free: { [Weight in JobWeight]: number }, weight: JobWeight): boolean {
  const slot = weight === 'small' && free.small > 0 ? 'small' : 'large';
  if (free[slot] === 0) return false;
  free[slot] -= 1;
  return true;
}

/** The next job of each account and weight that has none running. */
function firstOfEach<Work extends QueuedWork>(open: readonly Work[]): Work[] {
  const busy = new Set(open.filter(isRunning).map(laneOf));
  const first = new Map<string, Work>();
  for (const work of open) {
    const lane = laneOf(work);
    if (!work.isDue || busy.has(lane)) continue;
    const best = first.get(lane);
    if (best === undefined || rankOf(work) < rankOf(best)) first.set(lane, work);
  }
  return [...first.values()];
}

/** Jobs of a lane run one after another. */
function laneOf({ generation, weight }: QueuedWork): string {
  return `${generation} ${weight}`;
}
