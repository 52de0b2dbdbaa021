/** One entry of an archive: a line of `manifest.json`, and with its place in a zip a line of the index. */
export interface ArchivedEntry {
  /** Its name in the zip, below `files/` or `databases/`. */
  readonly name: string;
  /** Base64 of the path below the home, where the zip has it under another name. */
  readonly path?: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'fifo' | 'dump';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** `seconds.nanoseconds` since 1970. */
  readonly modified: string;
  readonly changed: string;
  readonly inode: string;
  /** Base64 of what a link points to. */
  readonly target?: string;
  /** Name and base64 of each extended attribute. */
  readonly attributes?: { readonly [name: string]: string };
  /** Hex. Of files and dumps. */
  readonly sha256?: string;
  /** Which archive of the chain holds the bytes. Folders, links and FIFOs are whole in the line. */
  readonly in?: 'this' | 'full';
}

/** Where in its zip the bytes of a file are. */
export interface EntryPlace {
  /** Of the local header. */
  readonly offset: number;
  readonly compressedBytes: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
}

export interface IndexedEntry extends ArchivedEntry {
  readonly place?: EntryPlace;
}

const filesFolder = 'files';

/** What stands in front of a home's paths in a zip. */
export const nameOfHomePath = (zipPath: string): string => `${filesFolder}/${zipPath}`;

/** The path below the home; undefined for a dump. */
export function homePathOf(entry: EntryOrder): Buffer | undefined {
  if (entry.type === 'dump') return undefined;
  return entry.path === undefined
    ? Buffer.from(entry.name.slice(filesFolder.length + 1))
    : Buffer.from(entry.path, 'base64');
}

/** The order of the walk: a folder before what is in it, names by their bytes; dumps behind all. */
export function compareEntries(one: EntryOrder, other: EntryOrder): number {
  const [first, second] = [homePathOf(one), homePathOf(other)];
  if (first === undefined || second === undefined) {
    if (first !== second) return first === undefined ? 1 : -1;
    return Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));
  }
  return Buffer.compare(byParts(first), byParts(second));
}

/** `/` sorts before every byte that a name can have. */
function byParts(path: Buffer): Buffer {
  return Buffer.from(path.map((byte) => (byte === 0x2f ? 0 : byte)));
}

/** What the order of entries depends on. */
export type EntryOrder = Pick<ArchivedEntry, 'name' | 'type' | 'path'>;
