import type { CatalogContent, CatalogEntry } from '../../contracts/catalog.ts';
import type { SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { foldName } from './fold-name.ts';
import { entryColumns, toRow, type EntryRow } from './intervals.ts';
import { keepCount, mailboxesAt } from './mailboxes.ts';
import { folderType, homePath, stillHeld } from './schema.ts';

/** Which restore point is written. */
export interface WrittenPoint {
  readonly id: SnapshotId;
  readonly lane: number;
  readonly number: number;
  readonly isFirst: boolean;
}

interface KnownPath {
  readonly path: number;
  /** It was first seen in this restore point: then nothing below it is known. */
  readonly isNew: boolean;
}

/** The newest row of a path: it is held, or was held until some point. */
type NewestRow = [number, number, ...EntryRow];

const mostNames = 50_000;
const newestRow = `SELECT since, until, ${entryColumns} FROM entries WHERE path = ? AND lane = ? ORDER BY since DESC LIMIT 1`;
const addRow = `INSERT INTO entries (path, lane, since, until, ${entryColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const endRow = 'UPDATE entries SET until = ? WHERE path = ? AND lane = ? AND since = ?';

export class ContentWriter implements CatalogContent {
  readonly #file: CatalogFile;
  readonly #point: WrittenPoint;
  readonly #folders: KnownPath[] = [{ path: homePath, isNew: false }];
  /** What was put last, for it is often entered next. */
  #last: { readonly name: Uint8Array; readonly known: KnownPath } | undefined;
  readonly #names = new Map<string, number>();
  #added = 0;
  #changed = 0;
  #removed = 0;

  constructor(file: CatalogFile, point: WrittenPoint) {
    this.#file = file;
    this.#point = point;
  }

  enter(name: Uint8Array): void {
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined && Buffer.compare(last.name, name) === 0) this.#folders.push(last.known);
    else this.#enterUnknown(name);
  }

  /** What is in a folder may be told before the folder itself is: then a name in it that comes later is known. */
  #enterUnknown(name: Uint8Array): void {
    const known = this.#pathOf(name);
    const folder = this.#folders.pop();
    if (folder !== undefined) this.#folders.push({ ...folder, isNew: false });
    this.#folders.push(known);
  }

  leave(): void {
    if (this.#folders.length > 1) this.#folders.pop();
    this.#last = undefined;
  }

  put(name: Uint8Array, entry: CatalogEntry): void {
    const known = this.#pathOf(name);
    this.#last = { name, known };
    const { path } = known;
    const row = toRow(entry);
    const newest = known.isNew ? undefined : this.#newest(path);
    if (newest === undefined) this.#begin(path, row);
    else this.#replace(path, row, newest);
  }

  remove(name: Uint8Array): void {
    const path = this.#knownPath(name);
    if (path === undefined) return;
    this.#end(path);
    this.#endBelow(path);
  }

  clear(): void {
    const path = this.#folders.pop()?.path ?? homePath;
    this.#folders.push({ path, isNew: false });
    this.#endBelow(path);
  }

  finish(): void {
    const { id, lane, number, isFirst } = this.#point;
    keepCount(this.#file, id, mailboxesAt(this.#file, { id, laneNumber: lane, number }).length);
    if (isFirst) return;
    this.#file
      .change('UPDATE points SET added = ?, changed = ?, removed = ? WHERE lane = ? AND number = ?')
      .run(this.#added, this.#changed, this.#removed, lane, number);
  }

  #begin(path: number, row: EntryRow): void {
    const { lane, number } = this.#point;
    this.#added++;
    this.#file.change(addRow).run(path, lane, number, stillHeld, ...row);
  }

  #replace(path: number, row: EntryRow, [since, until, ...old]: NewestRow): void {
    const { lane, number } = this.#point;
    if (until < number) return this.#begin(path, row);
    if (until === number) this.#removed--; // it was taken for gone
    if (isSameRow(old, row)) {
      if (until === number) this.#file.change(endRow).run(stillHeld, path, lane, since);
      return;
    }
    if (!isSameFolder(old, row)) this.#changed++;
    if (old[0] === folderType && row[0] !== folderType) this.#endBelow(path);
    if (since === number)
      this.#file.change('DELETE FROM entries WHERE path = ? AND lane = ? AND since = ?').run(path, lane, since);
    else this.#file.change(endRow).run(number, path, lane, since);
    this.#file.change(addRow).run(path, lane, number, stillHeld, ...row);
  }

  #end(path: number): void {
    const { lane, number } = this.#point;
    const newest = this.#newest(path);
    if (newest === undefined || newest[1] !== stillHeld) return;
    this.#removed++;
    this.#file.change(endRow).run(number, path, lane, newest[0]);
  }

  /** Everything that was in the folder is gone. */
  #endBelow(folder: number): void {
    const children = this.#file.values('SELECT id FROM paths WHERE parent = ?');
    const waiting = [folder];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const child of children.all(next)) {
        this.#end(Number(child));
        waiting.push(Number(child));
      }
    }
  }

  #newest(path: number): NewestRow | undefined {
    return this.#file.rows(newestRow).get(path, this.#point.lane) as NewestRow | undefined;
  }

  #pathOf(name: Uint8Array): KnownPath {
    const known = this.#knownPath(name);
    if (known !== undefined) return { path: known, isNew: false };
    const parent = this.#folders.at(-1)?.path ?? homePath;
    const { lastInsertRowid } = this.#file
      .change('INSERT INTO paths (parent, name) VALUES (?, ?)')
      .run(parent, this.#nameOf(name));
    return { path: Number(lastInsertRowid), isNew: true };
  }

  #knownPath(name: Uint8Array): number | undefined {
    const folder = this.#folders.at(-1);
    if (folder === undefined || folder.isNew) return undefined;
    const found = this.#file
      .values('SELECT id FROM paths WHERE parent = ? AND name = ?')
      .get(folder.path, this.#nameOf(name));
    return typeof found === 'number' ? found : undefined;
  }

  #nameOf(name: Uint8Array): number {
    const key = Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    if (this.#names.size >= mostNames) this.#names.clear();
    const id = this.#storedName(name);
    this.#names.set(key, id);
    return id;
  }

  #storedName(name: Uint8Array): number {
    const found = this.#file.values('SELECT id FROM names WHERE name = ?').get(name);
    if (typeof found === 'number') return found;
    const { lastInsertRowid } = this.#file
      .change('INSERT INTO names (name, folded) VALUES (?, ?)')
      .run(name, foldName(name) ?? null);
    return Number(lastInsertRowid);
  }
}

function isSameRow(left: EntryRow, right: EntryRow): boolean {
  for (let at = 0; at < 5; at++) if (left[at] !== right[at]) return false;
  return Buffer.compare(left[5], right[5]) === 0;
}

function isSameFolder(left: EntryRow, right: EntryRow): boolean {
  return left[0] === folderType && right[0] === folderType && left[4] === right[4];
}
