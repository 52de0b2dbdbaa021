import type { Account } from '../domain/account.ts';
import type { NightAccount } from '../domain/plan-night.ts';
import type { Services } from './services.ts';

/** Accounts with how their last backup went. */
export async function toNightAccounts(
  { records }: Services,
  accounts: readonly Account[],
): Promise<(NightAccount & { readonly account: Account })[]> {
  const lastRuns = await records.lastRuns();
  return accounts.map((account) => {
    const last = lastRuns.get(account.generation);
    return {
      name: account.name,
      account,
      lastSeconds: last === undefined ? undefined : (last.finishedAt.getTime() - last.startedAt.getTime()) / 1000,
      lastBytes: last?.bytesTotal,
      lastAt: last?.startedAt,
    };
  });
}
