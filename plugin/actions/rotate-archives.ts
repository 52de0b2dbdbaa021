import { zipKey } from '../archives/make-archive.ts';
import type { Account } from '../domain/account.ts';
import { withoutFullOnes } from '../domain/archive-chain.ts';
import { isFailure } from '../domain/failure.ts';
import { planArchiveRemoval } from '../domain/plan-archive.ts';
import { planRetention, type DatedPoint } from '../domain/plan-retention.ts';
import { openAccountArchives, type AccountArchives, type KnownArchive } from './account-archives.ts';
import { isClockTrusted } from './is-clock-trusted.ts';
import { removeArchive } from './remove-archive.ts';
import { retentionGround } from './retained-points.ts';
import { chosenDestination, type Services } from './services.ts';

/** Each takes as much room as all that the account has: of those that somebody asked for the newest few stay. */
const mostAsked = 5;

/**
 * Removes the archives that the account's rotation no longer wants; a full one stays while a kept one needs it, and none
 * goes in favour of one whose full one is missing or that was never read back. Nothing
 * goes by a clock that jumped, and where the key may not delete, which is no failure; what is locked stays until its lock is over.
 * @param made the archive that was made and read back just now. @returns the names of those that went.
 * @throws {Failure} `destination-unreachable`.
 */
export async function rotateArchives(services: Services, account: Account, made: string): Promise<readonly string[]> {
  const open = await openAccountArchives(services, account);
  const { destination, store, folder, archives } = open;
  const asked = archives.filter(({ isByHand }) => isByHand === true);
  const tooMany = new Set(asked.slice(0, -mostAsked));
  const judged = archives.filter((archive) => !tooMany.has(archive));
  const record = await services.copyLedger.loadArchives(destination, account.generation);
  const proven = new Set(record?.archives ?? archives.map(({ name }) => name)).add(made);
  const orphans = withoutFullOnes(archives);
  const points = judged.map(({ name, startedAt, isByHand }): DatedPoint => {
    const kind = isByHand === true ? 'manual' : 'nightly';
    const proof = orphans.has(name) || !proven.has(name) ? 'damaged' : 'good';
    return { id: name, time: startedAt.getTime(), kind, isWhole: true, isPinned: false, proof };
  });
  const place = chosenDestination(services.configuration, destination);
  const { keep } = planRetention(points, retentionGround(services, account, place));
  const isTrusted = await isClockTrusted(
    services,
    points.map(({ time }) => time),
  );
  const going = isTrusted ? planArchiveRemoval(archives, new Set(keep.map(({ point }) => point.id))) : [];
  const gone = new Set(going.map(({ name }) => name));
  const left = archives.filter(({ name }) => !gone.has(name));
  const newest = archives.find(({ name }) => name === made);
  const lockedUntil = await lockOf(newest, (name) => store.lockedUntil(zipKey(folder, name)));
  // What is missing the next time somebody else removed, and on what no record names no other may build.
  await services.copyLedger.saveArchives(destination, account.generation, {
    archives: left.map(({ name }) => name).filter((name) => proven.has(name)),
    archivedAt: newest?.startedAt ?? services.clock.now(),
    lockedUntil,
  });
  const removed: string[] = [];
  for (const name of gone) {
    const isNeeded = archives.some((one) => one.full === name && !removed.includes(one.name));
    if (!isNeeded && (await couldRemove(services, open, name))) removed.push(name);
  }
  if (removed.length < gone.size) services.log.warn('archives-stay', { account: account.name, destination });
  return removed;
}

/** @returns false where it stays: it is locked, or the key may not delete. */
async function couldRemove(services: Services, open: AccountArchives, name: string): Promise<boolean> {
  try {
    await removeArchive(services, open, name);
    return true;
  } catch (error) {
    if (isFailure(error, 'destination-refused') || isFailure(error, 'destination-locked')) return false;
    throw error;
  }
}

/** Until when nobody can delete what an archive needs: itself, and its full one. */
async function lockOf(
  newest: KnownArchive | undefined,
  lockedUntil: (name: string) => Promise<Date | undefined>,
): Promise<Date | undefined> {
  if (newest === undefined) return undefined;
  const names = newest.full === undefined ? [newest.name] : [newest.name, newest.full];
  const times: number[] = [];
  for (const name of names) times.push((await lockedUntil(name))?.getTime() ?? 0);
  const first = Math.min(...times);
  return first === 0 ? undefined : new Date(first);
}
