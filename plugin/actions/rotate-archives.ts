import { indexKey, zipKey } from '../archives/make-archive.ts';
import type { Account } from '../domain/account.ts';
import { planArchiveRemoval } from '../domain/plan-archive.ts';
import { planRetention, type DatedPoint } from '../domain/plan-retention.ts';
import { openAccountArchives, type KnownArchive } from './account-archives.ts';
import { retentionGround } from './retained-points.ts';
import type { Services } from './services.ts';

/**
 * Removes the archives that the account's rotation no longer wants; a full one stays while a kept one needs it. The index
 * goes first: a zip without it is still an archive, an index without a zip is none.
 * @returns their names. @throws {Failure} `destination-unreachable`.
 */
export async function rotateArchives(services: Services, account: Account): Promise<readonly string[]> {
  const { destination, store, folder, archives } = await openAccountArchives(services, account);
  const points = archives.map(({ name, startedAt }): DatedPoint => {
    return { id: name, time: startedAt.getTime(), kind: 'nightly', isWhole: true, isPinned: false, proof: 'good' };
  });
  const { keep } = planRetention(points, retentionGround(services, account));
  const going = planArchiveRemoval(archives, new Set(keep.map(({ point }) => point.id)));
  const gone = new Set(going.map(({ name }) => name));
  const left = archives.filter(({ name }) => !gone.has(name));
  await remember(services, { account, destination }, left);
  for (const name of gone) {
    await store.remove(indexKey(folder, name));
    await store.remove(zipKey(folder, name));
    await services.archives.dropIndex(indexKey(folder, name));
  }
  return [...gone];
}

/** What is missing the next time somebody else removed. */
async function remember(
  { copyLedger, clock }: Services,
  { account, destination }: { readonly account: Account; readonly destination: string },
  left: readonly KnownArchive[],
): Promise<void> {
  const archivedAt = left.at(-1)?.startedAt ?? clock.now();
  const record = { archives: left.map(({ name }) => name), archivedAt };
  await copyLedger.saveArchives(destination, account.generation, record);
}
