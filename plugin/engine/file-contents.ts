import { errorNumbers, type FileSystem } from '../contracts/file-system.ts';
import type { Arena } from '../contracts/codec.ts';
import type { BlobWriter } from './blob-writer.ts';
import type { ByteList } from './byte-list.ts';
import { binarySizes, looksLikeText, textSizes, type Chunker, type ChunkSizes } from './chunker.ts';

/** Read beyond the largest chunk, so that not every cut needs a read. Little, so that it stays in the processor's cache. */
const readAheadBytes = 524_288;
const inputBytes = binarySizes.largest + readAheadBytes;
/** Content ids are held in memory, and a tenant can claim any size for a file of holes. */
const largestFileBytes = 8 * 2 ** 40;
/** Holes shorter than this are read like data. */
const smallestHoleBytes = 2 * binarySizes.largest;

/**
 * Reads open files, cuts them into chunks and stores the chunks. A file is read up to the size it had when it was
 * opened, so that one that grows for ever ends.
 */
export class FileContents {
  readonly #files: FileSystem;
  readonly #writer: BlobWriter;
  readonly #chunker: Chunker;
  readonly #input: Arena;
  #zeroId: Buffer | undefined;
  bytesRead = 0;

  constructor(files: FileSystem, writer: BlobWriter, chunker: Chunker, input: Arena) {
    this.#files = files;
    this.#writer = writer;
    this.#chunker = chunker;
    this.#input = input;
  }

  static readonly inputBytes = inputBytes;

  /** Stores a file small enough to be one chunk. @returns bytes read, or a negative error number. */
  storeSmall(file: number, size: number, ids: ByteList): number {
    const read = this.#fill(file, 0, size);
    if (read > 0) this.#keep(0, read, ids);
    return read;
  }

  /** @returns bytes stored, fewer than `size` when the file shrank, or a negative error number. */
  async storeLarge(file: number, size: number, ids: ByteList): Promise<number> {
    if (size > largestFileBytes) return -errorNumbers.EIO;
    let at = 0;
    while (at < size) {
      const data = this.#files.nextData(file, at, size);
      if (data - at >= smallestHoleBytes) at += this.#storeHole(data - at, ids);
      const end = this.#segmentEnd(file, data, size);
      this.#files.seek(file, at);
      const stored = await this.#storeData(file, end - at, ids);
      if (stored < 0) return stored;
      if (stored < end - at) return at + stored;
      at = end;
    }
    return at;
  }

  /** Where the next long hole begins: short ones are read through. */
  #segmentEnd(file: number, from: number, size: number): number {
    for (let at = from; at < size;) {
      const hole = this.#files.nextHole(file, at, size);
      const data = this.#files.nextData(file, hole, size);
      if (hole >= size || data - hole >= smallestHoleBytes) return Math.min(hole, size);
      at = data;
    }
    return size;
  }

  async #storeData(file: number, length: number, ids: ByteList): Promise<number> {
    const { bytes } = this.#input;
    let sizes: ChunkSizes | undefined;
    let start = 0;
    let filled = 0;
    let total = 0;
    let ended = false;
    while (total < length) {
      const { largest } = sizes ?? textSizes;
      if (!ended && filled - start < largest) {
        bytes.copyWithin(0, start, filled);
        filled -= start;
        start = 0;
        const wanted = Math.min(largest + readAheadBytes - filled, length - total - filled);
        const read = this.#fill(file, filled, wanted);
        if (read < 0) return read;
        filled += read;
        ended = read < wanted || total + filled >= length;
      }
      if (start >= filled) break;
      if (sizes === undefined) {
        sizes = looksLikeText(bytes, start, filled) ? textSizes : binarySizes;
        continue; // the larger kind needs more to be read
      }
      const end = this.#chunker.cut(bytes, start, filled, sizes);
      this.#keep(start, end - start, ids);
      total += end - start;
      start = end;
      if (this.#writer.mustWait) await this.#writer.ready();
    }
    return total;
  }

  /** Reads until `length` bytes stand from `at` on, or the file ends. */
  #fill(file: number, at: number, length: number): number {
    let filled = 0;
    while (filled < length) {
      const read = this.#files.read(file, this.#input, at + filled, length - filled);
      if (read < 0) return read === -errorNumbers.EAGAIN ? -errorNumbers.EIO : read;
      if (read === 0) break;
      filled += read;
    }
    this.bytesRead += filled;
    return filled;
  }

  #keep(start: number, length: number, ids: ByteList): void {
    this.#writer.store('data', this.#input, start, length);
    ids.append(this.#writer.id);
  }

  /** Names the same chunk of zeros again and again, without reading. @returns bytes named, a multiple of the chunk. */
  #storeHole(length: number, ids: ByteList): number {
    const zeroBytes = binarySizes.largest;
    if (this.#zeroId === undefined) {
      this.#input.bytes.fill(0, 0, zeroBytes);
      this.#writer.store('data', this.#input, 0, zeroBytes);
      this.#zeroId = Buffer.from(this.#writer.id);
    }
    const count = Math.floor(length / zeroBytes);
    for (let index = 0; index < count; index++) ids.append(this.#zeroId);
    return count * zeroBytes;
  }
}
