/** Walks what is wanted of an archive, folder by folder, in the order of its entries. An archive may be hostile. */
import { Failure } from '../domain/failure.ts';
import { isPlainName } from '../domain/plain-name.ts';
import { showPath } from '../domain/show-name.ts';
import { homePathOf, type EntryOrder, type IndexedEntry } from './archived-entry.ts';
import type { ReadableArchive } from './open-archive.ts';

/** An entry with where it lies: below the home, or `databases/…` for a dump. */
export interface FoundEntry {
  readonly path: readonly Buffer[];
  readonly entry: IndexedEntry;
}

export interface ArchiveVisitor {
  /** @param passing when the folder itself is not wanted, only something below it. */
  enter(name: Buffer, folder: IndexedEntry, passing: boolean): Promise<void>;
  leave(folder: IndexedEntry): Promise<void>;
  /** Anything but a folder. */
  entry(found: FoundEntry): Promise<void>;
  /** It cannot be where it says that it is. */
  refused(path: readonly Buffer[]): void;
}

export interface ArchiveWalk {
  readonly archive: ReadableArchive;
  /** Components below the home; an empty path is all of it, without dumps. */
  readonly selection: readonly (readonly Buffer[])[];
  readonly signal: AbortSignal;
}

/** @throws {Failure} `not-found` when a wanted path is not in the archive, before anything is visited; `archive-damaged`. */
export async function walkArchive(walk: ArchiveWalk, visitor: ArchiveVisitor): Promise<void> {
  const wanted = await requireSelection(walk);
  const open: FoundEntry[] = [];
  for (const one of wanted.toSorted((left, right) => Number(left.isDump) - Number(right.isDump))) {
    for await (const found of below(walk.archive, one)) {
      walk.signal.throwIfAborted();
      for (const above of await findAbove(walk.archive, found, open)) await step(visitor, open, above, true);
      await step(visitor, open, found, false);
    }
  }
  await leaveTo(visitor, open, []);
}

/** @throws {Failure} `not-found` when one of the paths is not in the archive. */
export async function requireSelection({
  archive,
  selection,
}: Pick<ArchiveWalk, 'archive' | 'selection'>): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const path of outermost(selection)) wanted.push(await requireWanted(archive, path));
  return wanted;
}

/** What a folder of the archive holds, or the one entry that the path names. @throws {Failure} `not-found`. */
export async function listArchiveFolder(archive: ReadableArchive, path: readonly Buffer[]): Promise<FoundEntry[]> {
  const children = new Map<string, FoundEntry>();
  for await (const found of below(archive, await requireWanted(archive, path))) {
    if (found.path.length === path.length && found.entry.type !== 'folder') return [found];
    const child = found.path.slice(0, path.length + 1);
    const isItself = child.length === found.path.length;
    const key = joinParts(child).toString('latin1');
    if (child.length > path.length && !children.has(key))
      children.set(key, isItself ? found : { path: child, entry: folderFor(found.entry) });
  }
  return [...children.values()];
}

interface Wanted {
  readonly path: readonly Buffer[];
  /** Dumps lie beside the home, in `databases/`: they are meant where the home has nothing of that name. */
  readonly isDump: boolean;
}

/** Sorted as entries are, without those that lie below another. */
function outermost(selection: ArchiveWalk['selection']): readonly (readonly Buffer[])[] {
  const sorted = selection.toSorted(comparePaths);
  return sorted.filter((path, index) => !sorted.slice(0, index).some((other) => startsWith(path, other)));
}

async function requireWanted(archive: ReadableArchive, path: readonly Buffer[]): Promise<Wanted> {
  const home = { path, isDump: false };
  if (path.length === 0 || (await archive.find(keyOf(home))) !== undefined) return home;
  const dumps = { path, isDump: true };
  if (path[0]?.toString() === dumpsFolder) for await (const _ of below(archive, dumps)) return dumps;
  throw new Failure('not-found', { path: showPath(path) });
}

/** Folders on the way that the walk is not in yet. A folder that the archive does not know is left out. */
async function findAbove(
  archive: ReadableArchive,
  { path, entry }: FoundEntry,
  open: readonly FoundEntry[],
): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  for (let length = 1; length < path.length; length++) {
    const above = path.slice(0, length);
    if (isSame(open[length - 1]?.path ?? [], above)) continue;
    const isDump = entry.type === 'dump';
    const folder = isDump ? folderFor(entry) : await archive.find(keyOf({ path: above, isDump }));
    if (folder !== undefined) found.push({ path: above, entry: folder });
  }
  return found;
}

/** The entry of a path and all below it, in order. */
async function* below(archive: ReadableArchive, wanted: Wanted): AsyncGenerator<FoundEntry> {
  const isAll = wanted.path.length === 0;
  for await (const entry of archive.entries(isAll ? undefined : keyOf(wanted))) {
    const found = { path: pathOf(entry), entry };
    if ((entry.type === 'dump') !== wanted.isDump || !startsWith(found.path, wanted.path)) return;
    yield found;
  }
}

async function step(visitor: ArchiveVisitor, open: FoundEntry[], found: FoundEntry, passing: boolean): Promise<void> {
  const { path, entry } = found;
  const above = path.slice(0, -1);
  await leaveTo(visitor, open, above);
  const name = path.at(-1);
  if (name === undefined || !isPlainName(name) || open.length !== above.length) return visitor.refused(path);
  if (entry.type !== 'folder') return visitor.entry(found);
  open.push(found);
  await visitor.enter(name, entry, passing);
}

async function leaveTo(visitor: ArchiveVisitor, open: FoundEntry[], path: readonly Buffer[]): Promise<void> {
  for (let last = open.at(-1); last !== undefined && !startsWith(path, last.path); last = open.at(-1)) {
    open.pop();
    await visitor.leave(last.entry);
  }
}

/** Below the home; a dump lies where its name says. */
export function pathOf(entry: EntryOrder): readonly Buffer[] {
  const path = homePathOf(entry) ?? Buffer.from(entry.name);
  const parts: Buffer[] = [];
  for (let start = 0; ;) {
    const end = path.indexOf(0x2f, start);
    parts.push(path.subarray(start, end < 0 ? path.length : end));
    if (end < 0) return parts;
    start = end + 1;
  }
}

const dumpsFolder = 'databases';

/** Stands for a folder of which no entry tells. */
function folderFor(inside: IndexedEntry): IndexedEntry {
  const { name, uid, gid, modified, changed, inode } = inside;
  return { name, uid, gid, modified, changed, inode, type: 'folder', mode: 0o700, size: 0 };
}

function keyOf({ path, isDump }: Wanted): EntryOrder {
  const joined = joinParts(path);
  return isDump
    ? { name: joined.toString(), type: 'dump' }
    : { name: '', type: 'folder', path: joined.toString('base64') };
}

function joinParts(path: readonly Buffer[]): Buffer {
  return Buffer.concat(path.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}

function startsWith(path: readonly Buffer[], beginning: readonly Buffer[]): boolean {
  return beginning.every((part, index) => path[index]?.equals(part) === true);
}

function isSame(one: readonly Buffer[], other: readonly Buffer[]): boolean {
  return one.length === other.length && startsWith(one, other);
}

function comparePaths(one: readonly Buffer[], other: readonly Buffer[]): number {
  for (const [index, part] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    const order = Buffer.compare(part, against);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}
