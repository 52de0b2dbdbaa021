import type { SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { folderType, stillHeld } from './schema.ts';

const sameEntry = ['type', 'size', 'seconds', 'nanoseconds', 'mode', 'content'];
const isSame = sameEntry.map((column) => `g.${column} = l.${column}`).join(' AND ');
const isSameFolder = `l.type = ${folderType} AND g.type = ${folderType} AND g.mode = l.mode`;
/** What the later of two neighbours holds that the earlier does not, and the other way round. */
const gained = 'SELECT * FROM entries WHERE lane = :lane AND since > :before AND since <= :after AND until > :after';
const lost = 'SELECT * FROM entries WHERE lane = :lane AND until > :before AND until <= :after AND since <= :before';
const between = `WITH g AS (${gained}), l AS (${lost})`;

interface Neighbours {
  readonly lane: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Drops restore points and the rows that none holds any more, so that the rest is as if those had never been. */
export class PointRemover {
  readonly #file: CatalogFile;
  /** Paths of which rows were dropped. */
  readonly #touched = new Set<number>();

  constructor(file: CatalogFile) {
    this.#file = file;
  }

  remove(point: SnapshotId): void {
    const row = this.#file.rows('SELECT lane, number FROM points WHERE id = ?').get(point);
    if (row === undefined) return;
    const [lane, number] = row as [number, number];
    this.#file.change('DELETE FROM points WHERE id = ?').run(point);
    this.#file.change('DELETE FROM mailboxes WHERE point = ?').run(point);
    const neighbours = this.#neighbours(lane, number);
    if (neighbours.after === undefined) this.#cutOff(lane, neighbours.before ?? 0);
    else this.#close(neighbours, number);
  }

  /** Drops the paths and names that nothing refers to any more. */
  sweep(): void {
    const isUsed = this.#file.values(
      'SELECT 1 FROM entries WHERE path = :path UNION ALL SELECT 1 FROM paths WHERE parent = :path LIMIT 1',
    );
    const names = new Set<number>();
    const byDepth = [...this.#touched].toSorted((left, right) => right - left); // children were made after parents
    for (const path of byDepth) {
      if (isUsed.get({ path }) !== undefined) continue;
      const name = this.#file.values('DELETE FROM paths WHERE id = ? RETURNING name').get(path);
      if (typeof name === 'number') names.add(name);
    }
    const dropName = this.#file.change(
      'DELETE FROM names WHERE id = :name AND NOT EXISTS (SELECT 1 FROM paths WHERE name = :name)',
    );
    for (const name of names) dropName.run({ name });
    this.#file.change('DELETE FROM lanes WHERE id NOT IN (SELECT lane FROM points)').run();
  }

  #neighbours(lane: number, number: number): Neighbours {
    const near = (source: string): number | undefined => {
      const found = this.#file.values(source).get(lane, number);
      return typeof found === 'number' ? found : undefined;
    };
    return {
      lane,
      before: near('SELECT max(number) FROM points WHERE lane = ? AND number < ?'),
      after: near('SELECT min(number) FROM points WHERE lane = ? AND number > ?'),
    };
  }

  /** The newest of a lane went: the lane is what it was at the one before. */
  #cutOff(lane: number, before: number): void {
    const rows = this.#file.values('DELETE FROM entries WHERE lane = ? AND since > ? RETURNING path').all(lane, before);
    for (const path of rows) this.#touched.add(Number(path));
    const reopen = `UPDATE entries SET until = ${stillHeld} WHERE lane = ? AND until > ? AND until < ${stillHeld}`;
    this.#file.change(reopen).run(lane, before);
  }

  /** One within the lane went: what only it held goes, and the next is counted against the one before. */
  #close({ lane, before, after }: Neighbours, number: number): void {
    const gone = `DELETE FROM entries WHERE lane = ? AND until > ? AND until <= ? AND since > ? RETURNING path`;
    const end = after ?? stillHeld;
    const rows = this.#file.values(gone).all(lane, number, Math.min(end, stillHeld - 1), before ?? 0);
    for (const path of rows) this.#touched.add(Number(path));
    if (before === undefined) return this.#setCounts(lane, end, [null, null, null]);
    this.#join(lane, before, end);
    this.#setCounts(lane, end, this.#count(lane, before, end));
  }

  /** What went and came back the same was there all along. */
  #join(lane: number, before: number, after: number): void {
    const source = `${between} SELECT l.path, l.since, g.since, g.until FROM l JOIN g ON g.path = l.path AND ${isSame}`;
    const pairs = this.#file.rows(source).all({ lane, before, after });
    const drop = this.#file.change('DELETE FROM entries WHERE path = ? AND lane = ? AND since = ?');
    const extend = this.#file.change('UPDATE entries SET until = ? WHERE path = ? AND lane = ? AND since = ?');
    for (const [path, since, again, until] of pairs as [number, number, number, number][]) {
      drop.run(path, lane, again);
      extend.run(until, path, lane, since);
    }
  }

  #count(lane: number, before: number, after: number): [number, number, number] {
    const source = `${between} SELECT count(*) FILTER (WHERE l.path IS NULL),
      count(*) FILTER (WHERE l.path IS NOT NULL AND g.path IS NOT NULL AND NOT (${isSameFolder})),
      count(*) FILTER (WHERE g.path IS NULL) FROM g FULL JOIN l ON l.path = g.path`;
    return this.#file.rows(source).get({ lane, before, after }) as [number, number, number];
  }

  #setCounts(lane: number, number: number, counts: [number | null, number | null, number | null]): void {
    this.#file
      .change('UPDATE points SET added = ?, changed = ?, removed = ? WHERE lane = ? AND number = ?')
      .run(...counts, lane, number);
  }
}
