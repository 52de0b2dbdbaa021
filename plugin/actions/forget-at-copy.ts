import { guardRetention } from '../domain/guard-retention.ts';
import type { DatedPoint } from '../domain/plan-retention.ts';
import { isFailure } from '../domain/failure.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import { forgetSnapshots } from '../engine/forget.ts';
import { folders } from '../engine/format.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { Repository } from '../engine/repository.ts';
import { loadSnapshot } from '../engine/snapshot.ts';
import type { CopyGround } from './copy-account.ts';
import { isClockTrusted } from './is-clock-trusted.ts';
import { planBeside, sealedPoints, withoutBeside } from './own-key.ts';
import { toRetainedPoint, retentionGround, type RetainedPoint } from './retained-points.ts';
import type { Performing, Services } from './services.ts';

/** Forgetting costs as many requests as two nights: it waits until it is worth while. */
const batch = 7;

/**
 * Lets a copy forget what the rules let go there, whatever the source still holds. What is locked stays until its lock is
 * over. Never all, never the newest, and nothing while the source is not sure what may go: by a clock that jumped, when much
 * more than usual would go at once, or before its newest was read back.
 * Where the key may not delete, nothing is forgotten, and that is no failure.
 * @param there the restore points that the copy holds. @returns those that it forgot.
 */
export async function forgetAtCopy(
  performing: Performing,
  ground: CopyGround,
  there: ReadonlySet<SnapshotId>,
): Promise<SnapshotId[]> {
  const { services } = performing;
  const points = await pointsOf(services, ground, there);
  const beside = await sealedPoints(services, ground.account);
  const rules = retentionGround(services, ground.account, ground.destination);
  const { forget } = withoutBeside(planBeside(points, beside, rules), points);
  const least = beside.length > 0 ? 1 : batch; // where none is added, fewer than a batch would stay for ever
  if (forget.length < least || (await isHeld(services, ground, { there: points, beside }))) return [];
  const newest = [...points, ...beside].toSorted((one, other) => other.time - one.time)[0];
  const gone = await unlocked(
    services,
    ground,
    forget.map(({ point }) => point.snapshot.id).filter((id) => id !== newest?.id),
  );
  if (gone.length === 0) return [];
  const target = await Repository.open(ground.place.store, ground.source.workspace, ground.source.masterKey);
  try {
    const lock = await lockRepository(target, true, services.locker);
    try {
      await expectGone(services, ground, there, new Set(gone));
      await forgetSnapshots(target, lock, gone);
      return gone;
    } finally {
      await lock.release();
    }
  } catch (error) {
    // A key that may not delete is the safer one; with it our own lock of a moment ago is still there.
    if (!isFailure(error, 'destination-refused') && !isFailure(error, 'repository-locked')) throw error;
    services.log.warn('copy-forgets-nothing', { account: ground.account.name, destination: ground.destination.name });
    return notListed(target, gone); // some may be gone all the same
  }
}

/** Whatever stops us half-way: what we removed ourselves is no loss. What was not removed is listed, and known again. */
async function expectGone(
  { copyLedger }: Services,
  { destination, source, ledger }: CopyGround,
  there: ReadonlySet<SnapshotId>,
  gone: ReadonlySet<SnapshotId>,
): Promise<void> {
  if (ledger === undefined) return; // nothing is missed
  const snapshots = [...there].filter((id) => !gone.has(id));
  await copyLedger.save(destination.name, source.id, { ...ledger, snapshots });
}

async function notListed(target: Repository, ids: readonly SnapshotId[]): Promise<SnapshotId[]> {
  const left = new Set(await target.listIds('snapshots'));
  return ids.filter((id) => !left.has(id));
}

async function isHeld(
  services: Services,
  { account, points }: CopyGround,
  { there, beside }: { readonly there: readonly RetainedPoint[]; readonly beside: readonly DatedPoint[] },
): Promise<boolean> {
  const times = [...points, ...there].filter(({ kind }) => kind !== 'foreign').map(({ time }) => time);
  const guards = { isClockSteady: await isClockTrusted(services, times), isConfirmed: false };
  if (!guards.isClockSteady) return true;
  return guardRetention(planBeside(points, beside, retentionGround(services, account)), guards).held.length > 0;
}

/** Those that only the copy has are read from there. */
async function pointsOf(
  services: Services,
  { source, place, points }: CopyGround,
  there: ReadonlySet<SnapshotId>,
): Promise<RetainedPoint[]> {
  const known = points.filter(({ snapshot }) => there.has(snapshot.id));
  const names = new Set<string>(known.map(({ id }) => id));
  const others = [...there].filter((id) => !names.has(id));
  if (others.length === 0) return known;
  const target = await Repository.open(place.store, services.workspace, source.masterKey);
  const read = await Promise.all(others.map((id) => loadSnapshot(target, parseSnapshotId(id))));
  return [...known, ...read.map((snapshot) => toRetainedPoint(snapshot, undefined, undefined))];
}

async function unlocked({ clock }: Services, { place }: CopyGround, ids: readonly SnapshotId[]): Promise<SnapshotId[]> {
  const { locks } = place;
  if (locks === undefined) return [...ids];
  const free: SnapshotId[] = [];
  for (const id of ids) {
    const until = await locks.lockedUntil(folders.snapshots + id);
    if (until === undefined || until <= clock.now()) free.push(id);
  }
  return free;
}
