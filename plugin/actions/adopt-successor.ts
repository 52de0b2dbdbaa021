import type { FormerRepository } from '../contracts/records.ts';
import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { unfinishedKey } from '../engine/format.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { AccountRepository } from './account-repository.ts';
import { exchangeRecords } from './exchange-repository.ts';
import { findFolder } from './renewal-target.ts';
import type { Performing } from './services.ts';

/**
 * Where a repository is locked for good and the records name it all the same, they are older than the exchange: the
 * server's own restore point was brought back. What took its place then takes it again. @returns what was used before.
 * @throws {Failure} `key-unusable` when its keys are not there; `repository-locked` when it is not.
 */
export async function adoptSuccessor(performing: Performing, found: AccountRepository): Promise<FormerRepository> {
  const { place, begun, closed } = await findFolder(performing.services, found);
  if (begun === undefined && closed !== undefined) {
    throw new Failure('key-unusable', { key: `of ${locationOf(closed)}`, problem: 'is not on this server' });
  }
  const objects = begun === undefined ? [] : await begun.repository.store.list('');
  if (begun === undefined || objects.some(({ key }) => key === unfinishedKey)) {
    const since = performing.services.clock.now().toISOString();
    throw new Failure('repository-locked', { holder: `larder keys renew, for what is not in ${place.folder}`, since });
  }
  const points = new Map<SnapshotId, SnapshotId>();
  for (const { id, formerIds = [] } of (await listSnapshots(begun.repository)).snapshots) {
    for (const former of formerIds) points.set(former, id);
  }
  return exchangeRecords(performing, found, { repository: begun.repository, place }, points);
}
