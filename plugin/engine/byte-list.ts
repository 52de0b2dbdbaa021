import type { Arena } from '../contracts/codec.ts';

/** Bytes that grow at the end, in one arena. */
export class ByteList {
  readonly #allocate: (sizeBytes: number) => Arena;
  arena: Arena;
  length = 0;

  constructor(allocate: (sizeBytes: number) => Arena, sizeBytes = 4096) {
    this.#allocate = allocate;
    this.arena = allocate(sizeBytes);
  }

  clear(): void {
    this.length = 0;
  }

  /** Appends `source[start]` up to `source[end]`. @returns where they begin. */
  append(source: Buffer, start = 0, end = source.length): number {
    const at = this.length;
    this.reserve(end - start);
    source.copy(this.arena.bytes, at, start, end);
    this.length = at + end - start;
    return at;
  }

  appendByte(byte: number): void {
    this.reserve(1);
    this.arena.bytes[this.length++] = byte;
  }

  /** Appends text as UTF-8. @returns where it begins. */
  appendText(text: string): number {
    const at = this.length;
    this.reserve(text.length * 3);
    this.length += this.arena.bytes.write(text, at);
    return at;
  }

  view(): Buffer {
    return this.arena.bytes.subarray(0, this.length);
  }

  /** Makes room for `count` more bytes at once: growing step by step leaves large pieces of memory behind. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.arena.bytes.length) return;
    const larger = this.#allocate(Math.max(needed, this.arena.bytes.length * 2));
    this.arena.bytes.copy(larger.bytes, 0, 0, this.length);
    this.arena = larger;
  }
}
