import type { KeyOwner } from '../contracts/key-store.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { RepositoryPlace } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { folders, recoveryKey, unfinishedKey } from '../engine/format.ts';
import { openKeyFile } from '../engine/key-file.ts';
import { sealKeyBytes } from '../engine/master-key.ts';
import { lockRepository, type ExclusiveLock } from '../engine/repository-lock.ts';
import { layKeys, layRepository, type AccountRepository, type LaidRepository } from './account-repository.ts';
import { laterFolders } from './later-folders.ts';
import { sealRecovery } from './seal-recovery.ts';
import type { Services } from './services.ts';

/** The repository that shall take the place of another. Until then a mark lies in it. */
export interface RenewalTarget extends LaidRepository {
  readonly place: RepositoryPlace;
  /** An earlier try has begun it. */
  readonly isResumed: boolean;
}

/** What an earlier try has begun, or the folder after all others of the account. */
interface RenewalFolder {
  readonly place: RepositoryPlace;
  readonly store: ObjectStore;
  readonly begun: LaidRepository | undefined;
}

/** A target that nobody else works in. */
export interface LockedTarget {
  readonly target: RenewalTarget;
  readonly lock: ExclusiveLock;
}

/**
 * Goes on with what an earlier try began, or begins anew. Nothing of it is touched before it is locked: another try may
 * have just ended in it.
 * @throws {Failure} `repository-locked`; `busy` when another try was first; what stores and keys throw.
 */
export async function prepareTarget(services: Services, found: AccountRepository): Promise<LockedTarget> {
  const { place, store, begun } = await findFolder(services, found);
  const laid = begun ?? (await layAnew(services, found, store));
  const lock = await lockRepository(laid.repository, true, services.locker);
  try {
    await refuseExchanged(services, found);
    await markUnfinished(store);
    if (begun !== undefined) await completeKeys(services, ownerOf(found, begun), begun);
    return { target: { ...laid, place, isResumed: begun !== undefined }, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function layAnew(services: Services, found: AccountRepository, store: ObjectStore): Promise<LaidRepository> {
  for (const { key } of await store.list('')) await store.remove(key);
  return layRepository(services, found.account, store);
}

/** @throws {Failure} `busy` when what was found is not what is used any more. */
async function refuseExchanged({ records }: Services, found: AccountRepository): Promise<void> {
  const { account, destination, repositoryId } = found;
  const used = await records.findRepository(account.generation, destination);
  if (used?.repositoryId !== repositoryId) throw new Failure('busy', { account: account.name });
}

const mark = Buffer.from('Made by "larder keys renew", which has not ended. Run it again, or remove this folder.\n');

/** As long as the mark lies there, nobody takes it for a repository that is used. */
export async function markUnfinished(store: ObjectStore): Promise<void> {
  await store.write(unfinishedKey, mark);
}

/** Where a renewal brings the repository. What nobody here can open is left alone. Changes nothing. */
export async function findFolder(services: Services, found: AccountRepository): Promise<RenewalFolder> {
  const { later, next } = await laterFolders(services, found);
  const begun = later.findLast((one) => one.begun !== undefined);
  return begun ?? { place: next, store: await services.openStore(next), begun: undefined };
}

const ownerOf = ({ account }: AccountRepository, { repository }: LaidRepository): KeyOwner => {
  return { generation: account.generation, repositoryId: repository.id };
};

/** The try before may have ended before it laid them. */
async function completeKeys(services: Services, owner: KeyOwner, { repository, keys }: LaidRepository): Promise<void> {
  const { store } = repository;
  const lying = (await store.list('')).map(({ key }) => key);
  const isWhole = lying.includes(recoveryKey) && lying.some((key) => key.startsWith(folders.keys));
  if (isWhole) return;
  for (const key of lying) if (key.startsWith(folders.keys)) await store.remove(key);
  await layKeys(services, store, keys, await services.keys.sealForRecovery(owner));
}

/**
 * With the keys that this server keeps, and with the password alone, the new repository opens; the password is sealed anew,
 * because the recovery keys may be others since it was laid. @throws {Failure} `key-unusable`, `destination-refused`.
 */
export async function verifyKeys(
  services: Services,
  found: AccountRepository,
  { repository, keys }: RenewalTarget,
): Promise<void> {
  const { store, workspace } = repository;
  const owner = ownerOf(found, { repository, keys });
  await sealRecovery(services, owner, store);
  const kept = await services.keys.load(owner);
  const [file] = await store.list(folders.keys);
  const opened = file && openKeyFile(workspace.codec, await store.read(file.key), kept.password);
  const isRight = opened !== undefined && sealKeyBytes(opened).equals(sealKeyBytes(keys.masterKey));
  const isKept = sealKeyBytes(kept.masterKey).equals(sealKeyBytes(keys.masterKey));
  if (isRight && isKept) return;
  throw new Failure('key-unusable', { key: `of ${store.location}`, problem: 'does not open what was just made' });
}
