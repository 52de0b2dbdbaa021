import { Failure } from '../domain/failure.ts';
import { folders } from '../engine/format.ts';
import { previewPrune, prune } from '../engine/prune.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Answer } from '../protocol/requests.ts';
import type { PruneReport } from '../protocol/upkeep.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { chosenRepositories } from './chosen-repositories.ts';
import type { Performing, Services } from './services.ts';

/**
 * Frees what no restore point needs, or with `dryRun` says what would be freed.
 * @throws {Failure} `unknown-account`, `repository-missing`, `repository-locked`, `repository-damaged`.
 */
export async function pruneRepositories(
  performing: Performing,
  request: { account: string | undefined; dryRun: boolean; destination?: string | undefined },
): Promise<Answer<'prune'>> {
  const repositories: PruneReport[] = [];
  for (const found of await chosenRepositories(performing.services, request.account, request.destination)) {
    repositories.push(await pruneOne(performing, found, request.dryRun));
  }
  return { dryRun: request.dryRun, repositories };
}

/** Frees what no restore point of one repository needs. */
export async function pruneOne(
  performing: Performing,
  found: AccountRepository,
  dryRun: boolean,
): Promise<PruneReport> {
  const { services, signal, onProgress } = performing;
  const repository = await openRepository(services, found);
  if (!dryRun) await refuseLocked(services, found);
  const account = found.account.name;
  const options = {
    clock: services.clock,
    signal,
    settleMilliseconds: found.place.destination.kind === 'local' ? 0 : settleMilliseconds,
    onProgress: (items: number, itemsTotal: number): void =>
      onProgress({ kind: 'advance', step: 'prune', account, items, itemsTotal, bytes: 0, bytesTotal: undefined }),
  };
  const lock = await lockRepository(repository, true, services.locker);
  try {
    const work = dryRun ? previewPrune : prune;
    return { account, destination: found.destination, ...(await work(repository, lock, options)) };
  } finally {
    await lock.release();
  }
}

/** Longer than a copy that takes no lock may take: see `sendAlone`. */
const settleMilliseconds = 30_000;

/** An index that is locked cannot give way to another, and then no pack may go. @throws {Failure} `destination-locked`. */
async function refuseLocked(services: Services, { place, destination }: AccountRepository): Promise<void> {
  const { store, locks } = await services.openPlace(place);
  if (locks === undefined) return;
  for (const { key } of await store.list(folders.index)) {
    const until = await locks.lockedUntil(key);
    if (until === undefined || until <= services.clock.now()) continue;
    throw new Failure('destination-locked', { destination, object: key, until: until.toISOString() });
  }
}
