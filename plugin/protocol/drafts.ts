import type { PlanCounts } from '../domain/plan-counts.ts';
import type { PathBytes } from './requests.ts';

/** Undefined fields stay as they are. Paths are removed before others are added. */
export interface DraftChange {
  readonly point: string | undefined;
  readonly remove: readonly PathBytes[];
  readonly add: readonly PathBytes[];
  /** Below what is chosen, or chosen itself: it shall not come back. */
  readonly leaveOut: readonly PathBytes[];
  readonly goesTo: 'place' | 'folder' | 'download' | undefined;
  readonly mode: 'merge' | 'exact' | undefined;
}

export interface DraftRequest {
  readonly kind: 'draft';
  readonly account: string;
  /** Undefined: a new one. */
  readonly draft: string | undefined;
  /** Undefined: nothing is changed, only told. */
  readonly change: DraftChange | undefined;
  /** A restore point: what bringing it back from there would do is told, too. */
  readonly foresee?: string | undefined;
}

/** What somebody is choosing to bring back. */
export interface DraftReport {
  readonly account: string;
  /** Names it in later requests. */
  readonly draft: string;
  readonly point: string | undefined;
  readonly paths: readonly PathBytes[];
  readonly except: readonly PathBytes[];
  readonly goesTo: 'place' | 'folder' | 'download';
  readonly mode: 'merge' | 'exact';
  /** Where it was asked for and is found out in a moment: counts as the plan of it would have them. */
  readonly foreseen?: PlanCounts | undefined;
}
