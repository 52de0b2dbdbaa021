import type { FormerRepository, RepositoryRecord } from '../contracts/records.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { roomForRenewal } from '../domain/plan-renewal.ts';
import { folders, unfinishedKey } from '../engine/format.ts';
import { prune } from '../engine/prune.ts';
import { bringBlobs, bringSnapshots, verifyRenewed } from '../engine/renew-repository.ts';
import { describeLoss, surveyRenewal, type RenewalSurvey } from '../engine/renewal-survey.ts';
import { lockRepository, retireRepository, type ExclusiveLock } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { RenewReport } from '../protocol/keys.ts';
import type { AccountRepository } from './account-repository.ts';
import { tellCopy } from './copy-back.ts';
import { placeOf } from './known-states.ts';
import { lockWhenFree } from './lock-when-free.ts';
import { markUnfinished, verifyKeys, type RenewalTarget } from './renewal-target.ts';
import type { Performing, Services } from './services.ts';

/** Everything that one renewal is about. */
export interface RenewalGround {
  readonly performing: Performing;
  /** What is used now. */
  readonly found: AccountRepository;
  readonly acceptLoss: boolean;
  readonly source: Repository;
  readonly target: RenewalTarget;
  /** On the target. */
  readonly lock: ExclusiveLock;
}

export interface Exchanged extends Pick<RenewReport, 'outcome' | 'points' | 'bytes' | 'freeBytes' | 'lost'> {
  /** What was used before; undefined when it still is. */
  readonly former: FormerRepository | undefined;
}

/**
 * First everything is brought and read back while backups may go on. Then nobody else works in the old repository: what
 * came in meanwhile is brought, and the records name the new one from one moment to the next.
 * @throws {Failure} `no-space`, `repository-locked`, `repository-damaged`, `busy`; what the stores throw. Then the old
 * one is used.
 */
export async function bringAndExchange(ground: RenewalGround): Promise<Exchanged> {
  const { performing, source } = ground;
  const { services, signal } = performing;
  const startedAt = services.clock.now();
  const shared = await lockRepository(source, false, services.locker);
  let first: Brought;
  try {
    first = await bring(ground, undefined);
  } finally {
    await shared.release();
  }
  if (first.renewed === undefined) return tell(ground, first, undefined);
  const alone = await lockWhenFree(services, source, signal);
  try {
    const last = await bring(ground, first.renewed.packs);
    if (last.renewed === undefined) return tell(ground, last, undefined);
    await alone.assertHeld();
    const former = await exchange(ground, last.renewed.points);
    await retireRepository(source, alone, services.locker);
    if (last.isWhole) await noteWhole(ground, last.renewed.points, startedAt);
    return tell(ground, { ...last, bytes: first.bytes + last.bytes }, former);
  } finally {
    await alone.release();
  }
}

interface Brought {
  readonly bytes: number;
  readonly points: number;
  readonly lost: RenewReport['lost'];
  /** Whether nothing is lost. */
  readonly isWhole: boolean;
  /** Undefined when something is lost and nobody accepts that: then nothing more was done. */
  readonly renewed: { readonly points: Map<SnapshotId, SnapshotId>; readonly packs: Set<string> } | undefined;
}

/** Brings what is missing, and reads back what was not `without`. */
async function bring(ground: RenewalGround, without: ReadonlySet<string> | undefined): Promise<Brought> {
  const { performing, source, target, lock } = ground;
  const { services, signal, onProgress } = performing;
  const { repository } = target;
  const survey = await surveyRenewal(source, repository, { locker: services.locker, signal });
  requireRoom(ground, survey);
  const advance = tellCopy(onProgress, ground.found.account.name);
  await bringBlobs(repository, lock, survey, { signal, onProgress: advance });
  const lost = await describeLoss(survey, signal);
  const isWhole = survey.lost.size === 0 && survey.unreadable.length === 0;
  const brought = { bytes: survey.bytes, points: survey.snapshots.length, lost, isWhole };
  if (!isWhole && !ground.acceptLoss) return { ...brought, renewed: undefined };
  refuseNothing(survey);
  const points = await bringSnapshots(repository, lock, survey);
  const isTidy = !target.isResumed || without !== undefined || survey.lost.size > 0;
  if (!isTidy) await prune(repository, lock, { clock: services.clock, signal, mayEmpty: true });
  return { ...brought, renewed: { points, packs: await readBack(ground, survey, without) } };
}

/** @throws {Failure} `no-space`. */
function requireRoom({ performing, found }: RenewalGround, { bytes }: RenewalSurvey): void {
  const free = freeBytes(performing.services, found);
  if (bytes > 0 && free !== undefined && free < roomForRenewal(bytes))
    throw new Failure('no-space', { path: found.location });
}

/** How much is free where the repository is; undefined where nobody can tell. */
export function freeBytes(services: Services, { place: { destination } }: AccountRepository): number | undefined {
  return destination.kind === 'local' ? services.freeBytesAt(destination.path) : undefined;
}

/** However much loss is accepted, a repository without anything is none. @throws {Failure} `repository-damaged`. */
function refuseNothing({ snapshots, unreadable }: RenewalSurvey): void {
  const [object] = unreadable;
  if (snapshots.length > 0 || object === undefined) return;
  throw new Failure('repository-damaged', {
    object: `snapshot ${object}`,
    problem: 'cannot be read, and there is no other',
  });
}

/** What does not read back as it should is thrown away, so that the next try begins anew. */
async function readBack(
  { performing, target, lock, found }: RenewalGround,
  { lost }: RenewalSurvey,
  without: ReadonlySet<string> | undefined,
): Promise<Set<string>> {
  const { services, signal, onProgress } = performing;
  const account = found.account.name;
  try {
    return await verifyRenewed(target.repository, lock, {
      lost,
      without,
      locker: services.locker,
      signal,
      onProgress: (bytes, bytesTotal) =>
        onProgress({ kind: 'advance', step: 'check', account, items: 0, itemsTotal: undefined, bytes, bytesTotal }),
    });
  } catch (error) {
    if (isFailure(error, 'repository-damaged')) await discard(target.repository);
    throw error;
  }
}

/** The config last: as long as it is there, the next try takes it for its own. */
async function discard({ store }: Repository): Promise<void> {
  const keys = (await store.list('')).map(({ key }) => key).filter((key) => !key.startsWith(folders.locks));
  const isPart = (key: string): boolean => key.includes('/');
  for (const key of [...keys.filter(isPart), ...keys.filter((key) => !isPart(key))]) await store.remove(key);
}

async function exchange(ground: RenewalGround, points: ReadonlyMap<SnapshotId, SnapshotId>): Promise<FormerRepository> {
  const { performing, found, target, lock } = ground;
  await verifyKeys(performing.services, found, target);
  await target.repository.store.remove(unfinishedKey, { durable: true });
  try {
    performing.signal.throwIfAborted();
    await lock.assertHeld();
    return await exchangeRecords(performing, found, target, points);
  } catch (error) {
    await markAgain(ground);
    throw error;
  }
}

/** Unless it was exchanged all the same. Whatever goes wrong here, what went wrong before is told. */
async function markAgain({ performing, found, target }: RenewalGround): Promise<void> {
  const { records, log } = performing.services;
  const { account, destination, repositoryId } = found;
  try {
    const used = await records.findRepository(account.generation, destination);
    if (used?.repositoryId === repositoryId) await markUnfinished(target.repository.store);
  } catch (error) {
    log.warn('renewal-not-marked', { account: account.name, error });
  }
}

/** From now on the other repository is the one that is used. @returns what was used before. @throws {Failure} `busy`. */
export async function exchangeRecords(
  { services: { records, clock }, jobId: job }: Pick<Performing, 'services' | 'jobId'>,
  { account, destination, repositoryId }: Pick<AccountRepository, 'account' | 'destination' | 'repositoryId'>,
  { repository, place: { folder } }: Pick<RenewalTarget, 'repository' | 'place'>,
  points: ReadonlyMap<SnapshotId, SnapshotId>,
): Promise<FormerRepository> {
  const former = await records.findRepository(account.generation, destination);
  if (former?.repositoryId !== repositoryId) throw new Failure('busy', { account: account.name });
  const at = clock.now();
  const record: RepositoryRecord = { ...former, repositoryId: repository.id, folder, createdAt: at };
  await records.exchangeRepository({ former, record, points, at, job, isClosed: false });
  return { ...former, replacedAt: at, job, isClosed: false };
}

/** Everything was just read, and all of it was right. */
async function noteWhole(
  { performing: { services }, found, target }: RenewalGround,
  points: ReadonlyMap<SnapshotId, SnapshotId>,
  startedAt: Date,
): Promise<void> {
  const { verifications, clock } = services;
  const finishedAt = clock.now();
  const ids = [...points.values()];
  const findings = ids.map((snapshotId) => {
    return { snapshotId, depth: 'full', at: finishedAt, damage: undefined } as const;
  });
  await verifications.note(placeOf(found), findings);
  const bytesStored = (await target.repository.listPacks()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const counts = { points: ids.length, damagedPoints: 0, bytesRead: bytesStored, bytesStored };
  await verifications.addCheck({ ...placeOf(found), depth: 'full', startedAt, finishedAt, ...counts });
}

function tell(
  { performing, found }: RenewalGround,
  { bytes, points, lost }: Brought,
  former: FormerRepository | undefined,
): Exchanged {
  const outcome = former === undefined ? 'refused' : 'renewed';
  return { outcome, points, bytes, freeBytes: freeBytes(performing.services, found), lost, former };
}
