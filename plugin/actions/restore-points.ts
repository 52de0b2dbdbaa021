import { Failure } from '../domain/failure.ts';
import type { BlobReader } from '../engine/blob-reader.ts';
import { hasNode, rootNode } from '../engine/home-tree.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { PointLine } from '../protocol/requests.ts';
import { isMadeOf, pathsOf } from './path-coverage.ts';
import { readKind, readLabel } from './point-tags.ts';

const shortestId = 8;

/**
 * The snapshot that `point` names: its id (also one from before keys were renewed) or the beginning of it, `latest`, or an ISO time, which means the newest
 * snapshot not after it. Of several, the newest that was made of all `paths`: a backup of one folder alone is none of
 * the others. Where none was, the newest at all.
 * @param paths below the home. @throws {Failure} `unknown-restore-point`.
 */
export async function findPoint(
  repository: Repository,
  point: string,
  account: string,
  paths: readonly (readonly Buffer[])[] = [],
): Promise<Snapshot> {
  const { snapshots } = await listSnapshots(repository);
  const covering = fittingPoints(snapshots, point, 'files').filter((snapshot) => isMadeOf(snapshot, paths));
  return covering.at(-1) ?? requirePoint(snapshots, point, account);
}

/** What is looked for in a restore point: those of databases alone hold no files. */
export type PointContent = 'files' | 'databases';

/** A restore point as far as it must be known to be found. */
type Dated = Pick<Snapshot, 'id' | 'time' | 'formerIds'> & { readonly tags?: readonly string[] };

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
  return fittingPoints(points, point, content).at(-1);
}

/** All that `point` may mean, oldest first: several where a time is said, or `latest`. */
function fittingPoints<Point extends Dated>(points: readonly Point[], point: string, content: PointContent): Point[] {
  const left: readonly string[] = content === 'files' ? ['before-restore', 'database'] : ['before-restore'];
  const backups = points.filter(({ tags = [] }) => !left.includes(readKind(tags)));
  if (point === 'latest') return backups;
  if (/^[0-9a-f]+$/.test(point) && point.length >= shortestId) {
    const matching = points.filter(({ id }) => id.startsWith(point));
    if (matching.length > 0) return matching.length === 1 ? matching : [];
    const former = points.filter(({ formerIds = [] }) => formerIds.some((id) => id.startsWith(point)));
    return former.length === 1 ? former : [];
  }
  const limit = Date.parse(point);
  return Number.isNaN(limit) ? [] : backups.filter(({ time }) => time.getTime() <= limit);
}

/**
 * As `findPoint` where databases are looked for, but the newest that has `path`: a backup of some files alone is none of
 * a database, and a database that could not be read is in an older one. Where none has it, the newest at all.
 * @param path below the top of restore points. @throws {Failure} `unknown-restore-point`, `repository-damaged`.
 */
export async function findPointHolding(
  repository: Repository,
  reader: BlobReader,
  { point, account }: { readonly point: string; readonly account: string },
  path: readonly string[],
): Promise<Snapshot> {
  const { snapshots } = await listSnapshots(repository);
  const names = path.map((name) => Buffer.from(name));
  for (const snapshot of fittingPoints(snapshots, point, 'databases').toReversed()) {
    if (await hasNode(reader, rootNode(snapshot), names)) return snapshot;
  }
  return requirePoint(snapshots, point, account, 'databases');
}

export function toPointLine(snapshot: Snapshot): PointLine {
  return {
    id: snapshot.id,
    time: snapshot.time.toISOString(),
    kind: readKind(snapshot.tags),
    label: readLabel(snapshot.tags),
    files: snapshot.summary?.filesTotal,
    bytes: snapshot.summary?.bytesTotal,
    only: pathsOf(snapshot)?.map((path) => Buffer.from(path).toString('base64')),
  };
}
