import type { CatalogEntry, CatalogInterval, CatalogPoint } from '../contracts/catalog.ts';
import { fullLane, isSafetyCopyLane } from './catalog-plan.ts';

/** Restore points one after another that hold the same content of a path, oldest first; at least one. */
export interface PathVersion {
  readonly entry: CatalogEntry;
  readonly first: CatalogPoint;
  readonly last: CatalogPoint;
}

/** Oldest first. Restore points that do not hold the path do not part others. */
export function groupVersions(intervals: readonly CatalogInterval[]): PathVersion[] {
  const held = intervals.flatMap(({ entry, points }) => points.map((point) => ({ entry, point })));
  const versions: PathVersion[] = [];
  for (const { entry, point } of held.toSorted((left, right) => compareAge(left.point, right.point))) {
    const last = versions.at(-1);
    if (last === undefined || !isSameEntry(last.entry, entry)) versions.push({ entry, first: point, last: point });
    else versions[versions.length - 1] = { entry, first: last.first, last: point };
  }
  return versions;
}

/**
 * The restore points that say what the newest state is: the newest of the whole home, and newer ones of parts of it.
 * Safety copies hold what was before a restore.
 * @param points of the whole catalog.
 */
export function newestPoints(points: readonly CatalogPoint[]): ReadonlySet<string> {
  const sorted = points.filter(({ lane }) => !isSafetyCopyLane(lane)).toSorted(compareAge);
  const newestFull = sorted.findLastIndex(({ lane }) => lane === fullLane);
  const newestOfLanes = new Map(sorted.slice(Math.max(newestFull, 0)).map(({ lane, id }) => [lane, id]));
  return new Set(newestOfLanes.values());
}

/**
 * What restore points of the account itself hold; what safety copies hold only where nothing else does, so that what a
 * restore replaced can still be found. @param intervals of one path.
 */
export function withoutSafetyCopies(intervals: readonly CatalogInterval[]): readonly CatalogInterval[] {
  const own = intervals
    .map((interval) => ({ ...interval, points: interval.points.filter(({ lane }) => !isSafetyCopyLane(lane)) }))
    .filter(({ points }) => points.length > 0);
  return own.length > 0 ? own : intervals;
}

function compareAge(left: CatalogPoint, right: CatalogPoint): number {
  return left.time.getTime() - right.time.getTime() || (left.id < right.id ? -1 : 1);
}

/** Of folders only the rights tell: their times change with what is in them. */
function isSameEntry(left: CatalogEntry, right: CatalogEntry): boolean {
  if (left.type !== right.type || left.mode !== right.mode) return false;
  if (left.type === 'dir') return true;
  return (
    left.sizeBytes === right.sizeBytes &&
    left.modified.seconds === right.modified.seconds &&
    left.modified.nanoseconds === right.modified.nanoseconds &&
    Buffer.compare(left.content, right.content) === 0
  );
}
