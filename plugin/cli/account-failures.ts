import type { AccountFailure } from '../protocol/upkeep.ts';
import { exitCodeOf, explainFailure } from './failure-report.ts';
import type { Page } from './page.ts';

export function describeAccountFailure({ account, code, facts }: AccountFailure, page: Page): string {
  return page.mark('bad', `${account}: ${explainFailure(code, facts, page.texts)}`);
}

/** 0 all made, 3 some failed; where all failed, what the first failed with. */
export function exitCodeFor(made: number, failures: readonly AccountFailure[]): number {
  const [first] = failures;
  if (first === undefined) return 0;
  return made > 0 ? 3 : exitCodeOf(first.code);
}
