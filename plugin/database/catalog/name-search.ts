import type { CatalogInterval, FoundName, FoundNames, NameSearch } from '../../contracts/catalog.ts';
import type { CatalogFile } from './catalog-file.ts';
import { foldName } from './fold-name.ts';
import { readIntervals } from './intervals.ts';
import { PathBook } from './path-book.ts';
import { Timeline, type PlacedPoint } from './timeline.ts';

/**
 * Of so many paths that fit, the newest are looked at, in the order in which they were first seen. Every name is
 * compared: a scan of 200,000 takes some 30 ms, and an index of their parts would cost each night and more than half
 * of the file.
 */
const mostPaths = 10_000;

/** A path that fits, when it was last held, and when what was held then was modified. */
interface Candidate {
  readonly id: number;
  readonly heldAt: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

export function findNames(file: CatalogFile, search: NameSearch): FoundNames {
  const timeline = Timeline.load(file);
  const point = search.point === undefined ? undefined : timeline.find(search.point);
  if (search.point !== undefined && point === undefined) return { names: [], isComplete: true };
  const ids = fittingPaths(file, search, point);
  const candidates = candidatesOf(file, timeline, ids.slice(0, mostPaths));
  const names = chooseNewest(file, candidates, search.limit).map(({ id, path }): FoundName => {
    const intervals: CatalogInterval[] = readIntervals(file, timeline, id);
    return { path, intervals };
  });
  return { names, isComplete: ids.length <= mostPaths && candidates.length <= search.limit };
}

const held = 'EXISTS (SELECT 1 FROM entries e WHERE e.path = p.id AND e.lane = ? AND e.since <= ? AND e.until > ?)';

function fittingPaths(file: CatalogFile, search: NameSearch, point: PlacedPoint | undefined): number[] {
  const name = 'coalesce(n.folded, n.name)';
  const fits = search.isPattern ? `CAST(${name} AS TEXT) GLOB CAST(? AS TEXT)` : `instr(${name}, ?) > 0`;
  const text = foldName(search.text) ?? search.text;
  const wanted = search.isPattern ? escapeBrackets(text) : text;
  const source = `SELECT p.id FROM names n CROSS JOIN paths p ON p.name = n.id
    WHERE ${fits} ${point === undefined ? '' : `AND ${held}`} ORDER BY n.id DESC LIMIT ${mostPaths + 1}`;
  const place = point === undefined ? [] : [point.laneNumber, point.number, point.number];
  return file.values(source).all(Buffer.from(wanted), ...place) as number[];
}

/** A bracket stands for itself: only `*` and `?` mean more. */
function escapeBrackets(pattern: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(pattern).toString('latin1').replaceAll('[', '[[]'), 'latin1');
}

const lastRows = `SELECT e.path, e.lane, max(e.since), e.until, e.seconds, e.nanoseconds
  FROM json_each(?) wanted CROSS JOIN entries e ON e.path = wanted.value GROUP BY e.path, e.lane`;

/** Of several lanes that which held the path last counts. */
function candidatesOf(file: CatalogFile, timeline: Timeline, ids: readonly number[]): Candidate[] {
  const best = new Map<number, Candidate>();
  const sorted = ids.toSorted((left, right) => left - right);
  const rows = file.rows(lastRows).all(JSON.stringify(sorted)) as [number, number, number, number, number, number][];
  for (const [id, lane, , until, seconds, nanoseconds] of rows) {
    const heldAt = timeline.before(lane, until)?.time.getTime() ?? -Infinity;
    const candidate = { id, heldAt, seconds, nanoseconds };
    const other = best.get(id);
    if (other === undefined || compareAge(candidate, other) < 0) best.set(id, candidate);
  }
  return [...best.values()];
}

function compareAge(left: Candidate, right: Candidate): number {
  return right.heldAt - left.heldAt || right.seconds - left.seconds || right.nanoseconds - left.nanoseconds;
}

/** Paths are made only of those that can be among the first. */
function chooseNewest(
  file: CatalogFile,
  candidates: readonly Candidate[],
  limit: number,
): { id: number; path: Uint8Array[] }[] {
  const sorted = candidates.toSorted(compareAge);
  const last = sorted[Math.max(limit, 1) - 1];
  const first = last === undefined ? sorted : sorted.filter((candidate) => compareAge(candidate, last) <= 0);
  const book = new PathBook(file);
  return first
    .map((candidate) => ({ ...candidate, path: book.parts(candidate.id) }))
    .toSorted((left, right) => compareAge(left, right) || comparePaths(left.path, right.path))
    .slice(0, limit);
}

function comparePaths(left: readonly Uint8Array[], right: readonly Uint8Array[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = Buffer.compare(left[at] ?? new Uint8Array(), right[at] ?? new Uint8Array());
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
