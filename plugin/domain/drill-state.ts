import type { DrillOutcome } from './drill-outcome.ts';

/**
 * How an account stands with its drills. `overdue`: the last one is too long ago; `never`: there was none though there is
 * something to restore; `sealed`: only the customer can open its backups; `nothing`: it has no backup yet. Else what the
 * last one came to.
 */
export type DrillState = 'overdue' | 'never' | 'sealed' | 'nothing' | DrillOutcome;

/** What needs a person first. */
const order: readonly DrillState[] = ['overdue', 'never', 'failed', 'files-only', 'passed', 'sealed', 'nothing'];
const dayMilliseconds = 86_400_000;

export interface DrilledAccount {
  readonly newest: { readonly finishedAt: Date; readonly outcome: DrillOutcome } | undefined;
  readonly hasBackup: boolean;
  readonly isSealed: boolean;
}

/** @param days within which each account shall have a drill; one more may pass before it is overdue. */
export function drillStateOf({ newest, hasBackup, isSealed }: DrilledAccount, days: number, now: Date): DrillState {
  if (isSealed) return 'sealed';
  if (newest === undefined) return hasBackup ? 'never' : 'nothing';
  const age = now.getTime() - newest.finishedAt.getTime();
  return age > (days + 1) * dayMilliseconds ? 'overdue' : newest.outcome;
}

/** The most urgent first, and of those the one whose last drill is the longest ago. */
export function compareDrillStates(
  left: { readonly state: DrillState; readonly at: string },
  right: { readonly state: DrillState; readonly at: string },
): number {
  return (
    order.indexOf(left.state) - order.indexOf(right.state) || Date.parse(left.at || '0') - Date.parse(right.at || '0')
  );
}
