import type { FormerRepository } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';
import { locationOf } from '../domain/destination.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { configKey, folders } from '../engine/format.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { RemovedFormerLine } from '../protocol/keys.ts';
import type { Answer } from '../protocol/requests.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { checkAndNote } from './check-and-note.ts';
import { findAccount } from './find-account.ts';
import { chosenDestination, placeBelow, primaryDestination, type Performing, type Services } from './services.ts';

export interface RemoveFormerRequest {
  readonly account: string;
  readonly dryRun: boolean;
  /** Also restore points that are nowhere else, and although the present repository is not whole. */
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
    return { ...line, outcome: 'kept', failure: { code: error.code, facts: { ...error.facts } } };
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
  const place = await services.openPlace(placeOfFormer(services, former));
  try {
    const objects = await place.store.list('');
    const bytes = objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const onlyThere = await countOnlyThere(
      services,
      { account, present },
      objects.map(({ key }) => key),
    );
    if (onlyThere > 0 && !acceptLoss) return { outcome: 'kept', bytes, onlyThere };
    await refuseLocked(
      services,
      place,
      former,
      objects.map(({ key }) => key),
    );
    if (dryRun) return { outcome: 'would-remove', bytes, onlyThere };
    if (!acceptLoss) await refuseDamaged(performing, present);
    for (const key of inOrder(objects.map((object) => object.key))) await place.store.remove(key);
    await services.records.dropFormerRepository(former);
    return { outcome: 'removed', bytes, onlyThere };
  } finally {
    place.close();
  }
}

function placeOfFormer({ configuration }: Services, { destination, folder }: FormerRepository) {
  return placeBelow(configuration, chosenDestination(configuration, destination), folder);
}

/** @throws {Failure} `repository-locked` when the renewal has not ended; `repository-missing`, `unknown-destination`. */
async function findPresent(
  services: Services,
  account: Account,
  { destination, repositoryId, isClosed, replacedAt }: FormerRepository,
): Promise<AccountRepository> {
  const present = await findRepository(services, account, destination);
  if (isClosed && present.repositoryId !== repositoryId) return present;
  throw new Failure('repository-locked', { holder: 'larder keys renew', since: replacedAt.toISOString() });
}

/**
 * A copy may keep longer than the repository that it is a copy of, and then holds what was not brought anywhere. What was
 * made at the primary destination was brought, all of it.
 */
async function countOnlyThere(
  services: Services,
  { account, present }: { readonly account: Account; readonly present: AccountRepository },
  keys: readonly string[],
): Promise<number> {
  if (present.destination === primaryDestination(services.configuration).name) return 0;
  const known = new Set<string>();
  for (const found of [present, await findRepository(services, account)]) {
    const { snapshots } = await listSnapshots(await openRepository(services, found));
    for (const { formerIds = [] } of snapshots) for (const id of formerIds) known.add(id);
  }
  const there = keys
    .filter((key) => key.startsWith(folders.snapshots))
    .map((key) => key.slice(folders.snapshots.length));
  return there.filter((id) => !known.has(id)).length;
}

/** Of what is locked there at all, the restore points and what they need are. @throws {Failure} `destination-locked`. */
async function refuseLocked(
  { clock }: Services,
  { locks }: Awaited<ReturnType<Services['openPlace']>>,
  { destination }: FormerRepository,
  keys: readonly string[],
): Promise<void> {
  if (locks === undefined) return;
  for (const key of keys.filter((one) => one === configKey || one.startsWith(folders.snapshots))) {
    const until = await locks.lockedUntil(key);
    if (until === undefined || until <= clock.now()) continue;
    throw new Failure('destination-locked', { destination, object: key, until: until.toISOString() });
  }
}

/** @throws {Failure} `repository-damaged` unless everything of the present repository reads back. */
async function refuseDamaged(performing: Performing, present: AccountRepository): Promise<void> {
  const { result } = await checkAndNote(performing, present, 'full');
  const [first] = result.damage;
  if (first === undefined) return;
  const location = locationOf(present.place);
  throw new Failure('repository-damaged', {
    object: first.object,
    problem: `(${first.kind}) is not whole in ${location}`,
  });
}

/** What says whose it is goes last: who is cut off goes on with it. */
function inOrder(keys: readonly string[]): string[] {
  const rank = (key: string): number => (key.startsWith(folders.snapshots) ? 0 : key.includes('/') ? 1 : 2);
  return keys.toSorted((one, other) => rank(one) - rank(other));
}
