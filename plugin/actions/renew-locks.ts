import type { ObjectLocks } from '../contracts/place.ts';
import { configKey, folders, packKey, recoveryKey } from '../engine/format.ts';
import { surveyRepository } from '../engine/prune-survey.ts';
import { Repository } from '../engine/repository.ts';
import type { CopyGround } from './copy-account.ts';
import type { Performing } from './services.ts';

const dayMilliseconds = 86_400_000;

/**
 * Locks packs that no restore point of the copy needed, so that their locks may be over, and that one needs again which is about
 * to be sent: else nothing would until all is locked anew.
 */
export async function lockReused(
  { services }: Performing,
  { place: { locks }, destination }: Pick<CopyGround, 'place' | 'destination'>,
  packs: readonly string[],
): Promise<void> {
  if (locks === undefined || destination.kind !== 's3' || destination.lock === undefined) return;
  const until = new Date(services.clock.now().getTime() + destination.lock.days * dayMilliseconds);
  await lockAll(locks, packs.map(packKey), until, destination.limits.parallel);
}

/**
 * Keeps everything that the copy's restore points need locked: when less than half of the time is left, all of it is
 * locked anew. What no restore point needs any more is not, and becomes free.
 * @returns until when all is locked; undefined where nothing is.
 */
export async function renewLocks(performing: Performing, ground: CopyGround): Promise<Date | undefined> {
  const { place, destination, ledger } = ground;
  const { locks } = place;
  if (locks === undefined || destination.kind !== 's3' || destination.lock === undefined) return undefined;
  const now = performing.services.clock.now().getTime();
  const length = destination.lock.days * dayMilliseconds;
  const known = ledger?.lockedUntil;
  if (known !== undefined && known.getTime() - now > length / 2) return known;
  const until = new Date(now + length);
  const keys = await neededKeys(performing, ground);
  await lockAll(locks, keys, until, destination.limits.parallel);
  return until;
}

/** What refers to others comes last: a restore point's own lock never says more than is so. */
async function neededKeys({ services, signal }: Performing, { source, place }: CopyGround): Promise<string[]> {
  const target = await Repository.open(place.store, services.workspace, source.masterKey);
  const survey = await surveyRepository(target, signal);
  const packs = survey.packs.filter(({ usedBytes, storedBytes }) => usedBytes > 0 && storedBytes !== undefined);
  const listed = (await place.store.list('')).map(({ key }) => key);
  const below = (folder: string): string[] => listed.filter((key) => key.startsWith(folder));
  return [
    configKey,
    ...below(recoveryKey),
    ...below(folders.keys),
    ...packs.map(({ id }) => packKey(id)),
    ...below(folders.index),
    ...below(folders.snapshots),
  ];
}

async function lockAll(locks: ObjectLocks, keys: readonly string[], until: Date, parallel: number): Promise<void> {
  for (let at = 0; at < keys.length; at += parallel) {
    await Promise.all(keys.slice(at, at + parallel).map((key) => locks.lock(key, until)));
  }
}
