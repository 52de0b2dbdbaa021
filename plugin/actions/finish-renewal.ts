import type { FormerRepository } from '../contracts/records.ts';
import { isRetired, lockRepository, retireRepository } from '../engine/repository-lock.ts';
import { openRecorded, openRepository, type AccountRepository } from './account-repository.ts';
import { checkAndNote } from './check-and-note.ts';
import { keepCatalogOrWarn } from './keep-catalog.ts';
import { sealRecovery } from './seal-recovery.ts';
import type { Performing, Services } from './services.ts';

/**
 * What comes after the exchange, as often as it is begun: nobody can write into the former repository any more, and the
 * catalog, which knew restore points by their former ids, is made anew. Of restore points that lost something that is noted.
 * @param found what is used now. @param isWhole whether it is known that nothing is lost.
 * @throws {Failure} `repository-locked`; what the stores throw.
 */
export async function finishRenewal(
  performing: Performing,
  found: AccountRepository,
  former: FormerRepository,
  isWhole: boolean,
): Promise<void> {
  const { services, signal } = performing;
  const { account, repositoryId } = found;
  const owner = { generation: account.generation, repositoryId };
  await sealRecovery(services, owner, await services.openStore(found.place)); // who changed recovery keys just before did not know it
  await retire(services, former);
  services.catalogs.drop(account.generation);
  await keepCatalogOrWarn(services, { repository: await openRepository(services, found), ...account }, signal);
  if (!isWhole) await checkAndNote(performing, found, 'index'); // so that it is seen which are damaged
  await services.records.closeFormerRepository(former);
}

/**
 * Of a repository that was replaced before the last exchange only the lock for good may be missing.
 * @throws {Failure} `repository-locked`; what the stores throw.
 */
export async function closeFormer(services: Services, former: FormerRepository): Promise<void> {
  await retire(services, former);
  await services.records.closeFormerRepository(former);
}

async function retire(services: Services, former: FormerRepository): Promise<void> {
  const repository = await openRecorded(services, former);
  if (repository === undefined || (await isRetired(repository))) return;
  const lock = await lockRepository(repository, true, services.locker);
  try {
    await retireRepository(repository, lock, services.locker);
  } finally {
    await lock.release();
  }
}
