/**
 * What a backup saw that the one before had not seen, told while it walks: so the catalog learns it without reading
 * trees. It is what comparing the two trees would tell.
 */
import type { CatalogEntry } from '../contracts/catalog.ts';
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { NodeType } from '../domain/tree-node.ts';
import type { FolderFrame } from './folder-frame.ts';
import { identityOfIds, identityOfTarget } from './node-identity.ts';
import { storedSeconds } from './node-json.ts';
import { row, unsigned64 } from './stat-row.ts';

/** One folder; those in it come before it. */
export interface FolderChange {
  readonly path: readonly Buffer[];
  /** Entries that are new or may be others than they were. */
  readonly put: readonly { readonly name: Buffer; readonly entry: CatalogEntry }[];
  readonly removed: readonly Buffer[];
}

export interface ChangesSince {
  /** Root tree of the snapshot with which was compared. */
  readonly tree: string;
  readonly folders: readonly FolderChange[];
}

/** More are not kept in memory: then trees are compared. */
const mostEntries = 20_000;

export class WalkChanges {
  #tree: string | undefined;
  #folders: FolderChange[] = [];
  #entries = 0;

  /** @param tree root tree of the snapshot that the last run made; undefined when nobody knows it. */
  begin(tree: string | undefined): void {
    this.#tree = tree;
  }

  /** Whether it is worth telling. */
  get isWanted(): boolean {
    return this.#tree !== undefined;
  }

  /** What the last run saw of some folder is lost. */
  giveUp(): void {
    this.#tree = undefined;
    this.#folders = [];
  }

  /** @param frame complete. */
  add(path: readonly Buffer[], frame: FolderFrame): void {
    const change = { path, put: putsOf(frame), removed: removedOf(frame) };
    this.#entries += change.put.length + change.removed.length;
    this.#folders.push(change);
    if (this.#entries > mostEntries) this.giveUp();
  }

  /** Undefined when not all is known. */
  result(): ChangesSince | undefined {
    return this.#tree === undefined ? undefined : { tree: this.#tree, folders: this.#folders };
  }
}

function putsOf(frame: FolderFrame): FolderChange['put'] {
  const put: { name: Buffer; entry: CatalogEntry }[] = [];
  for (let index = 0; index < frame.count; index++) {
    if ((frame.sameAs[index] ?? -1) >= 0) continue;
    put.push({ name: Buffer.from(frame.nameOf(index)), entry: entryOf(frame, index) });
  }
  return put;
}

function removedOf({ old, oldRows, count }: FolderFrame): Buffer[] {
  const removed: Buffer[] = [];
  if (old === undefined) return removed;
  const kept = new Set(oldRows.subarray(0, count));
  for (let index = 0; index < old.rows; index++) {
    const at = old.nameOffset(index);
    if (!kept.has(index)) removed.push(Buffer.from(old.arena.bytes.subarray(at, at + old.nameLength(index))));
  }
  return removed;
}

const types: ReadonlyMap<number, NodeType> = new Map<number, NodeType>([
  [fileTypes.file, 'file'],
  [fileTypes.folder, 'dir'],
  [fileTypes.symlink, 'symlink'],
  [fileTypes.fifo, 'fifo'],
]);

function entryOf(frame: FolderFrame, index: number): CatalogEntry {
  const { words } = frame;
  const at = index * row.words;
  const mode = words[at + statusWords.mode] ?? 0;
  const type = types.get(mode & fileTypes.mask) ?? 'irregular';
  const seconds = storedSeconds(words, at + statusWords.modifiedSeconds);
  return {
    type,
    sizeBytes: type === 'file' ? unsigned64(words, at + statusWords.size) : 0,
    modified: { seconds, nanoseconds: words[at + statusWords.modifiedNanoseconds] ?? 0 },
    mode: mode & 0o7777,
    content: contentOf(type, frame, index),
  };
}

function contentOf(type: NodeType, frame: FolderFrame, index: number): Buffer {
  if (type === 'file') return identityOfIds(frame.contentOf(index));
  return type === 'symlink' ? identityOfTarget(frame.contentOf(index)) : Buffer.alloc(0);
}
