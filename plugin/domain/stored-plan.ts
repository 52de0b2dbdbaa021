import type { PlanCounts, PlanWarning } from './plan-counts.ts';
import type { PlanPath } from './planned-entry.ts';

/**
 * How far a plan has come. `saving`: the safety copy is being made, nothing was touched. `writing`: the home is between
 * before and after. `done`: it is after, and there is a receipt. `put-back`: it is before again.
 */
export type PlanState = 'open' | 'saving' | 'writing' | 'done' | 'put-back';

/** The restore point a plan takes from. */
export interface PlanPoint {
  readonly id: string;
  readonly time: string;
  readonly kind: string;
  readonly label: string | undefined;
  readonly files: number | undefined;
  readonly bytes: number | undefined;
}

/** What a plan is for: enough to work it out anew. */
export type PlanQuestion =
  | {
      readonly purpose: 'restore';
      readonly point: PlanPoint;
      readonly selection: readonly PlanPath[];
      /** Folder of the home that things go to; `''` is in place. */
      readonly target: PlanPath;
      readonly mode: 'merge' | 'exact';
      /** Below the selection, and left as they are; plans that were kept before there was such a thing have none. */
      readonly except?: readonly PlanPath[] | undefined;
      /** The destination of the copy that it takes from; undefined: where the restore point was made. */
      readonly from?: string | undefined;
    }
  | {
      readonly purpose: 'undo';
      /** The safety copy, where there is one. */
      readonly point: PlanPoint | undefined;
      /** The plan that is taken back, and the job that ran it. */
      readonly undoes: { readonly plan: string; readonly job: string };
      /** Of the plan that is taken back. */
      readonly target: PlanPath;
    };

export interface StoredReceipt {
  readonly counts: PlanCounts;
  readonly seconds: number;
  readonly problemCount: number;
  /** Paths in base64. */
  readonly problems: readonly { readonly path: string; readonly reason: string; readonly lost: boolean }[];
}

/** A plan as it is kept, without its entries. Times are ISO 8601 in UTC. */
export interface StoredPlan {
  readonly id: string;
  readonly account: string;
  readonly question: PlanQuestion;
  readonly counts: PlanCounts;
  readonly warnings: readonly PlanWarning[];
  readonly createdAt: string;
  /** It must be started before. */
  readonly expiresAt: string;
  readonly state: PlanState;
  /** The job that runs it; without one the plan's own id. */
  readonly job: string | undefined;
  /** Restore point of what was there before. */
  readonly safety: PlanPoint | undefined;
  readonly writingAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** Set when done. */
  readonly undoUntil: string | undefined;
  readonly receipt: StoredReceipt | undefined;
  /** Set when put back: how the home is then. */
  readonly after: string | undefined;
}

/** What plans of files and of databases have in common: how far they have come, and when. */
export type PlanLife = Pick<
  StoredPlan,
  'id' | 'state' | 'job' | 'createdAt' | 'expiresAt' | 'finishedAt' | 'undoUntil'
>;

/** One that can be taken back, and may be what takes another back. */
interface UndoablePlan extends PlanLife {
  readonly question: { readonly purpose: string; readonly undoes?: { readonly plan: string; readonly job: string } };
}

/** What a request to run a plan leads to. */
export type RunStep = 'begin' | 'put-back' | 'tell-receipt' | 'tell-interrupted' | 'refuse';

/**
 * A plan runs once. The same job may ask again, when the process that did it died: it gets the answer that was lost,
 * begins anew where nothing was touched, or puts back what was.
 */
export function planRunStep(plan: PlanLife, job: string, now: Date): RunStep {
  const isSameJob = plan.job === job;
  switch (plan.state) {
    case 'open':
      return isExpired(plan, now) ? 'refuse' : 'begin';
    case 'saving':
      return isSameJob || !isExpired(plan, now) ? 'begin' : 'refuse';
    case 'writing':
      return 'put-back';
    case 'done':
      return isSameJob ? 'tell-receipt' : 'refuse';
    case 'put-back':
      return isSameJob ? 'tell-interrupted' : 'refuse';
  }
}

export function isExpired({ expiresAt }: PlanLife, now: Date): boolean {
  return now.getTime() >= Date.parse(expiresAt);
}

/** How long what never ended well is kept, for whoever asks why. */
const keptDays = 7;
/** A restore and its safety copy do not take longer. */
const savingDays = 2;
const dayMilliseconds = 24 * 60 * 60 * 1000;
/** So long a plan that has expired says so, and leads on: it may still stand in a tab of the browser. */
const toldMilliseconds = 60 * 60 * 1000;
/** Plans that nobody ran. More are made only by a program gone wild. */
const mostOpen = 50;

/** Ids of plans that are no longer needed. One that is writing always is: it still has to be put back. */
export function planForgetting(plans: readonly PlanLife[], now: Date): string[] {
  const open = plans
    .filter(({ state }) => state === 'open')
    .toSorted((left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt));
  const tooMany = new Set(open.slice(mostOpen).map(({ id }) => id));
  return plans.filter((plan) => tooMany.has(plan.id) || now.getTime() >= endOf(plan)).map(({ id }) => id);
}

function endOf(plan: PlanLife): number {
  switch (plan.state) {
    case 'open':
      return Date.parse(plan.expiresAt) + toldMilliseconds;
    case 'saving':
      return Date.parse(plan.expiresAt) + savingDays * dayMilliseconds;
    case 'writing':
      return Infinity;
    case 'done':
      return Date.parse(plan.undoUntil ?? plan.expiresAt);
    case 'put-back':
      return Date.parse(plan.finishedAt ?? plan.expiresAt) + keptDays * dayMilliseconds;
  }
}

/** Shorter beginnings of job ids name nothing. */
const shortestJob = 6;

/**
 * The restore that can be taken back: the one that the job ran, or the newest. One that was taken back already cannot
 * be again; taking it back can.
 * @param job its id or the beginning of it.
 */
export function pickUndo<Plan extends UndoablePlan>(
  plans: readonly Plan[],
  job: string | undefined,
  now: Date,
): Plan | undefined {
  const undone = new Set(
    plans.flatMap(({ state, question }) => {
      return state === 'done' && question.undoes !== undefined ? [question.undoes.plan] : [];
    }),
  );
  const possible = plans.filter((plan) => {
    return plan.state === 'done' && !undone.has(plan.id) && now.getTime() < Date.parse(plan.undoUntil ?? '');
  });
  if (job === undefined) return possible.toSorted((left, right) => finishedOf(right) - finishedOf(left))[0];
  if (job.length < shortestJob) return undefined;
  const found = possible.filter((plan) => plan.job?.startsWith(job) === true);
  return found.length === 1 ? found[0] : undefined;
}

function finishedOf({ finishedAt }: PlanLife): number {
  return Date.parse(finishedAt ?? '');
}

const idLetters = 'abcdefghijklmnopqrstuvwxyz234567';

/** @param random at least 20 random bytes. @returns 20 letters and digits, as job ids are. */
export function makePlanId(random: Uint8Array): string {
  return Array.from(random.subarray(0, 20), (byte) => idLetters[byte % idLetters.length]).join('');
}
