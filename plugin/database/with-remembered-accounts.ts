import type { Records } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';

const rememberedMilliseconds = 60_000;

/**
 * Records that do not ask the database again for the accounts as long as the panel's list is the same, for a minute:
 * a process that answers many requests asks for them at each.
 */
export function withRememberedAccounts(records: Records): Records {
  let last: { readonly seen: string; readonly at: Date; readonly accounts: readonly Account[] } | undefined;
  return {
    ...records,
    adoptGeneration(account, generation, at) {
      last = undefined;
      return records.adoptGeneration(account, generation, at);
    },
    async recordAccounts(seen, at) {
      const list = JSON.stringify(seen);
      const age = last === undefined ? Infinity : Math.abs(at.getTime() - last.at.getTime());
      if (last === undefined || last.seen !== list || age > rememberedMilliseconds) {
        last = { seen: list, at, accounts: await records.recordAccounts(seen, at) };
      }
      return [...last.accounts];
    },
  };
}
