import type { AccountFailure } from './upkeep.ts';

/** What is told of setting Larder up. */
export interface InitAnswers {
  /** `accounts`: how many there are; `failures`: those that have no repository yet, in the order of accounts. */
  init: { state: string; recipients: string[]; identityFiles: string[]; accounts: number; failures: AccountFailure[] };
}
