/**
 * Locks are objects in `locks/`: shared ones for readers and backups, an exclusive one for prune. Stock restic
 * keeps the same rules, so both can work on one repository.
 */
import { Failure, isFailure } from '../domain/failure.ts';
import type { Clock } from '../contracts/clock.ts';
import { JsonReader } from './parse-json.ts';
import type { Repository } from './repository.ts';

/** restic: a lock not refreshed for this long is stale; refreshed well before. */
const staleMilliseconds = 30 * 60 * 1000;
const refreshMilliseconds = 5 * 60 * 1000;
/** A lock this old may be thought stale before what we are about to do is done. */
const doubtfulMilliseconds = 20 * 60 * 1000;

/** Who locks, and how to tell whether another locker on the same host still lives. */
export interface Locker {
  readonly hostname: string;
  readonly username: string;
  readonly processId: number;
  readonly uid: number;
  readonly gid: number;
  readonly clock: Clock;
  isProcessAlive(processId: number): boolean;
}

export interface RepositoryLock {
  readonly exclusive: boolean;
  /** @throws {Failure} `repository-locked` when the lock was removed or could not be kept fresh: others may be at work. */
  assertHeld(): Promise<void>;
  /** Removes the lock. Never throws: a lock that cannot be removed goes stale. */
  release(): Promise<void>;
}

/** What prune needs: only `lockRepository` makes one. */
export interface ExclusiveLock extends RepositoryLock {
  readonly exclusive: true;
}

/** What stands in a lock that never ends in the place of a host. */
const retiredHost = 'larder-keys-renew';

/**
 * Locks a repository for good: another one is used in its place, and whoever still means this one must notice. Neither
 * Larder nor stock restic takes the lock for stale. Done twice it comes to the same.
 */
export async function retireRepository(repository: Repository, _lock: ExclusiveLock, locker: Locker): Promise<void> {
  if (await isRetired(repository)) return;
  const forGood: Locker = {
    ...locker,
    hostname: retiredHost,
    processId: 0,
    clock: { ...locker.clock, now: () => never },
  };
  await writeLock(repository, true, forGood);
}

/** Far enough, and what restic can read. */
const never = new Date('9999-01-01T00:00:00Z');

/** Whether another repository is used in the place of this one. */
export async function isRetired(repository: Repository): Promise<boolean> {
  for (const id of await repository.listIds('locks')) {
    if ((await readLock(repository, id))?.hostname === retiredHost) return true;
  }
  return false;
}

interface LockFile {
  readonly time: Date;
  readonly exclusive: boolean;
  readonly hostname: string;
  readonly username: string;
  readonly processId: number;
}

/**
 * Takes a lock and keeps it fresh until released. Stale locks that are in the way are removed.
 * @throws {Failure} `repository-locked` when another lock excludes it; nothing of ours remains then.
 */
export function lockRepository(repository: Repository, exclusive: true, locker: Locker): Promise<ExclusiveLock>;
export function lockRepository(repository: Repository, exclusive: boolean, locker: Locker): Promise<RepositoryLock>;
export async function lockRepository(
  repository: Repository,
  exclusive: boolean,
  locker: Locker,
): Promise<RepositoryLock> {
  let id = await writeLock(repository, exclusive, locker);
  let writtenAt = locker.clock.now();
  const age = (): number => locker.clock.now().getTime() - writtenAt.getTime();
  /** Whoever took it for stale has removed it, or may have by now, and may be at work: a new one would only hide that. */
  const isOurs = async (): Promise<boolean> =>
    age() < doubtfulMilliseconds && (await repository.listIds('locks')).includes(id);
  try {
    await refuseOthers(repository, { id, exclusive }, locker);
  } catch (error) {
    await removeQuietly(repository, id);
    throw error;
  }
  const refresh = async (): Promise<void> => {
    if (!(await isOurs())) return;
    const old = id;
    const now = locker.clock.now();
    id = await writeLock(repository, exclusive, locker);
    writtenAt = now;
    await removeQuietly(repository, old);
  };
  let refreshing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    refreshing = refresh().catch(() => undefined); // tried again in five minutes; stale only after thirty
  }, refreshMilliseconds);
  timer.unref();
  return {
    exclusive,
    async assertHeld() {
      await refreshing;
      if (await isOurs()) return;
      throw new Failure('repository-locked', {
        holder: 'another program, which removed our lock',
        since: writtenAt.toISOString(),
      });
    },
    async release() {
      clearInterval(timer);
      await refreshing;
      await removeQuietly(repository, id);
    },
  };
}

/** Every lock, for people. */
export async function listLocks(repository: Repository, locker: Locker): Promise<ListedLock[]> {
  const locks: ListedLock[] = [];
  for (const id of await repository.listIds('locks')) {
    const lock = await readLock(repository, id);
    if (lock !== undefined) locks.push({ id, holder: describe(lock), isStale: isStale(lock, locker) });
  }
  return locks;
}

export interface ListedLock {
  readonly id: string;
  readonly holder: string;
  readonly isStale: boolean;
}

function writeLock(repository: Repository, exclusive: boolean, locker: Locker): Promise<string> {
  const { hostname, username, processId, uid, gid } = locker;
  return repository.saveUnpacked(
    'locks',
    JSON.stringify({ time: locker.clock.now().toISOString(), exclusive, hostname, username, pid: processId, uid, gid }),
  );
}

interface OurLock {
  readonly id: string;
  readonly exclusive: boolean;
}

/**
 * Ours is written first and others are looked for afterwards: of two at the same moment at least one sees the other.
 * A lock that is gone when it is read may have been refreshed under another name, so then all are listed again.
 */
async function refuseOthers(repository: Repository, ours: OurLock, locker: Locker): Promise<void> {
  const known = new Set([ours.id]);
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const id of await repository.listIds('locks')) {
      if (known.has(id)) continue;
      known.add(id);
      const lock = await readLock(repository, id);
      if (lock === undefined) isSettled = false;
      else await refuseOther(repository, { id, lock }, ours, locker);
    }
  }
}

async function refuseOther(
  repository: Repository,
  other: { readonly id: string; readonly lock: LockFile },
  ours: OurLock,
  locker: Locker,
): Promise<void> {
  const { id, lock } = other;
  if (isStale(lock, locker)) await removeQuietly(repository, id);
  else if (ours.exclusive || lock.exclusive) {
    throw new Failure('repository-locked', { holder: describe(lock), since: lock.time.toISOString() });
  }
}

/** What a power cut left of a lock: writes are whole or nothing, so a lock that cannot be read holds nobody. */
const ruin: LockFile = { time: new Date(0), exclusive: false, hostname: '', username: '', processId: 0 };

/** @returns undefined when it was removed meanwhile. */
async function readLock(repository: Repository, id: string): Promise<LockFile | undefined> {
  try {
    const json = JsonReader.parse(`lock ${id}`, await repository.loadUnpacked('locks', id));
    const time = new Date(json.string('time'));
    return {
      time: Number.isNaN(time.getTime()) ? new Date(0) : time,
      exclusive: json.boolean('exclusive'),
      hostname: json.has('hostname') ? json.string('hostname') : '',
      username: json.has('username') ? json.string('username') : '',
      processId: json.count('pid', 0),
    };
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    if (isFailure(error, 'repository-damaged')) return ruin;
    throw error;
  }
}

function isStale(lock: LockFile, locker: Locker): boolean {
  if (locker.clock.now().getTime() - lock.time.getTime() > staleMilliseconds) return true;
  return lock.hostname === locker.hostname && lock.processId > 0 && !locker.isProcessAlive(lock.processId);
}

function describe(lock: LockFile): string {
  if (lock.hostname === retiredHost) return 'larder keys renew: another repository is used in its place';
  return `${lock.username || 'somebody'} on ${lock.hostname || 'an unknown host'}, process ${lock.processId}`;
}

async function removeQuietly(repository: Repository, id: string): Promise<void> {
  await repository.removeUnpacked('locks', id).catch(() => undefined);
}
