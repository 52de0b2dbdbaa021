import type { SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { folderType, homePath } from './schema.ts';
import type { PlacedPoint, Timeline } from './timeline.ts';

const below = `WITH RECURSIVE below(id) AS (
  VALUES (?) UNION ALL SELECT p.id FROM paths p JOIN below ON p.parent = below.id)`;
const others = `${below} SELECT DISTINCT lane, since, until FROM entries JOIN below ON path = id
  WHERE type <> ${folderType}`;
const folders = `${below} SELECT path, lane, since, until, mode FROM entries JOIN below ON path = id
  WHERE type = ${folderType} ORDER BY path, lane, since`;

/**
 * Where the path, or anything below it, is not as in the point before in its lane. A folder is another when its rights
 * are, not when only its time is. The oldest point of all is one when it holds the path. Oldest first.
 */
export function changedPoints(file: CatalogFile, timeline: Timeline, path: number): SnapshotId[] {
  return path === homePath ? changesOfHome(timeline) : changesBelow(file, timeline, path);
}

/** All paths were counted when they were added. */
function changesOfHome({ points }: Timeline): SnapshotId[] {
  const isOther = ({ counts }: PlacedPoint): boolean =>
    counts !== undefined && counts.added + counts.changed + counts.removed > 0;
  return points.filter((point) => isOther(point) || point === points[0]).map(({ id }) => id);
}

function changesBelow(file: CatalogFile, timeline: Timeline, path: number): SnapshotId[] {
  const changed = new Set<PlacedPoint>();
  const note = (lane: number, number: number): void => {
    const point = timeline.from(lane, number);
    if (point === undefined) return;
    if (timeline.before(lane, point.number) !== undefined || point === timeline.points[0]) changed.add(point);
  };
  for (const [lane, since, until] of file.rows(others).all(path) as [number, number, number][]) {
    note(lane, since);
    note(lane, until);
  }
  for (const { lane, number } of endsOfFolders(file, timeline, path)) note(lane, number);
  return timeline.points.filter((point) => changed.has(point)).map(({ id }) => id);
}

interface Span {
  readonly path: number;
  readonly lane: number;
  readonly until: number;
  readonly mode: number;
}

/** Spans of the same rights with no restore point between them are one. */
function* endsOfFolders(
  file: CatalogFile,
  timeline: Timeline,
  of: number,
): Generator<{ readonly lane: number; readonly number: number }> {
  let last: Span | undefined;
  const rows = file.rows(folders).all(of) as [number, number, number, number, number][];
  for (const [path, lane, since, until, mode] of rows) {
    const isSame = last?.path === path && last.lane === lane && last.mode === mode;
    const goesOn = isSame && timeline.from(lane, last?.until ?? 0) === timeline.from(lane, since);
    if (!goesOn && last !== undefined) yield { lane: last.lane, number: last.until };
    if (!goesOn) yield { lane, number: since };
    last = { path, lane, until, mode };
  }
  if (last !== undefined) yield { lane: last.lane, number: last.until };
}
