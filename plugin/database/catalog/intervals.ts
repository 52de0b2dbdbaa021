import type { CatalogEntry, CatalogInterval } from '../../contracts/catalog.ts';
import type { CatalogFile } from './catalog-file.ts';
import { types } from './schema.ts';
import { compareAge, type Timeline } from './timeline.ts';

export const entryColumns = 'type, size, seconds, nanoseconds, mode, content';

/** What a row of `entries` says about the entry, in the order of `entryColumns`. */
export type EntryRow = [number, number, number, number, number, Uint8Array];

const source = `SELECT lane, since, until, ${entryColumns} FROM entries WHERE path = ?`;

/** All of a path's, oldest first. */
export function readIntervals(file: CatalogFile, timeline: Timeline, path: number): CatalogInterval[] {
  const rows = file.rows(source).all(path) as [number, number, number, ...EntryRow][];
  const intervals = rows.map(([lane, since, until, ...row]) => {
    return { entry: toEntry(row), points: timeline.between(lane, since, until) };
  });
  return intervals.toSorted(({ points: [left] }, { points: [right] }) => {
    return left === undefined || right === undefined ? 0 : compareAge(left, right);
  });
}

export function toRow({ type, sizeBytes, modified, mode, content }: CatalogEntry): EntryRow {
  return [types.indexOf(type), sizeBytes, modified.seconds, modified.nanoseconds, mode, content];
}

function toEntry([type, sizeBytes, seconds, nanoseconds, mode, content]: EntryRow): CatalogEntry {
  return { type: types[type] ?? 'irregular', sizeBytes, modified: { seconds, nanoseconds }, mode, content };
}
