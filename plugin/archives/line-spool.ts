import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const linesPerBlock = 256;

/** Lines kept in order and small: a manifest of a million entries takes tens of megabytes, not hundreds. */
export class LineSpool<Line> {
  readonly #blocks: Buffer[] = [];
  #open: Line[] = [];
  count = 0;

  add(line: Line): void {
    this.#open.push(line);
    this.count++;
    if (this.#open.length < linesPerBlock) return;
    this.#blocks.push(packLines(this.#open));
    this.#open = [];
  }

  *[Symbol.iterator](): Generator<Line> {
    for (const block of this.#blocks) yield* unpackLines(block) as Line[];
    yield* this.#open;
  }
}

export function packLines(lines: readonly unknown[]): Buffer {
  return zstdCompressSync(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')));
}

/** @throws when it is no zstd frame of at most `limit` bytes, or a line is no JSON. */
export function unpackLines(packed: Buffer, limit = 64 * 1024 * 1024): unknown[] {
  const text = zstdDecompressSync(packed, { maxOutputLength: limit }).toString('utf8');
  return text === '' ? [] : text.split('\n').map((line): unknown => JSON.parse(line));
}
