import type { DrillOutcome } from '../domain/drill-outcome.ts';
import type { DrillState } from '../domain/drill-state.ts';
import type { DrillProblem, DrillReport } from './proof.ts';
import type { ProvenReport } from './proven.ts';

/** How drills stand on a server, for its administrator. */
export type DrillsRequest =
  /** Every account with its newest drill; whose time is over first. */
  | { readonly kind: 'server-drills' }
  /** One that was done, by its id. */
  | { readonly kind: 'show-drill'; readonly drill: string };

export interface DrillsAnswers {
  /** `days`: within so many each account shall have one. */
  'server-drills': { days: number; accounts: AccountDrill[] };
  'show-drill': {
    drill: DrillReport;
    /** Of the same account: the one before. */
    before: { readonly id: string; readonly at: string; readonly outcome: DrillOutcome } | undefined;
    proven: ProvenReport;
  };
}

export interface AccountDrill {
  readonly account: string;
  readonly state: DrillState;
  readonly newest: DrillLine | undefined;
}

/** What a drill came to, in short. */
export interface DrillLine extends Pick<
  DrillReport,
  'id' | 'point' | 'pointTime' | 'outcome' | 'seconds' | 'rtoSeconds' | 'isWithinRto'
> {
  /** When it ended. */
  readonly at: string;
  /** The first of so many. */
  readonly problem: DrillProblem | undefined;
  readonly problems: number;
}
