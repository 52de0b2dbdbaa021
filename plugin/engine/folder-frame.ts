import type { Arena } from '../contracts/codec.ts';
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import { ByteList } from './byte-list.ts';
import type { BlockParts, StatBlock } from './stat-block.ts';
import { row, sameStatus, unsigned64 } from './stat-row.ts';
import type { BlockPlace } from './stat-cache.ts';

/**
 * One folder while it is being walked: the rows found so far, their names and contents, and the block of the last
 * run to compare with. Frames are used again for other folders of the same level, so their memory is allocated once.
 */
export class FolderFrame {
  readonly #allocate: (sizeBytes: number) => Arena;
  readonly names: ByteList;
  readonly content: ByteList;
  oldArena: Arena;
  old: StatBlock | undefined;
  descriptor = -1;
  /** Row of this folder in its parent's frame. */
  parentRow = -1;
  name: Buffer = Buffer.alloc(0);
  words = new Int32Array(32 * row.words);
  /** Row of the last run that this row equals in status, or -1. */
  sameAs = new Int32Array(32);
  /** Row of the last run with the same name, or -1. */
  oldRows = new Int32Array(32);
  count = 0;
  /** Rows that are folders, and the next one to enter. */
  readonly folders: number[] = [];
  nextFolder = 0;
  readonly subtrees = new Map<number, string>();
  readonly #leftOut = new Set<number>();
  dirty = false;
  incomplete = false;

  constructor(allocate: (sizeBytes: number) => Arena) {
    this.#allocate = allocate;
    this.names = new ByteList(allocate);
    this.content = new ByteList(allocate);
    this.oldArena = allocate(8192);
  }

  /** Memory of its own. */
  get heldBytes(): number {
    const arenas = [this.names.arena, this.content.arena, this.oldArena];
    return arenas.reduce((sum, { bytes }) => sum + bytes.length, this.words.byteLength + this.sameAs.byteLength * 2);
  }

  begin(descriptor: number, parentRow: number, name: Buffer): void {
    this.descriptor = descriptor;
    this.parentRow = parentRow;
    this.name = name;
    this.names.clear();
    this.content.clear();
    this.count = 0;
    this.folders.length = 0;
    this.nextFolder = 0;
    this.subtrees.clear();
    this.#leftOut.clear();
    this.dirty = false;
    this.incomplete = false;
    this.old = undefined;
  }

  /** Makes room for as many rows as the folder has entries. */
  reserveRows(count: number): void {
    if (count * row.words > this.words.length) this.#growRows(count);
  }

  /** Begins a row with the given status. @returns its number. */
  addRow(status: Int32Array, nameAt: number, nameLength: number, oldRow: number): number {
    const index = this.count++;
    if (this.count * row.words > this.words.length) this.#growRows(this.count * 2);
    const at = index * row.words;
    this.words.set(status, at);
    this.words.fill(0, at + statusWords.count, at + row.words);
    this.words[at + row.nameOffset] = nameAt;
    this.words[at + row.nameLength] = nameLength;
    this.sameAs[index] = -1;
    this.oldRows[index] = oldRow;
    return index;
  }

  dropLastRow(): void {
    this.count--;
  }

  setStatus(index: number, status: Int32Array): void {
    this.words.set(status, index * row.words);
  }

  /** Size in bytes as the row's status says. */
  sizeOf(index: number): number {
    return unsigned64(this.words, index * row.words + statusWords.size);
  }

  /** A folder that could not be entered: its row is taken out when the folder is written. */
  leaveOut(index: number): void {
    this.#leftOut.add(index);
    this.incomplete = true;
    this.dirty = true;
  }

  /** What became of a sub-folder. */
  closeFolder(index: number, folder: { tree: string; block: BlockPlace | undefined; changed: boolean }): void {
    this.subtrees.set(index, folder.tree);
    if (folder.block !== undefined) this.setBlock(index, folder.block);
    if (folder.changed) this.dirty = true;
  }

  /** Where the block of a sub-folder stood in the last run. */
  oldBlockPlace(oldRow: number): BlockPlace | undefined {
    if (this.old === undefined) return undefined;
    const at = this.old.rowAt(oldRow);
    const { words } = this.old;
    if (((words[at + statusWords.mode] ?? 0) & fileTypes.mask) !== fileTypes.folder) return undefined;
    return { offset: unsigned64(words, at + row.blockLow), length: words[at + row.contentLength] ?? 0 };
  }

  sameDevice(oldRow: number, status: Int32Array): boolean {
    if (this.old === undefined) return false;
    const at = this.old.rowAt(oldRow);
    return (
      this.old.words[at + statusWords.deviceMinor] === status[statusWords.deviceMinor] &&
      this.old.words[at + statusWords.deviceMajor] === status[statusWords.deviceMajor]
    );
  }

  setContent(index: number, offset: number): void {
    this.words[index * row.words + row.contentOffset] = offset;
    this.words[index * row.words + row.contentLength] = this.content.length - offset;
  }

  setAttributes(index: number, json: string): void {
    if (json === '') return;
    const offset = this.content.appendText(json);
    this.words[index * row.words + row.attributesOffset] = offset;
    this.words[index * row.words + row.attributesLength] = this.content.length - offset;
  }

  setBlock(index: number, place: BlockPlace): void {
    const at = index * row.words;
    this.words[at + row.contentLength] = place.length;
    this.words[at + row.blockLow] = place.offset | 0;
    this.words[at + row.blockHigh] = Math.floor(place.offset / 4_294_967_296);
  }

  nameOf(index: number): Buffer {
    const at = this.words[index * row.words + row.nameOffset] ?? 0;
    return this.names.arena.bytes.subarray(at, at + (this.words[index * row.words + row.nameLength] ?? 0));
  }

  contentOf(index: number): Buffer {
    return this.#slice(index, row.contentOffset, row.contentLength);
  }

  attributesOf(index: number): Buffer {
    return this.#slice(index, row.attributesOffset, row.attributesLength);
  }

  /** Status unchanged since the last run? `at` is a row of the old block. */
  equalsOld(oldRow: number, status: Int32Array): boolean {
    return this.old !== undefined && sameStatus(this.old.words, this.old.rowAt(oldRow), status);
  }

  /** Makes the rows complete: takes out what was left out, fills in what unchanged rows had. */
  takeOverOld(): void {
    this.#removeLeftOut();
    const { old } = this;
    if (old === undefined) return;
    for (let index = 0; index < this.count; index++) {
      const oldRow = this.sameAs[index] ?? -1;
      if (oldRow < 0) continue;
      const isFolder = this.subtrees.has(index);
      if (!isFolder) {
        const offset = this.content.append(old.content(oldRow));
        this.setContent(index, offset);
      }
      const attributes = old.attributes(oldRow);
      if (attributes.length === 0) continue;
      const at = index * row.words;
      this.words[at + row.attributesOffset] = this.content.append(attributes);
      this.words[at + row.attributesLength] = attributes.length;
    }
  }

  parts(tree: Buffer): BlockParts {
    return {
      rowWords: this.words,
      rows: this.count,
      names: this.names.view(),
      content: this.content.view(),
      tree,
      incomplete: this.incomplete,
    };
  }

  #removeLeftOut(): void {
    if (this.#leftOut.size === 0) return;
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (this.#leftOut.has(index)) continue;
      this.#moveRow(index, kept++);
    }
    this.count = kept;
    this.#leftOut.clear();
  }

  #moveRow(from: number, to: number): void {
    this.words.copyWithin(to * row.words, from * row.words, (from + 1) * row.words);
    this.sameAs[to] = this.sameAs[from] ?? -1;
    this.oldRows[to] = this.oldRows[from] ?? -1;
    const subtree = this.subtrees.get(from);
    this.subtrees.delete(from);
    if (subtree !== undefined) this.subtrees.set(to, subtree);
  }

  #slice(index: number, offsetWord: number, lengthWord: number): Buffer {
    const at = index * row.words;
    const start = this.words[at + offsetWord] ?? 0;
    return this.content.arena.bytes.subarray(start, start + (this.words[at + lengthWord] ?? 0));
  }

  #growRows(count: number): void {
    const words = new Int32Array(count * row.words);
    words.set(this.words);
    this.words = words;
    const sameAs = new Int32Array(count);
    sameAs.set(this.sameAs);
    this.sameAs = sameAs;
    const oldRows = new Int32Array(count);
    oldRows.set(this.oldRows);
    this.oldRows = oldRows;
  }

  /** An arena for the old block, kept for the next folder of this level. */
  allocateOld = (sizeBytes: number): Arena => {
    this.oldArena = this.#allocate(sizeBytes);
    return this.oldArena;
  };
}
