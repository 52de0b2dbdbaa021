/**
 * Records may be older than an exchange: the server's own restore point was brought back, or a copy of the database. Then
 * they name a repository in whose place another is used. What took its place takes it again.
 */
import type { FormerRepository } from '../contracts/records.ts';
import { locationOf, type RepositoryPlace } from '../domain/destination.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { unfinishedKey } from '../engine/format.ts';
import { isRetired } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { exchangeRecords } from './exchange-repository.ts';
import { laterFolders, type LaterFolder } from './later-folders.ts';
import type { Performing, Services } from './services.ts';

export interface Successor {
  readonly repository: Repository;
  readonly place: RepositoryPlace;
  readonly snapshots: readonly Snapshot[];
  /** Between the one that the records name and this one, with other keys again. */
  readonly passed: readonly Passed[];
}

type Passed = Pick<Successor, 'repository' | 'place'>;

/** @returns undefined when nothing is there any more. */
export async function openIfThere(services: Services, found: AccountRepository): Promise<Repository | undefined> {
  try {
    return await openRepository(services, found);
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return undefined;
    throw error;
  }
}

/**
 * What is used in the place of a repository that the records still name, however often keys were renewed since, and
 * whether what was used in between is still there. @param source undefined: it is not there any more.
 * @returns undefined when the records are right.
 * @throws {Failure} `key-unusable` when the keys of the other are not there; `repository-locked`, `repository-missing` when
 * there is none.
 */
export async function findSuccessor(
  services: Services,
  found: AccountRepository,
  source: Repository | undefined,
): Promise<Successor | undefined> {
  const { later, next } = await laterFolders(services, found);
  let state = await stateOf(source);
  let successor: Successor | undefined;
  for (const one of later) {
    const ended = await whenEnded(one);
    if (ended === undefined || !isMeant(ended, state)) continue;
    successor = { ...ended, passed: successor === undefined ? [] : [...successor.passed, successor] };
    state = await stateOf(successor.repository);
  }
  if (!state.isOver) return successor;
  const closed = later.slice(indexAfter(later, successor)).find(({ begun }) => begun === undefined);
  if (closed !== undefined) {
    throw new Failure('key-unusable', { key: `of ${locationOf(closed.place)}`, problem: 'is not on this server' });
  }
  const last = successor?.repository ?? source;
  if (last === undefined) throw new Failure('repository-missing', { location: found.location });
  const since = services.clock.now().toISOString();
  throw new Failure('repository-locked', { holder: `larder keys renew, for what is not in ${next.folder}`, since });
}

interface State {
  /** Nobody uses it any more. */
  readonly isOver: boolean;
  readonly isEmpty: boolean;
}

async function stateOf(repository: Repository | undefined): Promise<State> {
  if (repository === undefined) return { isOver: true, isEmpty: false };
  const isEmpty = (await repository.listIds('snapshots')).length === 0;
  return { isOver: await isRetired(repository), isEmpty };
}

const indexAfter = (later: readonly LaterFolder[], successor: Successor | undefined): number =>
  later.findIndex(({ begun }) => begun !== undefined && begun.repository === successor?.repository) + 1;

/** @returns undefined for one that never came to the exchange, or that nobody here opens. */
async function whenEnded({ begun, place }: LaterFolder): Promise<Omit<Successor, 'passed'> | undefined> {
  if (begun === undefined) return undefined;
  const { repository } = begun;
  const objects = await repository.store.list('');
  if (objects.some(({ key }) => key === unfinishedKey)) return undefined;
  return { repository, place, snapshots: (await listSnapshots(repository)).snapshots };
}

/** One that was only just about to be exchanged holds what was brought, and the source has it, too. */
function isMeant({ snapshots }: Pick<Successor, 'snapshots'>, { isOver, isEmpty }: State): boolean {
  if (snapshots.length === 0) return isOver && isEmpty;
  return isOver || isEmpty || snapshots.some(({ formerIds = [] }) => formerIds.length === 0);
}

/** @returns what was used before, as far as the records know. @throws {Failure} `busy`. */
export async function adoptSuccessor(
  performing: Pick<Performing, 'services' | 'jobId'>,
  found: Pick<AccountRepository, 'account' | 'destination' | 'repositoryId'>,
  { repository, place, snapshots, passed }: Successor,
): Promise<FormerRepository> {
  const points = new Map<SnapshotId, SnapshotId>();
  for (const { id, formerIds = [] } of snapshots) for (const former of formerIds) points.set(former, id);
  const former = await exchangeRecords(performing, found, { repository, place }, points);
  for (const one of passed) await rememberPassed(performing.services, former, one);
  return former;
}

/** When another took its place nobody knows any more; it was before. */
async function rememberPassed(
  { records }: Services,
  former: FormerRepository,
  { repository, place: { folder } }: Passed,
): Promise<void> {
  const replacedAt = new Date(former.replacedAt.getTime() - 1);
  const isClosed = await isRetired(repository);
  const known = { ...former, repositoryId: repository.id, folder, createdAt: replacedAt };
  await records.addFormerRepository({ ...known, replacedAt, job: undefined, isClosed });
}
