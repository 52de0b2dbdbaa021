import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { openCopy } from '../engine/copy-foundation.ts';
import { copySnapshots } from '../engine/copy-snapshots.ts';
import { folders } from '../engine/format.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import type { CopyDone } from './copy-done.ts';
import { placeBelow, primaryDestination, type Performing, type Services } from './services.ts';

/**
 * Brings back to the primary destination what it lacks of a copy, or all of it when the repository there is lost.
 * Forgets nothing anywhere.
 * @throws {Failure} `repository-missing` without a copy; `destination-refused` when another repository lies there.
 */
export async function copyBack(
  performing: Performing,
  { account, destination }: { readonly account: Account; readonly destination: DestinationConfiguration },
): Promise<CopyDone> {
  const { services, signal, onProgress } = performing;
  const found = await findRepository(services, account, destination.name);
  const source = await openRepository(services, found);
  const primary = primaryDestination(services.configuration);
  await refuseFormer(services, found, primary);
  const store = await services.openStore(placeBelow(services.configuration, primary, found.place.folder));
  const target = await openCopy(source, store);
  const sourceLock = await lockRepository(source, false, services.locker);
  try {
    const lock = await lockRepository(target, false, services.locker);
    try {
      const there = new Set<string>(await target.listIds('snapshots'));
      const missing = (await listSnapshots(source)).snapshots.filter(({ id }) => !there.has(id));
      const parallel = destination.kind === 'local' ? 2 : destination.limits.parallel;
      const tell = tellCopy(onProgress, account.name);
      const order = { source, target, snapshots: missing, parallel, signal, onProgress: tell };
      const { packs, bytes } = await copySnapshots(lock, order);
      await remember(services, { account, found, destination: primary.name });
      const sent = { pointsSent: missing.length, packsSent: packs, bytesSent: bytes };
      return { points: there.size + missing.length, ...sent, pointsForgotten: 0, lockedUntil: undefined };
    } finally {
      await lock.release();
    }
  } finally {
    await sourceLock.release();
  }
}

/** Where a repository with new keys is used, nothing of the one before comes back. @throws {Failure} `destination-refused`. */
async function refuseFormer(
  services: Services,
  { account, repositoryId, destination }: AccountRepository,
  primary: DestinationConfiguration,
): Promise<void> {
  const used = await services.records.findRepository(account.generation, primary.name);
  if (used === undefined || used.repositoryId === repositoryId) return;
  const store = await services.openStore(placeBelow(services.configuration, primary, used.folder));
  if ((await store.list(folders.snapshots)).length === 0) return; // it is lost: then the former one is what there is
  const problem = 'it holds a copy from before the keys were renewed, and the repository that is used now is there';
  throw new Failure('destination-refused', { destination, problem });
}

interface Attached {
  readonly account: Account;
  readonly found: AccountRepository;
  readonly destination: string;
  /** New ids of restore points by those they had before keys were renewed. */
  readonly renamed?: ReadonlyMap<SnapshotId, SnapshotId>;
}

/** From now on the repository is known at this destination, too; in the place of one that has the keys from before. */
export async function remember(services: Services, attached: Attached): Promise<void> {
  const { account, found, destination, renamed = new Map() } = attached;
  const { generation, name: accountName } = account;
  const { records, clock } = services;
  const former = await records.findRepository(generation, destination);
  const { repositoryId, place } = found;
  if (former?.repositoryId === repositoryId) return;
  const at = clock.now();
  const record = { repositoryId, generation, accountName, destination, folder: place.folder, createdAt: at };
  if (former === undefined) return records.addRepository(record);
  await records.exchangeRepository({ former, record, points: renamed, at, job: undefined, isClosed: true });
}

/** Progress of a copy, as requests tell it. */
export function tellCopy(onProgress: Performing['onProgress'], account: string) {
  return (bytes: number, bytesTotal: number): void =>
    onProgress({ kind: 'advance', step: 'copy', account, items: 0, itemsTotal: undefined, bytes, bytesTotal });
}
