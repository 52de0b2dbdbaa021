/**
 * A block is what the stat cache holds of one folder: a header, the rows of its entries in order of their names, the
 * names (each ending in a zero byte), and the contents that rows point to. Blocks of sub-folders stand before it in
 * the file, so that a tree of any size is written as it is walked and read folder by folder.
 */
import { crc32 } from 'node:zlib';
import type { Arena } from '../contracts/codec.ts';
import { row } from './stat-row.ts';

export const blockHeader = {
  words: 14,
  checksum: 0,
  rows: 1,
  nameBytes: 2,
  contentBytes: 3,
  /** 1 when entries were left out: then the folder is listed anew at the next run. */
  incomplete: 4,
  tree: 6,
} as const;
const headerBytes = blockHeader.words * 4;

/** One folder's block, in memory. */
export class StatBlock {
  readonly arena: Arena;
  readonly words: Int32Array;
  readonly rows: number;
  readonly incomplete: boolean;
  readonly #namesAt: number;
  readonly #contentAt: number;

  private constructor(arena: Arena, words: Int32Array) {
    this.arena = arena;
    this.words = words;
    this.rows = words[blockHeader.rows] ?? 0;
    this.incomplete = words[blockHeader.incomplete] === 1;
    this.#namesAt = headerBytes + this.rows * row.words * 4;
    this.#contentAt = this.#namesAt + (words[blockHeader.nameBytes] ?? 0);
  }

  /** @param arena begins with a block of `length` bytes. @returns undefined when it is damaged. */
  static parse(arena: Arena, length: number): StatBlock | undefined {
    if (length < headerBytes || length > arena.bytes.length) return undefined;
    const words = new Int32Array(arena.bytes.buffer, arena.bytes.byteOffset, arena.bytes.length >> 2);
    if (crc32(arena.bytes.subarray(4, length)) !== (words[0] ?? 0) >>> 0) return undefined;
    const block = new StatBlock(arena, words);
    return block.#contentAt + (words[blockHeader.contentBytes] ?? 0) <= length ? block : undefined;
  }

  /** First word of a row. */
  rowAt(index: number): number {
    return blockHeader.words + index * row.words;
  }

  /** Where in the arena a row's name begins. */
  nameOffset(index: number): number {
    return this.#namesAt + (this.words[this.rowAt(index) + row.nameOffset] ?? 0);
  }

  nameLength(index: number): number {
    return this.words[this.rowAt(index) + row.nameLength] ?? 0;
  }

  content(index: number): Buffer {
    return this.#slice(index, row.contentOffset, row.contentLength);
  }

  attributes(index: number): Buffer {
    return this.#slice(index, row.attributesOffset, row.attributesLength);
  }

  /** Id of the folder's tree. */
  tree(): string {
    const at = blockHeader.tree * 4;
    return this.arena.bytes.toString('hex', at, at + 32);
  }

  /** Negative when the name sorts before the row's, 0 when it is the row's. */
  compareName(index: number, bytes: Buffer, start: number, length: number): number {
    const at = this.nameOffset(index);
    return bytes.compare(this.arena.bytes, at, at + this.nameLength(index), start, start + length);
  }

  #slice(index: number, offsetWord: number, lengthWord: number): Buffer {
    const at = this.rowAt(index);
    const start = this.#contentAt + (this.words[at + offsetWord] ?? 0);
    return this.arena.bytes.subarray(start, start + (this.words[at + lengthWord] ?? 0));
  }
}

export interface BlockParts {
  /** `rows * row.words` words, with offsets into `names` and `content`. */
  readonly rowWords: Int32Array;
  readonly rows: number;
  readonly names: Buffer;
  readonly content: Buffer;
  readonly tree: Buffer;
  readonly incomplete: boolean;
}

/** A block piece by piece, together a multiple of 8 bytes long. Nothing is copied: a folder may have a million entries. */
export function blockPieces(parts: BlockParts): Buffer[] {
  const rowBytes = parts.rows * row.words * 4;
  const rows = Buffer.from(parts.rowWords.buffer, parts.rowWords.byteOffset, rowBytes);
  const length = headerBytes + rowBytes + parts.names.length + parts.content.length;
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(parts.rows, blockHeader.rows * 4);
  header.writeInt32LE(parts.names.length, blockHeader.nameBytes * 4);
  header.writeInt32LE(parts.content.length, blockHeader.contentBytes * 4);
  header.writeInt32LE(parts.incomplete ? 1 : 0, blockHeader.incomplete * 4);
  parts.tree.copy(header, blockHeader.tree * 4);
  const pieces = [header, rows, parts.names, parts.content, Buffer.alloc(-length & 7)];
  let checksum = crc32(header.subarray(4));
  for (const piece of pieces.slice(1)) checksum = crc32(piece, checksum);
  header.writeUInt32LE(checksum, 0);
  return pieces;
}
