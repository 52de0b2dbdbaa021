/**
 * The stat cache of one account and repository: what the last backup saw, so that the next one reads only what
 * changed. It may be lost or damaged at any time: then everything is read once more, and nothing else happens.
 */
import { crc32 } from 'node:zlib';
import type { Arena } from '../contracts/codec.ts';
import type { ScratchReader, ScratchWriter } from '../contracts/scratch-file.ts';
import { idBytes } from './format.ts';
import { blockPieces, StatBlock, type BlockParts } from './stat-block.ts';

const magic = 0x4c53_4302; // "LSC", version 2
const headerBytes = 256;
const snapshotAt = 32;
const treeAt = 64;
const statusAt = 96;
const rootAt = 168;
const homeTreeAt = 184;
/** Where the ids of index files stand, their bytes, their checksum. */
const indexesAt = 216;
const statusWordCount = 16;
const bufferBytes = 65_536;

export interface BlockPlace {
  readonly offset: number;
  readonly length: number;
}

export interface CacheHeader {
  /** The snapshot that was made with it; it may have been forgotten since. */
  readonly snapshotId: string;
  /** Root tree of that snapshot. */
  readonly tree: string;
  /** Tree of the home in it. */
  readonly homeTree: string;
  /** Checksum of its coverage. */
  readonly coverage: number;
  /** When that run began, whole seconds. */
  readonly startedSeconds: number;
  /** Names what was backed up and by which rules; another backup must not use it. */
  readonly scope: number;
  readonly root: BlockPlace;
  /** Status of the home itself. */
  readonly rootStatus: Int32Array;
  /** Ids of index files that name all it leads to. When one is gone, something may be lost. */
  readonly indexes: readonly string[];
}

export class StatCacheReader {
  readonly header: CacheHeader;
  readonly #file: ScratchReader;

  private constructor(file: ScratchReader, header: CacheHeader) {
    this.#file = file;
    this.header = header;
  }

  /** @returns undefined when it is damaged or of another version. The file is closed then. */
  static open(file: ScratchReader | undefined): StatCacheReader | undefined {
    if (file === undefined) return undefined;
    const header = readHeader(file);
    if (header !== undefined) return new StatCacheReader(file, header);
    file.close();
    return undefined;
  }

  /** Reads a block into `arena`, or into a larger one from `allocate`. @returns undefined when it is damaged. */
  load(place: BlockPlace, arena: Arena, allocate: (sizeBytes: number) => Arena): StatBlock | undefined {
    if (place.length <= 0 || place.offset + place.length > this.#file.sizeBytes) return undefined;
    const target = arena.bytes.length >= place.length ? arena : allocate(place.length * 1.5);
    if (this.#file.read(target.bytes, place.offset, place.length) !== place.length) return undefined;
    return StatBlock.parse(target, place.length);
  }

  close(): void {
    this.#file.close();
  }
}

export class StatCacheWriter {
  readonly #file: ScratchWriter;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #buffered = 0;
  #position = headerBytes;

  constructor(file: ScratchWriter) {
    this.#file = file;
    this.#file.append(Buffer.alloc(headerBytes));
  }

  add(parts: BlockParts): BlockPlace {
    const offset = this.#position;
    for (const piece of blockPieces(parts)) this.#append(piece);
    return { offset, length: this.#position - offset };
  }

  /** Makes the new cache the one the next run finds. */
  commit(header: CacheHeader): void {
    const indexes = Buffer.from(header.indexes.join(''), 'hex');
    const bytes = headerToBytes(header, { indexes, offset: this.#position });
    this.#append(indexes);
    this.#flush();
    this.#file.overwrite(bytes, 0);
    this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }

  #append(bytes: Buffer): void {
    if (this.#buffered + bytes.length > bufferBytes) this.#flush();
    if (bytes.length > bufferBytes) this.#file.append(bytes);
    else this.#buffered += bytes.copy(this.#buffer, this.#buffered);
    this.#position += bytes.length;
  }

  #flush(): void {
    if (this.#buffered > 0) this.#file.append(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }
}

function headerToBytes(header: CacheHeader, { indexes, offset }: { indexes: Buffer; offset: number }): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32LE(magic, 4);
  bytes.writeUInt32LE(header.scope, 8);
  bytes.writeDoubleLE(header.startedSeconds, 16);
  bytes.writeUInt32LE(header.coverage, 12);
  bytes.write(header.snapshotId, snapshotAt, 'hex');
  bytes.write(header.tree, treeAt, 'hex');
  Buffer.from(header.rootStatus.buffer, header.rootStatus.byteOffset, statusWordCount * 4).copy(bytes, statusAt);
  bytes.writeDoubleLE(header.root.offset, rootAt);
  bytes.writeDoubleLE(header.root.length, rootAt + 8);
  bytes.write(header.homeTree, homeTreeAt, 'hex');
  bytes.writeDoubleLE(offset, indexesAt);
  bytes.writeUInt32LE(indexes.length, indexesAt + 8);
  bytes.writeUInt32LE(crc32(indexes), indexesAt + 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function readHeader(file: ScratchReader): CacheHeader | undefined {
  const bytes = Buffer.alloc(headerBytes);
  if (file.read(bytes, 0, headerBytes) !== headerBytes) return undefined;
  if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0) || bytes.readUInt32LE(4) !== magic) return undefined;
  const indexes = readIndexes(file, bytes);
  return indexes === undefined ? undefined : { ...parseHeader(bytes), indexes };
}

function readIndexes(file: ScratchReader, header: Buffer): string[] | undefined {
  const offset = header.readDoubleLE(indexesAt);
  const length = header.readUInt32LE(indexesAt + 8);
  if (offset + length > file.sizeBytes) return undefined;
  const bytes = Buffer.alloc(length);
  if (file.read(bytes, offset, length) !== length || crc32(bytes) !== header.readUInt32LE(indexesAt + 12)) return;
  return Array.from({ length: length / idBytes }, (_, at) => bytes.toString('hex', at * idBytes, (at + 1) * idBytes));
}

function parseHeader(bytes: Buffer): Omit<CacheHeader, 'indexes'> {
  const rootStatus = new Int32Array(statusWordCount);
  for (let index = 0; index < statusWordCount; index++) rootStatus[index] = bytes.readInt32LE(statusAt + index * 4);
  return {
    snapshotId: bytes.toString('hex', snapshotAt, snapshotAt + 32),
    tree: bytes.toString('hex', treeAt, treeAt + 32),
    homeTree: bytes.toString('hex', homeTreeAt, homeTreeAt + 32),
    coverage: bytes.readUInt32LE(12),
    startedSeconds: bytes.readDoubleLE(16),
    scope: bytes.readUInt32LE(8),
    root: { offset: bytes.readDoubleLE(rootAt), length: bytes.readDoubleLE(rootAt + 8) },
    rootStatus,
  };
}
