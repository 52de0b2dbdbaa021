/**
 * Walks a live home that its owner changes meanwhile and on purpose, by the rules of a backup: from a pinned
 * descriptor, one name at a time, following no link, leaving out what is not the account's. One frame and one
 * descriptor per level, however deep.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorNumbers, fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import type { FolderFrame } from './folder-frame.ts';
import type { FramePool } from './frame-pool.ts';
import type { PathFilter } from './path-filter.ts';
import { row, signed64, unsigned64 } from './stat-row.ts';
import { deepestLevel, reasonOfError, refuseEntry, type WalkPolicy } from './walk-policy.ts';

/** An entry as it is at the moment. Good after the call it was given to. */
export interface LiveEntry {
  readonly name: Buffer;
  readonly mode: number;
  readonly modified: Timestamp;
  readonly sizeBytes: number;
}

export interface LiveVisitor {
  /** @param passing when the folder itself is not wanted, only something below it. */
  enter(folder: LiveEntry, passing: boolean): Promise<void>;
  leave(): void;
  /** @param file open at its beginning; the walk closes it. */
  file(entry: LiveEntry, file: number): Promise<void>;
  symlink(entry: LiveEntry, target: Buffer): Promise<void>;
  fifo(entry: LiveEntry): void;
  /** @param name of an entry of the folder where the walk is; undefined for the folder itself. */
  skipped(reason: SkipReason, name: Buffer | undefined): void;
}

export interface LiveWalkTools {
  readonly files: FileSystem;
  /** Of this walk alone. */
  readonly frames: FramePool;
  readonly policy: WalkPolicy;
  readonly signal: AbortSignal;
}

/** Entries looked at between two turns of the event loop. */
const entriesPerTurn = 4096;

interface Level {
  readonly frame: FolderFrame;
  readonly filter: PathFilter;
  next: number;
}

/** @param home the open home; closed when this settles. */
export function walkLive(tools: LiveWalkTools, home: number, filter: PathFilter, visitor: LiveVisitor): Promise<void> {
  return new LiveWalk(tools, visitor).run(home, filter);
}

class LiveWalk {
  readonly #tools: LiveWalkTools;
  readonly #visitor: LiveVisitor;
  readonly #levels: Level[] = [];
  #entries = 0;

  constructor(tools: LiveWalkTools, visitor: LiveVisitor) {
    this.#tools = tools;
    this.#visitor = visitor;
  }

  async run(home: number, filter: PathFilter): Promise<void> {
    try {
      await this.#open(home, filter);
      for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) await this.#step(level);
    } finally {
      for (const { frame } of this.#levels) this.#tools.files.close(frame.descriptor);
    }
  }

  async #step(level: Level): Promise<void> {
    this.#tools.signal.throwIfAborted();
    if (level.next < level.frame.count) return this.#visit(level, level.next++);
    this.#levels.pop();
    this.#tools.files.close(level.frame.descriptor);
    if (this.#levels.length > 0) this.#visitor.leave();
  }

  /** Lists a folder and looks at all that is in it; from here on the descriptor is the walk's. */
  async #open(descriptor: number, filter: PathFilter): Promise<void> {
    const { files, frames } = this.#tools;
    const frame = frames.at(this.#levels.length);
    frame.begin(descriptor, -1, Buffer.alloc(0));
    this.#levels.push({ frame, filter, next: 0 });
    const list = files.listFolder(descriptor);
    if (typeof list === 'number') return this.#visitor.skipped(reasonOfError(-list), undefined);
    frame.reserveRows(list.count);
    for (let index = 0; index < list.count; index++) {
      const at = list.offset(index);
      const name = list.arena.bytes.subarray(at, at + list.length(index));
      if (filter.all || filter.enter(Buffer.from(name)) !== undefined) this.#addRow(frame, name);
    }
    await this.#breathe(list.count);
  }

  #addRow(frame: FolderFrame, name: Buffer): void {
    const { files, policy } = this.#tools;
    const at = frame.names.append(name);
    frame.names.appendByte(0);
    const failed = files.statEntry(frame.descriptor, frame.names.arena, at);
    const refused = failed < 0 ? reasonOfError(-failed) : refuseEntry(files.status.words, policy);
    if (refused === undefined) frame.addRow(files.status.words, at, name.length, -1);
    else this.#visitor.skipped(refused, Buffer.from(name));
  }

  #visit(level: Level, index: number): Promise<void> {
    const { frame } = level;
    const entry = entryOf(Buffer.from(frame.nameOf(index)), frame.words, index * row.words);
    const nameAt = frame.words[index * row.words + row.nameOffset] ?? 0;
    const filter = level.filter.all ? level.filter : level.filter.enter(entry.name);
    if (filter === undefined) throw new Error('an entry that is not wanted was kept');
    const type = (frame.words[index * row.words + statusWords.mode] ?? 0) & fileTypes.mask;
    if (type === fileTypes.folder) return this.#descend(frame, nameAt, entry.name, filter);
    return filter.all ? this.#take(frame, nameAt, entry, type) : Promise.resolve();
  }

  /** Another folder may have taken the place of the one that was looked at: what is open is what counts. */
  async #descend(frame: FolderFrame, nameAt: number, name: Buffer, filter: PathFilter): Promise<void> {
    const { files, policy } = this.#tools;
    const isTooDeep = this.#levels.length >= deepestLevel;
    const opened = isTooDeep ? -errorNumbers.EMFILE : files.openFolder(frame.descriptor, frame.names.arena, nameAt);
    if (opened < 0) return this.#visitor.skipped(reasonOfError(-opened), name);
    const refused = refuseEntry(files.status.words, policy);
    if (refused !== undefined) {
      files.close(opened);
      return this.#visitor.skipped(refused, name);
    }
    const entry = entryOf(name, files.status.words, 0);
    try {
      await this.#visitor.enter(entry, !filter.all);
    } catch (error) {
      files.close(opened);
      throw error;
    }
    await this.#open(opened, filter);
  }

  async #take(frame: FolderFrame, nameAt: number, entry: LiveEntry, type: number): Promise<void> {
    if (type === fileTypes.file) return this.#takeFile(frame, nameAt, entry.name);
    if (type === fileTypes.fifo) return this.#visitor.fifo(entry);
    const target = this.#tools.files.readLink(frame.descriptor, frame.names.arena, nameAt);
    if (typeof target === 'number') return this.#visitor.skipped(reasonOfError(-target), entry.name);
    await this.#visitor.symlink(entry, target);
  }

  async #takeFile(frame: FolderFrame, nameAt: number, name: Buffer): Promise<void> {
    const { files, policy } = this.#tools;
    const file = files.openFile(frame.descriptor, frame.names.arena, nameAt);
    if (file < 0) return this.#visitor.skipped(reasonOfError(-file), name);
    try {
      const refused = refuseEntry(files.status.words, policy);
      if (refused === undefined) await this.#visitor.file(entryOf(name, files.status.words, 0), file);
      else this.#visitor.skipped(refused, name);
    } finally {
      files.close(file);
    }
  }

  async #breathe(entries: number): Promise<void> {
    this.#entries += entries;
    if (this.#entries < entriesPerTurn) return;
    this.#entries = 0;
    await nextTurn();
  }
}

/** @param at where in `words` a status begins. */
export function entryOf(name: Buffer, words: Int32Array, at: number): LiveEntry {
  return {
    name,
    mode: (words[at + statusWords.mode] ?? 0) & 0o7777,
    modified: {
      seconds: signed64(words, at + statusWords.modifiedSeconds),
      nanoseconds: words[at + statusWords.modifiedNanoseconds] ?? 0,
    },
    sizeBytes: unsigned64(words, at + statusWords.size),
  };
}
