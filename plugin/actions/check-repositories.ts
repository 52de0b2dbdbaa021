import { checkRepository } from '../engine/check.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Answer } from '../protocol/requests.ts';
import type { CheckReport } from '../protocol/upkeep.ts';
import { openToCheck, type AccountRepository } from './account-repository.ts';
import { chosenRepositories } from './chosen-repositories.ts';
import type { Performing } from './services.ts';

/**
 * Looks whether repositories are whole. Damage is in the report, not thrown.
 * @throws {Failure} `unknown-account`, `repository-missing`, `repository-locked`, `key-unusable`.
 */
export async function checkRepositories(
  performing: Performing,
  request: { account: string | undefined; readData: boolean; from?: string | undefined },
): Promise<Answer<'check'>> {
  const repositories: CheckReport[] = [];
  for (const found of await chosenRepositories(performing.services, request.account, request.from)) {
    repositories.push(await checkOne(performing, found, request.readData));
  }
  return { repositories };
}

async function checkOne(performing: Performing, found: AccountRepository, readData: boolean): Promise<CheckReport> {
  const { services, onProgress, signal } = performing;
  const repository = await openToCheck(services, found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const account = found.account.name;
    const result = await checkRepository(repository, lock, {
      readData,
      locker: services.locker,
      signal,
      onProgress: (bytes, bytesTotal) =>
        onProgress({ kind: 'advance', step: 'check', account, items: 0, itemsTotal: undefined, bytes, bytesTotal }),
    });
    return { account, destination: found.destination, ...result };
  } finally {
    await lock.release();
  }
}
