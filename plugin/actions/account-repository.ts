import { Failure } from '../domain/failure.ts';
import type { Account } from '../domain/account.ts';
import type { RepositoryId } from '../domain/ids.ts';
import { folders, recoveryKey } from '../engine/format.ts';
import { makeKeyFile } from '../engine/key-file.ts';
import { newMasterKey, sealKeyBytes } from '../engine/master-key.ts';
import { Repository, sha256 } from '../engine/repository.ts';
import type { RepositoryKeys } from '../contracts/key-store.ts';
import { primaryDestination, type Services } from './services.ts';

/** An account's repository, where it lies and what opens it. */
export interface AccountRepository {
  readonly account: Account;
  readonly destination: string;
  readonly location: string;
  readonly repositoryId: RepositoryId;
  readonly keys: RepositoryKeys;
}

/** @throws {Failure} `repository-missing` when the account was never backed up; `key-unusable`. */
export async function findRepository(services: Services, account: Account): Promise<AccountRepository> {
  const found = await lookUp(services, account);
  if (found !== undefined) return found;
  throw new Failure('repository-missing', { location: repositoryLocation(services, account) });
}

/** The account's repository, made when it has none. */
export async function ensureRepository(services: Services, account: Account): Promise<AccountRepository> {
  return (await lookUp(services, account)) ?? makeRepository(services, account);
}

export function openRepository(services: Services, found: AccountRepository): Promise<Repository> {
  return Repository.open(services.openStore(found.location), services.workspace, found.keys.masterKey);
}

/** The master key as it travels to another thread. */
export function masterKeyBytes(found: AccountRepository): Buffer {
  return sealKeyBytes(found.keys.masterKey);
}

/** The generation is part of the name: a customer who gets the name of an earlier one gets another folder. */
function repositoryFolder(account: Account): string {
  return `${account.name}-${account.generation.slice(0, 12)}`;
}

function repositoryLocation({ configuration }: Services, account: Account): string {
  return `${primaryDestination(configuration).path}/${repositoryFolder(account)}`;
}

async function lookUp(services: Services, account: Account): Promise<AccountRepository | undefined> {
  const destination = primaryDestination(services.configuration);
  const record = await services.records.findRepository(account.generation, destination.name);
  if (record === undefined) return undefined;
  const { repositoryId } = record;
  const keys = await services.keys.load({ generation: account.generation, repositoryId });
  return {
    account,
    destination: destination.name,
    location: `${destination.path}/${record.folder}`,
    repositoryId,
    keys,
  };
}

/**
 * Keys are safe on disk before anything is sealed with them, and the record comes last: whatever stops this in
 * between leaves a folder that the next try takes for its own name only when it is empty of a config.
 */
async function makeRepository(services: Services, account: Account): Promise<AccountRepository> {
  const destination = primaryDestination(services.configuration);
  const location = repositoryLocation(services, account);
  const store = services.openStore(location);
  await clearUnfinished(services, location);
  const keys = { masterKey: newMasterKey(), password: services.randomSecret().toString('base64url') };
  const repository = await Repository.create(store, services.workspace, keys.masterKey);
  const { generation } = account;
  const recovery = await services.keys.save({ generation, repositoryId: repository.id }, keys);
  const { username, hostname } = services.locker;
  const maker = { createdAt: services.clock.now(), username, hostname };
  const keyFile = makeKeyFile(services.workspace.codec, keys.masterKey, keys.password, maker);
  await store.write(folders.keys + sha256(keyFile), keyFile);
  await store.write(recoveryKey, recovery);
  await services.records.addRepository({
    repositoryId: repository.id,
    generation,
    accountName: account.name,
    destination: destination.name,
    folder: repositoryFolder(account),
    createdAt: services.clock.now(),
  });
  return { account, destination: destination.name, location, repositoryId: repository.id, keys };
}

/**
 * A making that was cut short leaves a config (and keys) that no record names. Without a snapshot there is nothing in
 * it, and it may be made anew; with one, a person must look.
 */
async function clearUnfinished(services: Services, location: string): Promise<void> {
  const store = services.openStore(location);
  const objects = await store.list('');
  const holdsData = objects.some(({ key }) => key.startsWith(folders.snapshots) || key.startsWith(folders.data));
  if (holdsData) {
    const problem = 'holds restore points that the records do not know';
    throw new Failure('repository-unsupported', { location, problem });
  }
  for (const { key } of objects) await store.remove(key);
}
