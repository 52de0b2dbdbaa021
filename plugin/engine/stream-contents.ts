import type { Arena } from '../contracts/codec.ts';
import type { StoredStream } from '../contracts/stream-folder.ts';
import type { BlobContent, BlobWriter } from './blob-writer.ts';
import { binarySizes, fewRowSizes, rowSizes, largeRowSizes, type Chunker, type ChunkSizes } from './chunker.ts';

/** What most tables have at most. Up to here the cuts are the finest: the day's edits cost little, and so do small chunks. */
const smallTableBytes = 4 * 2 ** 20;

/** Beyond this, cuts are coarser: what names all chunks of a file must be held at once. */
const finelyCutBytes = 4 * 2 ** 30;

/** Cuts streams into chunks and stores these, without ever holding more than the largest chunk. */
export class StreamContents {
  readonly #writer: BlobWriter;
  readonly #chunker: Chunker;
  readonly #input: Arena;

  /** @param input of `FileContents.inputBytes`, which nobody else uses meanwhile. */
  constructor(writer: BlobWriter, chunker: Chunker, input: Arena) {
    this.#writer = writer;
    this.#chunker = chunker;
    this.#input = input;
  }

  /** @returns its length, and the ids of its chunks, 32 bytes each. @throws what the stream or the store throws. */
  async store({ content, isText }: StoredStream): Promise<StoredContent> {
    const ids: Buffer[] = [];
    let filled = 0;
    let total = 0;
    for await (const part of content) {
      for (let taken = 0; taken < part.length;) {
        const copied = part.copy(this.#input.bytes, filled, taken);
        taken += copied;
        filled += copied;
        if (filled < this.#input.bytes.length) continue;
        const kept = await this.#storeChunks(filled, false, cuttingAt(total, isText), ids);
        total += kept;
        this.#input.bytes.copyWithin(0, kept, filled);
        filled -= kept;
      }
    }
    total += await this.#storeChunks(filled, true, cuttingAt(total, isText), ids);
    return { bytes: total, ids: Buffer.concat(ids) };
  }

  /** Stores all chunks whose ends are sure. @returns how many bytes these are. */
  async #storeChunks(filled: number, isEnd: boolean, { sizes, content }: Cutting, ids: Buffer[]): Promise<number> {
    let start = 0;
    while (start < filled && (isEnd || filled - start >= sizes.largest)) {
      const end = this.#chunker.cut(this.#input.bytes, start, filled, sizes);
      if (this.#writer.mustWait) await this.#writer.ready();
      this.#writer.store(content, this.#input, start, end - start);
      ids.push(Buffer.from(this.#writer.id));
      start = end;
    }
    return start;
  }
}

export interface StoredContent {
  readonly bytes: number;
  readonly ids: Buffer;
}

interface Cutting {
  readonly sizes: ChunkSizes;
  readonly content: BlobContent;
}

function cuttingAt(total: number, isText: boolean): Cutting {
  if (!isText) return { sizes: binarySizes, content: 'data' };
  const sizes = total < smallTableBytes ? fewRowSizes : total < finelyCutBytes ? rowSizes : largeRowSizes;
  return { sizes, content: 'rows' };
}
