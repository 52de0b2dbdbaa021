import { mailPlace, messageFolders, type MailPlace } from '../../domain/mailbox.ts';
import type { SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { folderType, homePath } from './schema.ts';

/** A restore point by where it stands. */
export interface StandingPoint {
  readonly id: SnapshotId;
  readonly laneNumber: number;
  readonly number: number;
}

type Folder = [number, Uint8Array];

const isHeld = `e.lane = :lane AND e.since <= :number AND e.until > :number AND e.type = ${folderType}`;
const folders = `SELECT p.id, n.name FROM paths p JOIN names n ON n.id = p.name JOIN entries e ON e.path = p.id
  WHERE p.parent = :folder AND ${isHeld}`;
const named = `SELECT 1 FROM names n JOIN paths p ON p.name = n.id JOIN entries e ON e.path = p.id
  WHERE n.name = :name AND p.parent = :folder AND ${isHeld}`;

/** Where mailboxes lie in what a restore point held. Looks at the folders on the way to them, never at messages. */
export function mailboxesAt(file: CatalogFile, point: StandingPoint): (readonly Uint8Array[])[] {
  const found: (readonly Uint8Array[])[] = [];
  search({ file, point, found }, homePath, []);
  return found;
}

interface Search {
  readonly file: CatalogFile;
  readonly point: StandingPoint;
  readonly found: (readonly Uint8Array[])[];
}

function search(searching: Search, folder: number, path: readonly Uint8Array[]): void {
  const place = mailPlace(path.map(textOf));
  if (place.isEnd && holdsMessages(searching, folder)) searching.found.push(path);
  for (const [id, name] of foldersToEnter(searching, folder, place)) search(searching, id, [...path, name]);
}

function holdsMessages({ file, point: { laneNumber: lane, number } }: Search, folder: number): boolean {
  const lookUp = file.values(named);
  return messageFolders.every((name) => lookUp.get({ lane, number, folder, name }) !== undefined);
}

function foldersToEnter({ file, point }: Search, folder: number, { next }: MailPlace): Folder[] {
  if (next === undefined) return [];
  const { laneNumber: lane, number } = point;
  const all = file.rows(folders).all({ lane, number, folder }) as Folder[];
  return all.filter(([, name]) => next(textOf(name)));
}

/** What was kept with the restore point. */
export function keptCount(file: CatalogFile, id: SnapshotId): number | undefined {
  const count = file.values('SELECT count FROM mailboxes WHERE point = ?').get(id);
  return typeof count === 'number' ? count : undefined;
}

export function keepCount(file: CatalogFile, id: SnapshotId, count: number): void {
  file.change('INSERT OR REPLACE INTO mailboxes (point, count) VALUES (?, ?)').run(id, count);
}

function textOf(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString();
}
