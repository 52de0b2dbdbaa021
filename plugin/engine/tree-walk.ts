/**
 * Walks a home from a pinned descriptor, folder by folder, and turns it into trees. An entry whose status is that of
 * the last run is not opened; a folder in which nothing changed keeps its tree without being written again.
 * The walk keeps its own stack: one frame and one descriptor per level, however deep.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Arena } from '../contracts/codec.ts';
import { errorNumbers, fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';
import type { CoverageLog } from './coverage-log.ts';
import type { FileArchiver } from './file-archiver.ts';
import type { FolderFrame } from './folder-frame.ts';
import type { FramePool } from './frame-pool.ts';
import type { PathFilter } from './path-filter.ts';
import type { BlockPlace, StatCacheReader, StatCacheWriter } from './stat-cache.ts';
import { isRacy, racySince, row } from './stat-row.ts';
import type { TreeEncoder } from './tree-encoder.ts';
import type { WalkChanges } from './walk-changes.ts';
import { deepestLevel, reasonOfError, refuseEntry, type WalkPolicy } from './walk-policy.ts';

export interface WalkTools {
  readonly files: FileSystem;
  readonly contents: FileArchiver;
  readonly encoder: TreeEncoder;
  readonly policy: WalkPolicy;
  readonly oldCache: StatCacheReader | undefined;
  readonly newCache: StatCacheWriter | undefined;
  readonly coverage: CoverageLog;
  readonly frames: FramePool;
  /** Learns which folders are not as in the last run. */
  readonly changes?: WalkChanges | undefined;
  readonly signal: AbortSignal;
  readonly onEntries: (count: number, bytes: number) => void;
}

export interface WalkResult {
  /** Hex id of the root folder's tree. */
  readonly tree: string;
  readonly block: BlockPlace | undefined;
}

/** Entries looked at between two turns of the event loop. */
const entriesPerTurn = 8192;

export class TreeWalk {
  readonly #tools: WalkTools;
  readonly #filters: PathFilter[] = [];
  readonly #racySince: number;
  #depth = -1;
  #entries = 0;
  files = 0;
  bytes = 0;
  #result: WalkResult | undefined;

  constructor(tools: WalkTools) {
    this.#tools = tools;
    this.#racySince = racySince(tools.oldCache?.header.startedSeconds ?? 0);
  }

  /** @param descriptor the opened home; closed when this settles. @param unchanged whether its own status is that of the last run. */
  async run(descriptor: number, filter: PathFilter, unchanged: boolean): Promise<WalkResult> {
    try {
      const place = this.#tools.oldCache?.header.root;
      await this.#enter({ descriptor, parentRow: -1, name: Buffer.alloc(0), place, unchanged, filter });
      while (this.#depth >= 0) await this.#step();
      if (this.#result === undefined) throw new Error('a walk ended without its root');
      return this.#result;
    } finally {
      for (; this.#depth >= 0; this.#depth--) this.#tools.files.close(this.#frame().descriptor);
      this.#tools.frames.trim();
    }
  }

  /** Enters the next sub-folder of the deepest frame, or finishes that frame. */
  async #step(): Promise<void> {
    const frame = this.#frame();
    const index = frame.folders[frame.nextFolder];
    if (index === undefined) return this.#finish(frame);
    frame.nextFolder++;
    await this.#descend(frame, index);
  }

  async #descend(frame: FolderFrame, index: number): Promise<void> {
    const { files } = this.#tools;
    const nameAt = frame.words[index * row.words + row.nameOffset] ?? 0;
    const descriptor =
      this.#depth + 1 >= deepestLevel
        ? -errorNumbers.EMFILE
        : files.openFolder(frame.descriptor, frame.names.arena, nameAt);
    const name = Buffer.from(frame.nameOf(index));
    if (descriptor < 0) return this.#leaveOutFolder(frame, index, [name, reasonOfError(-descriptor)]);
    const refused = refuseEntry(files.status.words, this.#tools.policy);
    if (refused !== undefined) {
      files.close(descriptor);
      return this.#leaveOutFolder(frame, index, [name, refused]);
    }
    const sameAs = frame.sameAs[index] ?? -1;
    const stillThere = sameAs >= 0 && frame.equalsOld(sameAs, files.status.words);
    if (!stillThere) this.#renewFolder(frame, index, descriptor);
    const oldRow = frame.oldRows[index] ?? -1;
    const place = oldRow >= 0 ? frame.oldBlockPlace(oldRow) : undefined;
    const filter = this.#filters[this.#depth]?.enter(name);
    if (filter === undefined) throw new Error('a folder that is not wanted was entered');
    await this.#enter({ descriptor, parentRow: index, name, place, unchanged: stillThere, filter });
  }

  /** The folder is not what it was when its name was looked up, or is new: its own attributes are read again. */
  #renewFolder(frame: FolderFrame, index: number, descriptor: number): void {
    frame.dirty = true;
    frame.sameAs[index] = -1;
    frame.setStatus(index, this.#tools.files.status.words);
    this.#tools.contents.readAttributes(descriptor, frame, index, this.#path());
  }

  /** Its row goes: nothing of the folder is in the restore point. */
  #leaveOutFolder(frame: FolderFrame, index: number, [name, reason]: [Buffer, SkipReason]): void {
    this.#tools.coverage.skip(reason, [...this.#path(), name]);
    frame.leaveOut(index);
  }

  async #enter(folder: {
    descriptor: number;
    parentRow: number;
    name: Buffer;
    place: BlockPlace | undefined;
    unchanged: boolean;
    filter: PathFilter;
  }): Promise<void> {
    this.#depth++;
    const frame = this.#tools.frames.at(this.#depth);
    this.#filters[this.#depth] = folder.filter;
    frame.begin(folder.descriptor, folder.parentRow, folder.name);
    if (folder.place !== undefined) {
      frame.old = this.#tools.oldCache?.load(folder.place, frame.oldArena, frame.allocateOld);
      if (frame.old === undefined) this.#tools.changes?.giveUp();
    }
    const { old } = frame;
    if (old !== undefined && folder.unchanged && !old.incomplete) await this.#scanKnown(frame);
    else await this.#scanListed(frame);
    if (frame.old === undefined || frame.count !== frame.old.rows) frame.dirty = true;
  }

  /** The folder itself did not change, so its names are those of the last run. */
  async #scanKnown(frame: FolderFrame): Promise<void> {
    const { old } = frame;
    if (old === undefined) return;
    for (let index = 0; index < old.rows; index++) {
      const entry = { arena: old.arena, at: old.nameOffset(index), length: old.nameLength(index), oldRow: index };
      const pending = this.#scanEntry(frame, entry);
      if (pending !== undefined) await pending;
    }
  }

  async #scanListed(frame: FolderFrame): Promise<void> {
    const { files, coverage } = this.#tools;
    const list = files.listFolder(frame.descriptor);
    if (typeof list === 'number') {
      coverage.skip(reasonOfError(-list), this.#path());
      frame.incomplete = true;
      return;
    }
    frame.reserveRows(list.count);
    let oldRow = 0;
    const oldRows = frame.old?.rows ?? 0;
    for (let index = 0; index < list.count; index++) {
      const at = list.offset(index);
      const length = list.length(index);
      let order = -1;
      for (; oldRow < oldRows; oldRow++) {
        order = frame.old?.compareName(oldRow, list.arena.bytes, at, length) ?? -1;
        if (order <= 0) break;
      }
      const found = oldRow < oldRows && order === 0 ? oldRow : -1;
      const pending = this.#scanEntry(frame, { arena: list.arena, at, length, oldRow: found });
      if (pending !== undefined) await pending;
    }
  }

  /** Nearly always done at once: waiting for a promise costs more than looking at an unchanged entry. */
  #scanEntry(frame: FolderFrame, entry: Entry): Promise<void> | undefined {
    if (++this.#entries % entriesPerTurn === 0) return this.#breathe().then(() => this.#lookAt(frame, entry));
    return this.#lookAt(frame, entry);
  }

  #lookAt(frame: FolderFrame, entry: Entry): Promise<void> | undefined {
    const filter = this.#filters[this.#depth];
    if (filter !== undefined && !filter.all && filter.enter(nameOf(entry)) === undefined) return undefined;
    const { files, policy, coverage } = this.#tools;
    const failed = files.statEntry(frame.descriptor, entry.arena, entry.at);
    const refused = failed < 0 ? reasonOfError(-failed) : refuseEntry(files.status.words, policy);
    if (refused !== undefined) {
      coverage.skip(refused, [...this.#path(), nameOf(entry)]);
      frame.incomplete = true;
      return undefined;
    }
    return this.#addEntry(frame, entry);
  }

  #addEntry(frame: FolderFrame, entry: Entry): Promise<void> | undefined {
    const { words } = this.#tools.files.status;
    const nameAt = frame.names.append(entry.arena.bytes, entry.at, entry.at + entry.length);
    frame.names.appendByte(0);
    const index = frame.addRow(words, nameAt, entry.length, entry.oldRow);
    const type = (words[statusWords.mode] ?? 0) & fileTypes.mask;
    const same =
      entry.oldRow >= 0 && frame.equalsOld(entry.oldRow, words) && this.#isTrusted(frame, entry.oldRow, type);
    if (same) frame.sameAs[index] = entry.oldRow;
    else frame.dirty = true;
    if (type === fileTypes.folder) frame.folders.push(index);
    else if (!same) return this.#archiveEntry(frame, index, type);
    if (type === fileTypes.file) this.#countFile(frame, index);
    return undefined;
  }

  async #archiveEntry(frame: FolderFrame, index: number, type: number): Promise<void> {
    const { contents, policy, coverage } = this.#tools;
    const reason = await contents.archive(frame, index, { type, policy, path: () => this.#path() });
    if (reason === undefined) {
      if (type === fileTypes.file) this.#countFile(frame, index);
      return;
    }
    coverage.skip(reason, [...this.#path(), Buffer.from(frame.nameOf(index))]);
    frame.dropLastRow();
    frame.incomplete = true;
  }

  #countFile(frame: FolderFrame, index: number): void {
    this.files++;
    this.bytes += frame.sizeOf(index);
  }

  /** Links of a hard-linked file are told apart by device, and devices are renumbered at boot: such files are read again. */
  #isTrusted(frame: FolderFrame, oldRow: number, type: number): boolean {
    const words = frame.old?.words;
    if (words === undefined) return false;
    const at = frame.old?.rowAt(oldRow) ?? 0;
    if (isRacy(words, at, this.#racySince)) return false;
    return (
      type === fileTypes.folder || (words[at] ?? 0) <= 1 || frame.sameDevice(oldRow, this.#tools.files.status.words)
    );
  }

  async #finish(frame: FolderFrame): Promise<void> {
    const { encoder, newCache, files, changes } = this.#tools;
    frame.takeOverOld();
    const old = frame.old?.tree();
    const tree = frame.dirty || old === undefined ? await encoder.store(frame) : old;
    const block = newCache?.add(frame.parts(Buffer.from(tree, 'hex')));
    const changed = tree !== old;
    if (changed && changes?.isWanted === true) changes.add(this.#path(), frame);
    files.close(frame.descriptor);
    this.#depth--;
    if (this.#depth < 0) this.#result = { tree, block };
    else this.#frame().closeFolder(frame.parentRow, { tree, block, changed });
  }

  async #breathe(): Promise<void> {
    const { signal, onEntries } = this.#tools;
    onEntries(this.files, this.bytes);
    signal.throwIfAborted();
    await nextTurn();
  }

  #frame(): FolderFrame {
    const frame = this.#depth < 0 ? undefined : this.#tools.frames.at(this.#depth);
    if (frame === undefined) throw new Error('no folder is open');
    return frame;
  }

  #path(): Buffer[] {
    return Array.from({ length: this.#depth }, (_, index) => this.#tools.frames.at(index + 1).name);
  }
}

/** An entry as its folder names it, and its row in the last run or -1. */
interface Entry {
  readonly arena: Arena;
  readonly at: number;
  readonly length: number;
  readonly oldRow: number;
}

function nameOf(entry: Entry): Buffer {
  return Buffer.from(entry.arena.bytes.subarray(entry.at, entry.at + entry.length));
}
