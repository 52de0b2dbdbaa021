import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { openCopy } from '../engine/copy-foundation.ts';
import { copySnapshots } from '../engine/copy-snapshots.ts';
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

interface Attached {
  readonly account: Account;
  readonly found: AccountRepository;
  readonly destination: string;
}

/** From now on the repository is known at this destination, too. */
export async function remember(services: Services, { account, found, destination }: Attached): Promise<void> {
  const { generation, name: accountName } = account;
  if ((await services.records.findRepository(generation, destination)) !== undefined) return;
  const { repositoryId, place } = found;
  const createdAt = services.clock.now();
  await services.records.addRepository({
    repositoryId,
    generation,
    accountName,
    destination,
    folder: place.folder,
    createdAt,
  });
}

/** Progress of a copy, as requests tell it. */
export function tellCopy(onProgress: Performing['onProgress'], account: string) {
  return (bytes: number, bytesTotal: number): void =>
    onProgress({ kind: 'advance', step: 'copy', account, items: 0, itemsTotal: undefined, bytes, bytesTotal });
}
