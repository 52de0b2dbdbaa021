import { Failure } from '../domain/failure.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { PointLine } from '../protocol/requests.ts';
import { readKind, readLabel } from './point-tags.ts';

const shortestId = 8;

/**
 * The snapshot that `point` names: its id or the beginning of it, `latest`, or an ISO time, which means the newest
 * snapshot not after it.
 * @throws {Failure} `unknown-restore-point`.
 */
export async function findPoint(repository: Repository, point: string, account: string): Promise<Snapshot> {
  const { snapshots } = await listSnapshots(repository);
  const found = pickPoint(snapshots, point);
  if (found !== undefined) return found;
  throw new Failure('unknown-restore-point', { text: point, hint: `larder --account ${account} list` });
}

/** @param snapshots oldest first. @returns undefined when none fits or an id's beginning fits several. */
export function pickPoint(snapshots: readonly Snapshot[], point: string): Snapshot | undefined {
  if (point === 'latest') return snapshots.at(-1);
  if (/^[0-9a-f]+$/.test(point) && point.length >= shortestId) {
    const matching = snapshots.filter(({ id }) => id.startsWith(point));
    return matching.length === 1 ? matching[0] : undefined;
  }
  const limit = Date.parse(point);
  return Number.isNaN(limit) ? undefined : snapshots.findLast(({ time }) => time.getTime() <= limit);
}

export function toPointLine(snapshot: Snapshot): PointLine {
  return {
    id: snapshot.id,
    time: snapshot.time.toISOString(),
    kind: readKind(snapshot.tags),
    label: readLabel(snapshot.tags),
    files: snapshot.summary?.filesTotal,
    bytes: snapshot.summary?.bytesTotal,
  };
}
