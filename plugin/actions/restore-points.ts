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
export async function findPoint(
  repository: Repository,
  point: string,
  account: string,
  content: PointContent = 'files',
): Promise<Snapshot> {
  const { snapshots } = await listSnapshots(repository);
  return requirePoint(snapshots, point, account, content);
}

/** What is looked for in a restore point: those of databases alone hold no files. */
export type PointContent = 'files' | 'databases';

/** A restore point as far as it must be known to be found. */
type Dated = Pick<Snapshot, 'id' | 'time'> & { readonly tags?: readonly string[] };

/** As `findPoint`, among those given. @param points oldest first. @throws {Failure} `unknown-restore-point`. */
export function requirePoint<Point extends Dated>(
  points: readonly Point[],
  point: string,
  account: string,
  content: PointContent = 'files',
): Point {
  const found = pickPoint(points, point, content);
  if (found !== undefined) return found;
  throw new Failure('unknown-restore-point', { text: point, hint: `larder --account ${account} list` });
}

/**
 * Safety copies hold only parts of a home, so that nothing but their own ids names them; of databases alone, likewise
 * where files are looked for.
 * @param points oldest first. @returns undefined when none fits or an id's beginning fits several.
 */
export function pickPoint<Point extends Dated>(
  points: readonly Point[],
  point: string,
  content: PointContent = 'files',
): Point | undefined {
  const left: readonly string[] = content === 'files' ? ['before-restore', 'database'] : ['before-restore'];
  const backups = points.filter(({ tags = [] }) => !left.includes(readKind(tags)));
  if (point === 'latest') return backups.at(-1);
  if (/^[0-9a-f]+$/.test(point) && point.length >= shortestId) {
    const matching = points.filter(({ id }) => id.startsWith(point));
    return matching.length === 1 ? matching[0] : undefined;
  }
  const limit = Date.parse(point);
  return Number.isNaN(limit) ? undefined : backups.findLast(({ time }) => time.getTime() <= limit);
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
