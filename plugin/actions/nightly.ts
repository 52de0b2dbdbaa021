import type { Account } from '../domain/account.ts';
import type { Generation } from '../domain/ids.ts';
import type { RunRecord } from '../contracts/records.ts';
import type { CopyReport } from '../protocol/copies.ts';
import type { Answer, NightlyReport, Progress } from '../protocol/requests.ts';
import { backUpAccount } from './back-up-account.ts';
import { endOrphanUploads } from './end-orphan-uploads.ts';
import { knownAccounts } from './find-account.ts';
import { noteWorkedDay } from './is-clock-trusted.ts';
import { namesWithOwnKey, withoutOwnKey } from './own-key.ts';
import type { Performing, Services } from './services.ts';

/**
 * Backs up every account on the panel, the longest first, so that no thread ends up alone with the largest. Those with a
 * passphrase of their own are archived, and nothing else.
 */
export async function nightly(
  services: Services,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<NightlyReport> {
  const startedAt = services.clock.now();
  const begun = services.clock.elapsedMilliseconds();
  const lastRuns = await services.records.lastRuns();
  const accounts = await knownAccounts(services);
  const own = await namesWithOwnKey(services, accounts);
  const orders = planOrder(await withoutOwnKey(services, accounts), lastRuns).map((account) => {
    return {
      account,
      kind: 'nightly',
      paths: [],
      label: undefined,
      expected: lastRuns.get(account.generation),
    } as const;
  });
  const reports = await Promise.all(orders.map((order) => backUpAccount(services, order, onProgress, signal)));
  const copies = await copyAfterwards({ services, onProgress, signal });
  const archives = await archiveAfterwards({ services, onProgress, signal });
  await endOrphanUploads(services);
  await services.sandboxes.sweep();
  await noteWorkedDay(services);
  return {
    ...(copies === undefined ? {} : { copies }),
    ...(archives === undefined ? {} : { archives }),
    ...(own.length === 0 ? {} : { ownPassphrase: own }),
    startedAt: startedAt.toISOString(),
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    accounts: reports.toSorted((left, right) => (left.account < right.account ? -1 : 1)),
  };
}

/** @returns undefined where no destination holds copies. */
async function copyAfterwards(performing: Performing): Promise<readonly CopyReport[] | undefined> {
  const { destinations } = performing.services.configuration;
  if (!destinations.some(({ role }) => role === 'secondary' || role === 'tertiary')) return undefined;
  const { copyRepositories } = await import('./copy-repositories.ts');
  const everything = { account: undefined, destination: undefined, repair: false, back: false };
  return (await copyRepositories(performing, everything)).copies;
}

/** @returns undefined where no destination holds archives. */
async function archiveAfterwards(performing: Performing): Promise<Answer<'archive'> | undefined> {
  if (performing.services.archives.destination === undefined) return undefined;
  const { archiveAccounts } = await import('./archive-accounts.ts');
  return archiveAccounts(performing, { account: undefined, full: false });
}

/** By the size of the last backup; accounts that have none come first, for nobody knows how large they are. */
export function planOrder(
  accounts: readonly Account[],
  lastRuns: ReadonlyMap<Generation, Pick<RunRecord, 'bytesTotal'>>,
): Account[] {
  const size = (account: Account): number => lastRuns.get(account.generation)?.bytesTotal ?? Infinity;
  return accounts.toSorted((left, right) => {
    const difference = size(right) - size(left);
    return Number.isNaN(difference) || difference === 0 ? (left.name < right.name ? -1 : 1) : difference;
  });
}
