import { Failure, isFailure } from '../domain/failure.ts';
import type { Account } from '../domain/account.ts';
import type { RepositoryId } from '../domain/ids.ts';
import { configKey, folders, recoveryKey } from '../engine/format.ts';
import { makeKeyFile } from '../engine/key-file.ts';
import { newMasterKey, sealKeyBytes } from '../engine/master-key.ts';
import { Repository, sha256 } from '../engine/repository.ts';
import type { ObjectStore, StoredObject } from '../contracts/object-store.ts';
import type { RepositoryRecord } from '../contracts/records.ts';
import type { RepositoryKeys } from '../contracts/key-store.ts';
import { locationOf, type RepositoryPlace } from '../domain/destination.ts';
import { repositoryFolder } from '../domain/plan-renewal.ts';
import { chosenDestination, placeBelow, placeOfRecord, primaryDestination, type Services } from './services.ts';

/** An account's repository, where it lies and what opens it. */
export interface AccountRepository {
  readonly account: Account;
  /** The destination's name. */
  readonly destination: string;
  readonly place: RepositoryPlace;
  /** What people call the place. */
  readonly location: string;
  readonly repositoryId: RepositoryId;
  readonly keys: RepositoryKeys;
}

/**
 * @param from a destination's name; undefined: where the repository was made.
 * @throws {Failure} `repository-missing` when the account was never backed up or copied there; `unknown-destination`;
 * `key-unusable`.
 */
export async function findRepository(services: Services, account: Account, from?: string): Promise<AccountRepository> {
  const found = await lookUp(services, account, from);
  if (found !== undefined) return found;
  const place = newPlace(services, account, from);
  throw new Failure('repository-missing', { location: locationOf(place) });
}

/** The account's repository, made when it has none. */
export async function ensureRepository(services: Services, account: Account): Promise<AccountRepository> {
  return (await lookUp(services, account, undefined)) ?? makeRepository(services, account);
}

export async function openRepository(services: Services, found: AccountRepository): Promise<Repository> {
  return Repository.open(await services.openStore(found.place), services.workspace, found.keys.masterKey);
}

/** To find out what is really there: of its indexes and snapshots nothing that is kept here is believed. */
export function openToCheck(services: Services, found: AccountRepository): Promise<Repository> {
  return openRepository(services, { ...found, place: { ...found.place, asksAnew: true } });
}

/** @returns undefined when it is not there any more, or nobody here can open it. */
export async function openRecorded(services: Services, record: RepositoryRecord): Promise<Repository | undefined> {
  const { configuration, keys, workspace } = services;
  const place = placeOfRecord(configuration, record);
  try {
    const { masterKey } = await keys.load(record);
    return await Repository.open(await services.openStore(place), workspace, masterKey);
  } catch (error) {
    if (isFailure(error, 'repository-missing') || isFailure(error, 'key-unusable')) return undefined;
    throw error;
  }
}

/** The master key as it travels to another thread. */
export function masterKeyBytes(found: AccountRepository): Buffer {
  return sealKeyBytes(found.keys.masterKey);
}

function newPlace({ configuration }: Services, account: Account, destination?: string): RepositoryPlace {
  return placeBelow(configuration, chosenDestination(configuration, destination), repositoryFolder(account));
}

async function lookUp(
  services: Services,
  account: Account,
  from: string | undefined,
): Promise<AccountRepository | undefined> {
  const { configuration, records } = services;
  const destination = chosenDestination(configuration, from);
  const record = await records.findRepository(account.generation, destination.name);
  if (record === undefined) return undefined;
  const { repositoryId } = record;
  const keys = await services.keys.load({ generation: account.generation, repositoryId });
  const place = placeBelow(configuration, destination, record.folder);
  return { account, destination: destination.name, place, location: locationOf(place), repositoryId, keys };
}

/**
 * Keys are safe on disk before anything is sealed with them, and the record comes last: whatever stops this in
 * between leaves a folder that the next try takes for its own name only when it is empty of a config.
 */
async function makeRepository(services: Services, account: Account): Promise<AccountRepository> {
  const destination = primaryDestination(services.configuration);
  const place = newPlace(services, account);
  const store = await services.openStore(place);
  await clearUnfinished(store);
  const { repository, keys } = await layRepository(services, account, store);
  await services.records.addRepository({
    repositoryId: repository.id,
    generation: account.generation,
    accountName: account.name,
    destination: destination.name,
    folder: repositoryFolder(account),
    createdAt: services.clock.now(),
  });
  return {
    account,
    destination: destination.name,
    place,
    location: locationOf(place),
    repositoryId: repository.id,
    keys,
  };
}

/** A repository that no record names yet. */
export interface LaidRepository {
  readonly repository: Repository;
  readonly keys: RepositoryKeys;
}

/** Makes an empty repository with keys of its own. They are kept before anything else is sealed with them. */
export async function layRepository(
  services: Services,
  { generation }: Pick<Account, 'generation'>,
  store: ObjectStore,
): Promise<LaidRepository> {
  const keys = { masterKey: newMasterKey(), password: services.randomSecret().toString('base64url') };
  const repository = await Repository.create(store, services.workspace, keys.masterKey);
  const recovery = await services.keys.save({ generation, repositoryId: repository.id }, keys);
  await layKeys(services, store, keys, recovery);
  return { repository, keys };
}

/** @param recovery the password, sealed for the recovery keys. */
export async function layKeys(
  { workspace, locker, clock }: Services,
  store: ObjectStore,
  keys: RepositoryKeys,
  recovery: Buffer,
): Promise<void> {
  const { username, hostname } = locker;
  const maker = { createdAt: clock.now(), username, hostname };
  const keyFile = await makeKeyFile(workspace.codec, keys.masterKey, keys.password, maker);
  await store.write(folders.keys + sha256(keyFile), keyFile);
  await store.write(recoveryKey, recovery);
}

/**
 * A making that was cut short leaves a config (and keys) that no record names. Without a snapshot there is nothing in
 * it, and it may be made anew; with one, a person must look.
 */
async function clearUnfinished(store: ObjectStore): Promise<void> {
  const objects = await store.list('');
  if (holdsData(objects)) {
    const problem = 'holds restore points that the records do not know';
    throw new Failure('repository-unsupported', { location: store.location, problem });
  }
  for (const { key } of objects) await store.remove(key);
}

/** Whether a repository lies there, finished or not. */
export async function hasRepository(store: ObjectStore): Promise<boolean> {
  return (await store.list('')).some(({ key }) => key === configKey);
}

/** Whether anything lies there that was backed up. */
export function holdsData(objects: readonly StoredObject[]): boolean {
  return objects.some(({ key }) => key.startsWith(folders.snapshots) || key.startsWith(folders.data));
}
