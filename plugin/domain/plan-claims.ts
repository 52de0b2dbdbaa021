import type { Generation } from './ids.ts';
import type { JobState, JobWeight } from './job.ts';
import { isServerWork } from './server-work.ts';

/** What the rule needs to know of a job that waits or runs. */
export interface QueuedWork {
  readonly id: string;
  readonly generation: Generation;
  /** Undefined: it goes with nothing else of its account and weight. */
  readonly kind?: string;
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
  const own = open.find((work) => work.id !== job.id && isRunning(work) && excludes(work, job));
  if (own !== undefined) return { by: 'own', work: own };
  return isBeside(job) || takeSlot(freeSlots(open, slots), job.weight) ? undefined : { by: 'others' };
}

/** Whether the two stand in one line: for slots, and one after the other where they are of one account. */
export function isSameLine(one: QueuedWork, other: QueuedWork): boolean {
  return one.weight === other.weight && isBeside(one) === isBeside(other);
}

/**
 * Which jobs to begin now, in this order. Of each account one small and one large job run at a time: a file comes
 * back while the whole account is being backed up. Accounts take turns: whose last job of that weight began longest ago comes first, so that however many jobs one
 * of them has, another waits for one of them at most.
 * Copies, verification and drills of the whole server may take days: one of them runs beside its backups, in no slot.
 * @param open what waits and runs, oldest first.
 */
export function planClaims<Work extends QueuedWork>(open: readonly Work[], slots: Slots): Work[] {
  const free = freeSlots(open, slots);
  return firstOfEach(open)
    .toSorted((one, other) => one.turn - other.turn)
    .filter((work) => isBeside(work) || takeSlot(free, work.weight));
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
  const running = open.filter((work) => isRunning(work) && !isBeside(work));
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

/** The next job of each lane that has none running, without those that what runs, or comes before them, excludes. */
function firstOfEach<Work extends QueuedWork>(open: readonly Work[]): Work[] {
  const running = open.filter(isRunning);
  const busy = new Set(running.map(laneOf));
  const first = new Map<string, Work>();
  for (const work of open) {
    const lane = laneOf(work);
    if (!work.isDue || busy.has(lane)) continue;
    const best = first.get(lane);
    if (best === undefined || rankOf(work) < rankOf(best)) first.set(lane, work);
  }
  const server = running.filter(({ generation }) => isServerWork(generation));
  return inOrder(open.filter((work) => first.get(laneOf(work)) === work)).filter((work) => {
    if (!isServerWork(work.generation)) return true;
    if (server.some((other) => excludes(other, work))) return false;
    server.push(work);
    return true;
  });
}

/** Jobs of a lane run one after another. Backups of the server have one of their own. */
function laneOf(work: QueuedWork): string {
  return `${work.generation} ${work.weight} ${isServerBackup(work) ? 'backup' : ''}`;
}

/** What reads the repositories that backups add to: their locks let both in, but for a repair while it is at work on one. */
const beside: ReadonlySet<string> = new Set(['copy', 'verify', 'drill']);
const backups: ReadonlySet<string> = new Set(['scheduled-backup', 'system-backup']);

function isBeside({ generation, kind = '' }: QueuedWork): boolean {
  return isServerWork(generation) && beside.has(kind);
}

function isServerBackup({ generation, kind = '' }: QueuedWork): boolean {
  return isServerWork(generation) && backups.has(kind);
}

/**
 * Whether `other` waits for `one`, which runs or comes first. Of the server's work only a backup begins beside something: a
 * copy follows its night, and rotation and prune need repositories alone.
 */
function excludes(one: QueuedWork, other: QueuedWork): boolean {
  if (one.generation !== other.generation || one.weight !== other.weight) return false;
  return !(isBeside(one) && isServerBackup(other));
}
