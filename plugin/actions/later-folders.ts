/** What lies in an account's folders after the one that the records name. Folders between may have been removed. */
import type { KeyOwner } from '../contracts/key-store.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { RepositoryPlace } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import { parseRepositoryFolder, repositoryFolder } from '../domain/plan-renewal.ts';
import { Repository } from '../engine/repository.ts';
import { holdsData, type AccountRepository, type LaidRepository } from './account-repository.ts';
import { placeBelow, type Services } from './services.ts';

export interface LaterFolder {
  readonly place: RepositoryPlace;
  readonly store: ObjectStore;
  /** Undefined: no key here opens it. */
  readonly begun: LaidRepository | undefined;
}

export interface LaterFolders {
  /** Those in which a repository of this server or something that was backed up lies, and that no record names; the oldest first. */
  readonly later: readonly LaterFolder[];
  /** The folder after all of these, and after all that records name. */
  readonly next: RepositoryPlace;
}

/** Changes nothing. @throws {Failure} what the destination throws. */
export async function laterFolders(services: Services, found: AccountRepository): Promise<LaterFolders> {
  const former = await services.records.listFormerRepositories();
  const taken = former.filter((one) => one.destination === found.destination).map(({ folder }) => folder);
  const owners = await freeOwners(services, found, new Set(former.map(({ repositoryId }) => repositoryId)));
  const isTaken = new Set([found.place.folder, ...taken]);
  let last = Math.max(...ownNumbers(found, [...isTaken]), 1);
  const later: LaterFolder[] = [];
  for (const number of await laterNumbers(services, found)) {
    const place = placeOf(services, found, number);
    if (isTaken.has(place.folder)) continue;
    const store = await services.openStore(place);
    const begun = await openBegun(services, owners, store);
    if (begun === undefined && !holdsData(await store.list(''))) continue;
    later.push({ place, store, begun });
    last = Math.max(last, number);
  }
  return { later, next: placeOf(services, found, last + 1) };
}

async function laterNumbers(services: Services, found: AccountRepository): Promise<number[]> {
  const { destination, folder } = found.place;
  const used = parseRepositoryFolder(folder)?.number ?? 1;
  const top = await services.openPlace(placeBelow(services.configuration, destination, ''));
  try {
    const numbers = ownNumbers(found, await top.listFolders());
    return numbers.filter((number) => number > used).toSorted((one, other) => one - other);
  } finally {
    top.close();
  }
}

function ownNumbers({ account }: AccountRepository, names: readonly string[]): number[] {
  return names.flatMap((name) => {
    const number = parseRepositoryFolder(name)?.number;
    return number !== undefined && repositoryFolder(account, number) === name ? [number] : [];
  });
}

const placeOf = ({ configuration }: Services, { account, place }: AccountRepository, number: number): RepositoryPlace =>
  placeBelow(configuration, place.destination, repositoryFolder(account, number));

/** Keys of the account that belong to no repository which is or was used. */
async function freeOwners(
  { keys }: Services,
  { account, repositoryId }: AccountRepository,
  former: ReadonlySet<string>,
): Promise<KeyOwner[]> {
  const owners = await keys.list();
  return owners.filter((owner) => {
    return (
      owner.generation === account.generation && owner.repositoryId !== repositoryId && !former.has(owner.repositoryId)
    );
  });
}

async function openBegun(
  services: Services,
  owners: readonly KeyOwner[],
  store: ObjectStore,
): Promise<LaidRepository | undefined> {
  for (const owner of owners) {
    try {
      const keys = await services.keys.load(owner);
      const repository = await Repository.open(store, services.workspace, keys.masterKey);
      if (repository.id === owner.repositoryId) return { repository, keys };
    } catch (error) {
      if (!isFailure(error, 'key-unusable') && !isFailure(error, 'repository-missing')) throw error;
    }
  }
  return undefined;
}
