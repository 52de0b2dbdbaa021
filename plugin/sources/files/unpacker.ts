import type { Arena, Codec } from '../../contracts/codec.ts';
import type { PackedBlob } from '../../contracts/tree-writer.ts';

const leastBytes = 1_048_576;

/** Unpacks blobs whose seal another has checked, and compares them with their names. */
export class Unpacker {
  readonly #codec: Codec;
  #packed: Arena | undefined;
  #plain: Arena | undefined;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** @returns the content, good until the next call; undefined when it is not what the blob's name says. */
  unpack({ id, plainLength, bytes }: PackedBlob): Buffer | undefined {
    this.#packed = this.#atLeast(this.#packed, bytes.length);
    bytes.copy(this.#packed.bytes);
    if (plainLength === 0) return this.#ifNamed(id, this.#packed, bytes.length);
    this.#plain = this.#atLeast(this.#plain, plainLength);
    const isWhole = this.#codec.decompress(this.#packed, 0, bytes.length, this.#plain, 0, plainLength);
    return isWhole ? this.#ifNamed(id, this.#plain, plainLength) : undefined;
  }

  #ifNamed(id: string, arena: Arena, length: number): Buffer | undefined {
    this.#codec.hash(arena, 0, length);
    return this.#codec.digest.toString('hex') === id ? arena.bytes.subarray(0, length) : undefined;
  }

  /** What it held is not kept. */
  #atLeast(arena: Arena | undefined, sizeBytes: number): Arena {
    if (arena !== undefined && arena.bytes.length >= sizeBytes) return arena;
    return this.#codec.allocate(Math.max(leastBytes, 2 ** Math.ceil(Math.log2(sizeBytes))));
  }
}
