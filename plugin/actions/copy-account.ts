import type { CopyRecord } from '../contracts/copy-ledger.ts';
import type { Place } from '../contracts/place.ts';
import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import { openCopy } from '../engine/copy-foundation.ts';
import { copySnapshots, sendSnapshot, type Reuse } from '../engine/copy-snapshots.ts';
import { folders } from '../engine/format.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { remember, tellCopy } from './copy-back.ts';
import type { CopyDone } from './copy-done.ts';
import { forgetAtCopy } from './forget-at-copy.ts';
import { planBeside, sealedPoints, withoutBeside } from './own-key.ts';
import { keepFormerLocked } from './keep-former-locked.ts';
import { lockReused, renewLocks } from './renew-locks.ts';
import { readRetainedPoints, retentionGround, type RetainedPoint } from './retained-points.ts';
import { placeBelow, type Performing, type Services } from './services.ts';

export interface CopyOrder {
  readonly account: Account;
  readonly destination: DestinationConfiguration;
  readonly repair: boolean;
}

/** Everything that one copy is about. */
export interface CopyGround extends CopyOrder {
  readonly found: AccountRepository;
  readonly source: Repository;
  readonly place: Place;
  readonly points: readonly RetainedPoint[];
  readonly ledger: CopyRecord | undefined;
}

/**
 * Sends what the copy lacks, lets it forget what the rules let go, and renews locks. When nothing has changed this is
 * three requests. A copy that has lost what it held is an alarm, and is left as it is.
 * @throws {Failure} `copy-lost`, `copy-damaged`, `repository-missing`, `destination-refused`, `destination-unreachable`,
 * `repository-locked`, `repository-damaged`, `no-space`.
 */
export async function copyAccount(performing: Performing, order: CopyOrder): Promise<CopyDone> {
  const { services } = performing;
  const found = await findRepository(services, order.account);
  const source = await openRepository(services, found);
  const place = await services.openPlace(placeBelow(services.configuration, order.destination, found.place.folder));
  const lock = await lockRepository(source, false, services.locker);
  try {
    const points = await readRetainedPoints(services, { repository: source, found });
    const ledger = await services.copyLedger.load(order.destination.name, source.id);
    return await bringUpToDate(performing, { ...order, found, source, place, points, ledger });
  } finally {
    await lock.release();
  }
}

async function bringUpToDate(performing: Performing, ground: CopyGround): Promise<CopyDone> {
  const { services } = performing;
  const there = await listPoints(ground.place);
  await refuseLoss(services, ground, there);
  const missing = (await wanted(services, ground)).filter(({ snapshot }) => !there.has(snapshot.id));
  if (missing.length > 0) await keepFormerLocked(performing, ground);
  const sent = await send(performing, ground, missing, there);
  await remember(services, { ...ground, destination: ground.destination.name, renamed: renamedOf(ground.points) });
  for (const { snapshot } of missing) there.add(snapshot.id);
  const forgotten = await forgetAtCopy(performing, ground, there);
  for (const id of forgotten) there.delete(id);
  const lockedUntil = await renewLocks(performing, ground);
  const newestAt = newestWhole(ground.points, there);
  const record = { snapshots: [...there], copiedAt: services.clock.now(), newestAt, lockedUntil };
  await services.copyLedger.save(ground.destination.name, ground.source.id, record);
  return {
    points: there.size,
    pointsSent: missing.length,
    pointsForgotten: forgotten.length,
    ...sent,
    lockedUntil: lockedUntil?.toISOString(),
  };
}

/** New ids by those from before the keys were renewed. */
function renamedOf(points: readonly RetainedPoint[]): Map<SnapshotId, SnapshotId> {
  const renamed = new Map<SnapshotId, SnapshotId>();
  for (const { snapshot } of points) {
    for (const former of snapshot.formerIds ?? []) renamed.set(former, snapshot.id);
  }
  return renamed;
}

/** When the newest backup of the whole account was begun that the copy holds. */
function newestWhole(points: readonly RetainedPoint[], there: ReadonlySet<SnapshotId>): Date | undefined {
  const held = points.filter(({ isWhole, kind, snapshot }) => {
    return isWhole && kind !== 'before-restore' && there.has(snapshot.id);
  });
  return held.map(({ snapshot }) => snapshot.time).toSorted((one, other) => other.getTime() - one.getTime())[0];
}

async function listPoints(place: Place): Promise<Set<SnapshotId>> {
  const ids = new Set<SnapshotId>();
  for (const { key } of await place.store.list(folders.snapshots)) {
    const id = key.slice(folders.snapshots.length);
    if (/^[0-9a-f]{64}$/.test(id)) ids.add(parseSnapshotId(id));
  }
  return ids;
}

/** Nobody but Larder forgets restore points of a copy. */
async function refuseLoss(
  { copyLedger }: Services,
  { account, destination, source, ledger, repair }: CopyGround,
  there: ReadonlySet<SnapshotId>,
): Promise<void> {
  const lost = (ledger?.snapshots ?? []).filter((id) => !there.has(id));
  if (ledger === undefined || lost.length === 0 || repair) return;
  await copyLedger.save(destination.name, source.id, { ...ledger, lost: lost.length });
  throw new Failure('copy-lost', { ...namesOf(account, destination), count: lost.length });
}

function namesOf({ name: account }: Account, { name: destination }: DestinationConfiguration) {
  return { account, destination, mend: `larder --account ${account} copy --destination ${destination} --repair` };
}

/** What was deleted below restore points that are still there is no less an alarm. */
async function refuseLostPacks(
  { copyLedger }: Services,
  { account, destination, source, ledger, repair }: CopyGround,
  count: number,
): Promise<void> {
  if (repair) return;
  if (ledger !== undefined) await copyLedger.save(destination.name, source.id, { ...ledger, lost: count });
  throw new Failure('copy-damaged', { ...namesOf(account, destination), count });
}

/** What the rules keep. Safety copies of restores stay where the restore was made. */
async function wanted(
  services: Services,
  { account, points, destination }: CopyGround,
): Promise<readonly RetainedPoint[]> {
  const rules = retentionGround(services, account, destination);
  const { keep } = withoutBeside(planBeside(points, await sealedPoints(services, account), rules), points);
  return keep.map(({ point }) => point).filter(({ kind }) => kind !== 'before-restore');
}

type Sent = Pick<CopyDone, 'packsSent' | 'bytesSent'>;
const nothingSent: Sent = { packsSent: 0, bytesSent: 0 };

async function send(
  performing: Performing,
  ground: CopyGround,
  missing: readonly RetainedPoint[],
  there: ReadonlySet<SnapshotId>,
): Promise<Sent> {
  if (ground.repair) return sendWithPacks(performing, ground, missing, there);
  if (missing.length === 0) return nothingSent;
  if (isSameContent(ground, missing, there) && (await sendAlone(performing, ground, missing))) return nothingSent;
  return sendWithPacks(performing, ground, missing, there);
}

/** Whether the copy holds all that these need, because others of its restore points are of the same trees. */
function isSameContent(
  { points }: CopyGround,
  missing: readonly RetainedPoint[],
  there: ReadonlySet<SnapshotId>,
): boolean {
  const trees = new Set(points.filter(({ snapshot }) => there.has(snapshot.id)).map(({ snapshot }) => snapshot.tree));
  return missing.every(({ snapshot }) => trees.has(snapshot.tree));
}

/** A prune deletes nothing before its lock is older than this; see `settleMilliseconds`. */
const longestAloneMilliseconds = 20_000;

/**
 * Restore points without packs. Locks are looked for afterwards: whoever comes later sees the restore points. @returns
 * false when somebody prunes, or it took so long that somebody might have: then all is looked at under a lock.
 */
async function sendAlone(
  { services }: Performing,
  { source, place }: CopyGround,
  missing: readonly RetainedPoint[],
): Promise<boolean> {
  const begun = services.clock.elapsedMilliseconds();
  for (const { snapshot } of missing) await sendSnapshot(source, place, snapshot.id);
  const locks = await place.store.list(folders.locks);
  return locks.length === 0 && services.clock.elapsedMilliseconds() - begun < longestAloneMilliseconds;
}

async function sendWithPacks(
  performing: Performing,
  ground: CopyGround,
  missing: readonly RetainedPoint[],
  there: ReadonlySet<SnapshotId>,
): Promise<Sent> {
  const { services, signal, onProgress } = performing;
  const { source, place, account, destination, repair } = ground;
  const target = await openCopy(source, place.store);
  const lock = await lockRepository(target, false, services.locker);
  try {
    const { packs, bytes } = await copySnapshots(lock, {
      source,
      target,
      snapshots: missing.map(({ snapshot }) => snapshot),
      parallel: destination.kind === 'local' ? 2 : destination.limits.parallel,
      signal,
      onProgress: tellCopy(onProgress, account.name),
      mend: repair ? ground.points.map(({ snapshot }) => snapshot).filter(({ id }) => there.has(id)) : [],
      onLost: (packs) => refuseLostPacks(services, ground, packs),
      ...(place.locks === undefined ? {} : { reuse: reuseAt(performing, ground, there) }),
    });
    return { packsSent: packs, bytesSent: bytes };
  } finally {
    await lock.release();
  }
}

/** What the newest restore point there needs is locked. Older ones alone need little more, which is locked once more. */
function reuseAt(performing: Performing, ground: CopyGround, there: ReadonlySet<SnapshotId>): Reuse {
  const held = ground.points.filter(({ isWhole, snapshot }) => isWhole && there.has(snapshot.id));
  const newest = held.toSorted((one, other) => other.time - one.time).slice(0, 1);
  return {
    before: newest.map(({ snapshot }) => snapshot),
    comeIntoUse: (packs) => lockReused(performing, ground, packs),
  };
}
