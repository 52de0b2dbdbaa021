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
import { findFolder } from './renewal-target.ts';
import type { Performing, Services } from './services.ts';

export interface Successor {
  readonly repository: Repository;
  readonly place: RepositoryPlace;
  readonly snapshots: readonly Snapshot[];
}

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
 * What is used in the place of a repository that the records still name. @param source undefined: it is not there any more.
 * @returns undefined when the records are right.
 * @throws {Failure} `key-unusable` when the keys of the other are not there; `repository-locked`, `repository-missing` when
 * there is none.
 */
export async function findSuccessor(
  services: Services,
  found: AccountRepository,
  source: Repository | undefined,
): Promise<Successor | undefined> {
  const isOver = source === undefined || (await isRetired(source));
  const { place, begun, closed } = await findFolder(services, found);
  if (isOver && begun === undefined && closed !== undefined) {
    throw new Failure('key-unusable', { key: `of ${locationOf(closed)}`, problem: 'is not on this server' });
  }
  const isEmpty = source !== undefined && (await source.listIds('snapshots')).length === 0;
  const ended = begun === undefined ? undefined : await whenEnded({ repository: begun.repository, place });
  if (ended !== undefined && isMeant(ended, isOver, isEmpty)) return ended;
  if (!isOver) return undefined;
  if (source === undefined) throw new Failure('repository-missing', { location: found.location });
  const since = services.clock.now().toISOString();
  throw new Failure('repository-locked', { holder: `larder keys renew, for what is not in ${place.folder}`, since });
}

/** @returns undefined for one that never came to the exchange. */
async function whenEnded(begun: Pick<Successor, 'repository' | 'place'>): Promise<Successor | undefined> {
  const objects = await begun.repository.store.list('');
  if (objects.some(({ key }) => key === unfinishedKey)) return undefined;
  return { ...begun, snapshots: (await listSnapshots(begun.repository)).snapshots };
}

/** One that was only just about to be exchanged holds what was brought, and the source has it, too. */
function isMeant({ snapshots }: Successor, isOver: boolean, isEmpty: boolean): boolean {
  if (snapshots.length === 0) return isOver && isEmpty;
  return isOver || isEmpty || snapshots.some(({ formerIds = [] }) => formerIds.length === 0);
}

/** @returns what was used before, as far as the records know. @throws {Failure} `busy`. */
export function adoptSuccessor(
  performing: Pick<Performing, 'services' | 'jobId'>,
  found: Pick<AccountRepository, 'account' | 'destination' | 'repositoryId'>,
  { repository, place, snapshots }: Successor,
): Promise<FormerRepository> {
  const points = new Map<SnapshotId, SnapshotId>();
  for (const { id, formerIds = [] } of snapshots) for (const former of formerIds) points.set(former, id);
  return exchangeRecords(performing, found, { repository, place }, points);
}
