import type { FormerRepository } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { folders } from '../engine/format.ts';
import type { RemovedFormerLine } from '../protocol/keys.ts';
import type { Answer } from '../protocol/requests.ts';
import { findRepository, type AccountRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { countOnlyThere, refuseDamaged, refuseLocked, refuseWithoutServerPoint } from './former-safety.ts';
import { placeOfRecord, type Performing, type Services } from './services.ts';

export interface RemoveFormerRequest {
  readonly account: string;
  readonly dryRun: boolean;
  /** Also restore points that are nowhere else, and although the present one lacks what was lost before the renewal. */
  readonly acceptLoss: boolean;
}

/**
 * Removes the repositories of an account in whose place others are used, at every destination: each only after the one
 * that is used there now was read in full. What happens to one keeps no other from its turn.
 * @throws {Failure} `unknown-account`.
 */
export async function removeFormer(
  performing: Performing,
  request: RemoveFormerRequest,
): Promise<Answer<'keys-remove-former'>> {
  const { services, signal } = performing;
  const account = await findAccount(services, request.account);
  const all = await services.records.listFormerRepositories();
  const places: RemovedFormerLine[] = [];
  for (const former of all.filter(({ generation }) => generation === account.generation)) {
    signal.throwIfAborted();
    places.push(await removeOne(performing, request, account, former));
  }
  return { account: account.name, dryRun: request.dryRun, places };
}

async function removeOne(
  performing: Performing,
  request: RemoveFormerRequest,
  account: Account,
  former: FormerRepository,
): Promise<RemovedFormerLine> {
  const { destination, folder, replacedAt } = former;
  const line = {
    destination,
    folder,
    replacedAt: replacedAt.toISOString(),
    bytes: 0,
    onlyThere: 0,
    failure: undefined,
  };
  try {
    return { ...line, ...(await removeIfSafe(performing, request, account, former)) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...line, outcome: 'kept', failure: tellFailure(error) };
  }
}

type Removed = Pick<RemovedFormerLine, 'outcome' | 'bytes' | 'onlyThere'>;

async function removeIfSafe(
  performing: Performing,
  { dryRun, acceptLoss }: RemoveFormerRequest,
  account: Account,
  former: FormerRepository,
): Promise<Removed> {
  const { services } = performing;
  const present = await findPresent(services, account, former);
  await refuseWithoutServerPoint(services, former);
  const place = await services.openPlace(placeOfRecord(services.configuration, former));
  try {
    const objects = await place.store.list('');
    const bytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const keys = objects.map(({ key }) => key);
    const onlyThere = await countOnlyThere(services, present, keys);
    if (onlyThere > 0 && !acceptLoss) return { outcome: 'kept', bytes, onlyThere };
    await refuseLocked(services, place, former, keys);
    if (dryRun) return { outcome: 'would-remove', bytes, onlyThere };
    await refuseDamaged(performing, present, acceptLoss);
    for (const key of inOrder(keys)) await place.store.remove(key);
    await place.dropEmptyFolders();
    await services.records.dropFormerRepository(former);
    return { outcome: 'removed', bytes, onlyThere };
  } finally {
    place.close();
  }
}

/**
 * @throws {Failure} `repository-locked` when the renewal has not ended; `destination-refused` when what is used now lies in
 * that very folder; `repository-missing`, `unknown-destination`.
 */
async function findPresent(
  services: Services,
  account: Account,
  { destination, repositoryId, folder, isClosed, replacedAt }: FormerRepository,
): Promise<AccountRepository> {
  const present = await findRepository(services, account, destination);
  if (!isClosed || present.repositoryId === repositoryId)
    throw new Failure('repository-locked', { holder: 'larder keys renew', since: replacedAt.toISOString() });
  if (present.place.folder !== folder) return present;
  const problem = 'the repository that is used now is in this folder';
  throw new Failure('destination-refused', { destination, problem });
}

/** What says whose it is goes last: who is cut off goes on with it. */
function inOrder(keys: readonly string[]): string[] {
  const rank = (key: string): number => (key.startsWith(folders.snapshots) ? 0 : key.includes('/') ? 1 : 2);
  return keys.toSorted((one, other) => rank(one) - rank(other));
}
