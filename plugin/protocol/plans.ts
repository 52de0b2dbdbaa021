import type { PathBytes, PointLine } from './requests.ts';

/** Where a plan puts things. Folders are chosen inside the account's own home. */
export type PlanTarget =
  | { readonly kind: 'in-place' }
  /** Below a folder of the home, which is made when missing. */
  | { readonly kind: 'folder'; readonly path: PathBytes };

/** `merge` deletes nothing; `exact` makes the chosen folders as they were, and deletes what came later. */
export type PlanMode = 'merge' | 'exact';

/** What will happen to one entry. `same` entries are counted, never listed. */
export interface PlanEntry {
  readonly path: PathBytes;
  readonly action: 'comes-back' | 'replaced' | 'deleted' | 'refused';
  readonly type: string;
  /** In the restore point; undefined for what is deleted. */
  readonly sizeBytes: number | undefined;
  readonly modified: string | undefined;
  /** Live; undefined for what comes back. */
  readonly sizeNow: number | undefined;
  readonly modifiedNow: string | undefined;
}

export interface PlanCounts {
  readonly comesBack: number;
  /** A newer or other one is there and will be replaced by the one of the restore point. */
  readonly replaced: number;
  readonly deleted: number;
  readonly same: number;
  /** Cannot be restored (damaged data, special files); named in the warnings. */
  readonly refused: number;
  /** Bytes that will be written. */
  readonly bytes: number;
  /** Bytes that the safety copy reads first. */
  readonly safetyBytes: number;
}

export type PlanWarning =
  | { readonly kind: 'newer-replaced'; readonly count: number }
  | { readonly kind: 'no-space'; readonly needed: number; readonly free: number }
  | { readonly kind: 'damaged'; readonly count: number }
  | { readonly kind: 'changed-since'; readonly count: number };

/** A restore, or the undo of one, as it will run once it is confirmed. */
export interface PlanReport {
  /** Names the plan in `run-plan`. */
  readonly plan: string;
  readonly account: string;
  readonly purpose: 'restore' | 'undo';
  /** The restore point it takes from; for an undo the safety copy (undefined when nothing was replaced or deleted). */
  readonly point: PointLine | undefined;
  readonly target: PlanTarget;
  readonly mode: PlanMode;
  /** For an undo: the job that it takes back. */
  readonly undoes: string | undefined;
  readonly counts: PlanCounts;
  readonly warnings: readonly PlanWarning[];
  /** The first entries, at most 1,000. */
  readonly entries: readonly PlanEntry[];
  readonly isComplete: boolean;
  /** It must be started before; half an hour after it was made. */
  readonly expiresAt: string;
  /** For so many days after it ran it can be taken back. */
  readonly undoDays: number;
}

export interface PlanRequest {
  readonly kind: 'plan';
  readonly account: string;
  readonly point: string;
  readonly paths: readonly PathBytes[];
  readonly target: PlanTarget;
  readonly mode: PlanMode;
  /** Left as they are with all below them; they lie below the paths. */
  readonly except?: readonly PathBytes[] | undefined;
  /** The destination of the copy that it takes from. */
  readonly from?: string | undefined;
}

export interface ShowPlanRequest {
  readonly kind: 'show-plan';
  readonly account: string;
  readonly plan: string;
  /** Of its entries: at which to begin, and how many. */
  readonly offset: number;
  readonly limit: number;
}

/** A plan with a part of what it lists: what cannot be done and what is deleted first, then what is replaced. */
export interface ShownPlan {
  readonly report: PlanReport;
  /** How many entries it lists in all. */
  readonly total: number;
  readonly state: 'open' | 'saving' | 'writing' | 'done' | 'put-back';
  /** The job that runs or ran it. */
  readonly job: string | undefined;
  /** What was asked for, and what was left out of it. */
  readonly paths: readonly PathBytes[];
  readonly except: readonly PathBytes[];
}

/** What a run did, counted on disk afterwards. */
export interface ReceiptReport {
  readonly account: string;
  readonly plan: string;
  readonly purpose: 'restore' | 'undo';
  readonly point: PointLine | undefined;
  readonly target: PlanTarget;
  readonly counts: PlanCounts;
  /** Restore point of what was there before; undefined when nothing was replaced or deleted. */
  readonly safetyPoint: string | undefined;
  readonly undoUntil: string;
  readonly seconds: number;
  readonly problemCount: number;
  readonly problems: readonly { readonly path: PathBytes; readonly reason: string; readonly lost: boolean }[];
}
