/**
 * Walks a home for an archive. It shares nothing with the engine's walk but the system calls, so that a mistake in one
 * mechanism is not in the other; the rules are the same: from a pinned folder, name by name, following no link, and
 * nothing that is not the account's.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Arena } from '../contracts/codec.ts';
import { errorNumbers, fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';
import type { ExtendedAttribute } from '../domain/tree-node.ts';

export interface HomeWalkTools {
  readonly files: FileSystem;
  /** Holds one name and its zero byte. */
  readonly nameArena: Arena;
  readonly ownerUid: number;
  readonly trustedUids: ReadonlySet<number>;
  readonly signal: AbortSignal;
  skipped(reason: SkipReason, path: readonly Buffer[]): void;
}

/** Good until the walk goes on. */
export interface HomeEntry {
  /** Components below the home. */
  readonly path: readonly Buffer[];
  readonly type: 'file' | 'folder' | 'symlink' | 'fifo';
  readonly status: EntryStatus;
  /** Of a link. */
  readonly target: Buffer | undefined;
  /** Opens a file, as it is now. Closing the descriptor is the caller's. @returns why not, otherwise. */
  open(): OpenedFile | SkipReason;
}

export interface OpenedFile {
  readonly descriptor: number;
  readonly status: EntryStatus;
  readonly attributes: readonly ExtendedAttribute[];
}

export interface EntryStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly links: number;
  /** Decimal digits. */
  readonly inode: string;
  /** `seconds.nanoseconds`. */
  readonly modified: string;
  readonly changed: string;
}

interface Level {
  readonly descriptor: number;
  readonly name: Buffer;
  readonly names: readonly Buffer[];
  next: number;
}

const deepest = 5000;
const entriesPerTurn = 2048;
const longestName = 4095;

/** Every entry: a folder before what is in it, names by their bytes. @param home the open home; closed at the end. */
export async function* walkHome(tools: HomeWalkTools, home: number): AsyncGenerator<HomeEntry> {
  const walk = new HomeWalk(tools, home);
  try {
    for (let seen = 1; ; seen++) {
      const entry = walk.next();
      if (entry === undefined) return;
      yield entry;
      if (seen % entriesPerTurn === 0) await nextTurn();
      tools.signal.throwIfAborted();
    }
  } finally {
    walk.close();
  }
}

class HomeWalk {
  readonly #tools: HomeWalkTools;
  readonly #levels: Level[] = [];
  readonly #device: readonly [number, number];

  constructor(tools: HomeWalkTools, home: number) {
    this.#tools = tools;
    const { words } = tools.files.status;
    this.#device = [words[statusWords.deviceMinor] ?? 0, words[statusWords.deviceMajor] ?? 0];
    this.#enter(home, Buffer.alloc(0));
  }

  close(): void {
    for (const { descriptor } of this.#levels) this.#tools.files.close(descriptor);
  }

  next(): HomeEntry | undefined {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.names[level.next++];
      const entry = name === undefined ? this.#leave() : this.#look(level, name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #leave(): undefined {
    const level = this.#levels.pop();
    if (level !== undefined) this.#tools.files.close(level.descriptor);
  }

  #enter(descriptor: number, name: Buffer): void {
    const list = this.#tools.files.listFolder(descriptor);
    const names: Buffer[] = [];
    if (typeof list === 'number')
      this.#tools.skipped(reasonOf(-list), [...this.#path(), ...(name.length ? [name] : [])]);
    else {
      for (let index = 0; index < list.count; index++) {
        const at = list.offset(index);
        names.push(Buffer.from(list.arena.bytes.subarray(at, at + list.length(index))));
      }
    }
    this.#levels.push({ descriptor, name, names, next: 0 });
  }

  #look(level: Level, name: Buffer): HomeEntry | undefined {
    const { files, nameArena } = this.#tools;
    if (name.length > longestName) return this.#skip('name-too-long', name);
    this.#place(name);
    const failed = files.statEntry(level.descriptor, nameArena, 0);
    const refused = failed < 0 ? reasonOf(-failed) : this.#refuse();
    if (refused !== undefined) return this.#skip(refused, name);
    const type = (files.status.words[statusWords.mode] ?? 0) & fileTypes.mask;
    if (type === fileTypes.folder) return this.#folder(level, name);
    if (type === fileTypes.symlink) return this.#symlink(level, name);
    const common = { path: [...this.#path(), name], status: readStatus(files), target: undefined };
    if (type === fileTypes.fifo) return { ...common, type: 'fifo', open: () => 'changed-type' };
    return { ...common, type: 'file', open: () => this.#open(level, name) };
  }

  #folder(level: Level, name: Buffer): HomeEntry | undefined {
    const { files, nameArena } = this.#tools;
    if (this.#levels.length >= deepest) return this.#skip('too-deep', name);
    const descriptor = files.openFolder(level.descriptor, nameArena, 0);
    if (descriptor < 0) return this.#skip(reasonOf(-descriptor), name);
    // Another folder may have taken its place since the look: what is open is what counts.
    const refused = this.#refuse();
    if (refused !== undefined) {
      files.close(descriptor);
      return this.#skip(refused, name);
    }
    const status = readStatus(files);
    const path = [...this.#path(), name];
    this.#enter(descriptor, name);
    return { path, type: 'folder', status, target: undefined, open: () => 'changed-type' };
  }

  #symlink(level: Level, name: Buffer): HomeEntry | undefined {
    const { files, nameArena } = this.#tools;
    const status = readStatus(files);
    const target = files.readLink(level.descriptor, nameArena, 0);
    if (typeof target === 'number') return this.#skip(reasonOf(-target), name);
    return { path: [...this.#path(), name], type: 'symlink', status, target, open: () => 'changed-type' };
  }

  #open(level: Level, name: Buffer): OpenedFile | SkipReason {
    const { files, nameArena } = this.#tools;
    this.#place(name);
    const descriptor = files.openFile(level.descriptor, nameArena, 0);
    if (descriptor < 0) return reasonOf(-descriptor);
    const refused = this.#refuse();
    if (refused !== undefined) {
      files.close(descriptor);
      return refused;
    }
    const status = readStatus(files);
    const attributes = files.readsAttributes ? files.readAttributes(descriptor) : [];
    return { descriptor, status, attributes: typeof attributes === 'number' ? [] : attributes };
  }

  #place(name: Buffer): void {
    const { bytes } = this.#tools.nameArena;
    name.copy(bytes);
    bytes[name.length] = 0;
  }

  #refuse(): SkipReason | undefined {
    const { words } = this.#tools.files.status;
    const device = [words[statusWords.deviceMinor] ?? 0, words[statusWords.deviceMajor] ?? 0];
    if (device[0] !== this.#device[0] || device[1] !== this.#device[1]) return 'other-filesystem';
    const type = (words[statusWords.mode] ?? 0) & fileTypes.mask;
    if (type === fileTypes.socket) return 'socket';
    if (type === fileTypes.blockDevice || type === fileTypes.characterDevice) return 'device';
    return type === fileTypes.file && this.#isForeign(words) ? 'foreign-owner' : undefined;
  }

  /** Somebody else's file may have been brought here by a hard link: its content is not this account's to have. */
  #isForeign(words: Int32Array): boolean {
    const uid = (words[statusWords.uid] ?? 0) >>> 0;
    if (uid === this.#tools.ownerUid) return false;
    return (words[statusWords.links] ?? 0) >>> 0 > 1 || !this.#tools.trustedUids.has(uid);
  }

  #skip(reason: SkipReason, name: Buffer): undefined {
    this.#tools.skipped(reason, [...this.#path(), name]);
  }

  #path(): Buffer[] {
    return this.#levels.slice(1).map(({ name }) => name);
  }
}

/** What the last call that reads a status found. */
export function readStatus({ status: { words } }: FileSystem): EntryStatus {
  const at = (word: number) => (words[word] ?? 0) >>> 0;
  const wide = (word: number) => (BigInt(at(word + 1)) << 32n) | BigInt(at(word));
  const time = (seconds: number, nanoseconds: number) =>
    `${BigInt.asIntN(64, wide(seconds))}.${String(at(nanoseconds)).padStart(9, '0')}`;
  return {
    mode: at(statusWords.mode) & 0o7777,
    uid: at(statusWords.uid),
    gid: at(statusWords.gid),
    sizeBytes: Number(wide(statusWords.size)),
    links: at(statusWords.links),
    inode: String(wide(statusWords.inode)),
    modified: time(statusWords.modifiedSeconds, statusWords.modifiedNanoseconds),
    changed: time(statusWords.changedSeconds, statusWords.changedNanoseconds),
  };
}

const reasons = new Map<number, SkipReason>([
  [errorNumbers.ENOENT, 'vanished'],
  [errorNumbers.ESTALE, 'vanished'],
  [errorNumbers.EACCES, 'unreadable'],
  [errorNumbers.EPERM, 'unreadable'],
  [errorNumbers.EAGAIN, 'busy'],
  [errorNumbers.EINVAL, 'changed-type'],
  [errorNumbers.ELOOP, 'changed-type'],
  [errorNumbers.ENOTDIR, 'changed-type'],
  [errorNumbers.EMFILE, 'too-deep'],
  [errorNumbers.ENFILE, 'too-deep'],
  [errorNumbers.ENAMETOOLONG, 'name-too-long'],
]);

function reasonOf(error: number): SkipReason {
  return reasons.get(error) ?? 'read-error';
}
