import { previewPrune, prune } from '../engine/prune.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Answer } from '../protocol/requests.ts';
import type { PruneReport } from '../protocol/upkeep.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { chosenRepositories } from './chosen-repositories.ts';
import type { Performing } from './services.ts';

/**
 * Frees what no restore point needs, or with `dryRun` says what would be freed.
 * @throws {Failure} `unknown-account`, `repository-missing`, `repository-locked`, `repository-damaged`.
 */
export async function pruneRepositories(
  performing: Performing,
  request: { account: string | undefined; dryRun: boolean },
): Promise<Answer<'prune'>> {
  const repositories: PruneReport[] = [];
  for (const found of await chosenRepositories(performing.services, request.account)) {
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
  const account = found.account.name;
  const options = {
    clock: services.clock,
    signal,
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
