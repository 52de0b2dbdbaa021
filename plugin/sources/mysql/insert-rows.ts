/**
 * Rows of one table as they come from `mariadb-dump`: one a line, for a row never holds an end of line. Where one
 * `INSERT` ends and the next begins is decided by the rows themselves, so that a row that changes moves nothing else.
 */
import type { DumpInput } from './dump-input.ts';
import { unexpectedDump } from './unexpected-dump.ts';

const newline = 0x0a;
const open = 0x28;
const close = 0x29;
const comma = 0x2c;
const semicolon = 0x3b;

/** An `INSERT` has about so many bytes. */
const usualInsertBytes = 131_072;
const smallestInsertBytes = 16_384;
const largestInsertBytes = 1_048_576;
/** Longer rows are passed on while they come. */
const longRowBytes = 262_144;

const hashedBytes = 16;
const statementEnd = Buffer.from(';\n');
const rowEnd = Buffer.from(',\n');

export class InsertRows {
  readonly #input: DumpInput;
  /** `INSERT INTO … VALUES` and an end of line. */
  readonly #head: Buffer;
  /** As it stands in the dump, with what follows. */
  readonly #written: Buffer;
  #insertBytes = 0;
  count = 0;

  /** @param head without the byte behind it, which is the next of `input`'s chunk but one. */
  private constructor(input: DumpInput, head: Buffer, separator: number) {
    this.#input = input;
    this.#head = Buffer.concat([head, Buffer.of(newline)]);
    this.#written = Buffer.concat([head, Buffer.of(separator)]);
  }

  /** At an `INSERT`. */
  static async begin(input: DumpInput): Promise<InsertRows> {
    const head = Buffer.from(await input.takeInsertHead());
    return new InsertRows(input, head, input.chunk[input.at - 1] ?? 0);
  }

  get head(): Buffer {
    return this.#head;
  }

  /** All rows, and everything around them, until something else than an `INSERT` of this table comes. */
  async *all(): AsyncGenerator<Buffer, void> {
    yield this.#head;
    for (;;) {
      const { input, lastLine } = { input: this.#input, lastLine: yield* this.#wholeLines() };
      if (lastLine !== undefined) {
        const ends = !(await input.startsWith(this.#written));
        if (!ends) input.at += this.#written.length;
        yield ends || lastLine.cuts ? statementEnd : rowEnd;
        if (ends) return;
        if (lastLine.cuts) yield this.#beginInsert();
        continue;
      }
      if (input.chunk.length - input.at > longRowBytes) yield* this.#longRow();
      else if (!(await input.pull())) throw unexpectedDump('it ends within a row');
    }
  }

  /** Passes on the rows that are there. @returns the last of a statement, of which `;` was left out; else undefined. */
  *#wholeLines(): Generator<Buffer, { cuts: boolean } | undefined> {
    const { chunk, at } = this.#input;
    let from = at;
    let row = at;
    for (let end = chunk.indexOf(newline, row); end >= 0; end = chunk.indexOf(newline, row)) {
      const cuts = this.#takeRow(chunk, row, end);
      row = end + 1;
      if (chunk[end - 1] === semicolon) {
        this.#input.at = row;
        yield chunk.subarray(from, end - 1);
        return { cuts };
      }
      if (!cuts) continue;
      chunk[end - 1] = semicolon;
      yield chunk.subarray(from, row);
      yield this.#beginInsert();
      from = row;
    }
    this.#input.at = row;
    if (row > from) yield chunk.subarray(from, row);
    return undefined;
  }

  /** Passes on a row that is longer than what is there, but for its last two bytes. */
  async *#longRow(): AsyncGenerator<Buffer, void> {
    const input = this.#input;
    if (input.chunk[input.at] !== open) throw unexpectedDump('something else stands where a row should');
    let end = -1;
    while (end < 0) {
      const kept = input.chunk.length - 2;
      const passed = Buffer.from(input.chunk.subarray(input.at, kept));
      this.#insertBytes += passed.length;
      input.at = kept;
      yield passed;
      if (!(await input.pull())) throw unexpectedDump('it ends within a row');
      end = input.chunk.indexOf(newline, input.at);
    }
    // What is left is given back as a row of its own that has begun before.
    this.#begun = true;
  }

  #begun = false;

  /** Counts a row of the chunk. @returns whether an `INSERT` ends with it. */
  #takeRow(chunk: Buffer, start: number, end: number): boolean {
    const isRow = this.#begun || chunk[start] === open;
    const last = chunk[end - 1];
    if (!isRow || chunk[end - 2] !== close || (last !== comma && last !== semicolon)) {
      throw unexpectedDump('something else stands where a row should');
    }
    this.#begun = false;
    this.count++;
    const length = end - start;
    this.#insertBytes += length;
    if (this.#insertBytes < smallestInsertBytes) return false;
    return this.#insertBytes > largestInsertBytes || hash(chunk, start, end) < (length / usualInsertBytes) * 2 ** 32;
  }

  #beginInsert(): Buffer {
    this.#insertBytes = 0;
    return this.#head;
  }
}

/** Of the beginning, where the key stands, and of the end. */
function hash(chunk: Buffer, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start, last = Math.min(end, start + hashedBytes); at < last; at++) {
    value = Math.imul(value ^ (chunk[at] ?? 0), 0x0100_0193);
  }
  for (let at = Math.max(start, end - hashedBytes); at < end - 1; at++) {
    value = Math.imul(value ^ (chunk[at] ?? 0), 0x0100_0193);
  }
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b_3c6d) >>> 0;
}
