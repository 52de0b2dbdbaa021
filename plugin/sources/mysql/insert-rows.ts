/**
 * Rows of one table as they come from `mariadb-dump`: one a line, for a row never holds an end of line. Where one
 * `INSERT` ends and the next begins is decided by the rows themselves, so that a row that changes moves nothing else.
 */
import type { DumpInput } from './dump-input.ts';
import { forgetVariables, takeLongRow } from './long-row.ts';
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
/** Longer rows are taken value by value. */
const longRowBytes = 262_144;

const hashedBytes = 16;
const statementEnd = Buffer.from(';\n');
const rowEnd = Buffer.from(',\n');

/** Of the dump's own statement the last row. */
interface LastRow {
  /** Whether an `INSERT` of ours ends with it. */
  readonly cuts: boolean;
}

export class InsertRows {
  readonly #input: DumpInput;
  /** `INSERT INTO … VALUES` and an end of line. */
  readonly #head: Buffer;
  /** As it stands in the dump, with what follows. */
  readonly #written: Buffer;
  /** An `INSERT` of ours was begun: its last row lacks what stands behind it. */
  #isOpen = false;
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

  /** All rows, and everything around them, until something else than an `INSERT` of this table comes. */
  async *all(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const lastRow = (yield* this.#wholeLines()) ?? (yield* this.#longRowOrMore());
      if (lastRow === undefined) continue;
      const ends = !(await this.#input.startsWith(this.#written));
      if (!ends) this.#input.at += this.#written.length;
      if (ends || lastRow.cuts) yield* this.#endInsert();
      if (ends) return;
    }
  }

  async *#longRowOrMore(): AsyncGenerator<Buffer, LastRow | undefined> {
    const { chunk, at } = this.#input;
    if (chunk.length - at > longRowBytes) return yield* this.#longRow();
    if (!(await this.#input.pull())) throw unexpectedDump('it ends within a row');
    return undefined;
  }

  /** Passes on the rows that are there. @returns the last of the dump's statement, when it is among them. */
  *#wholeLines(): Generator<Buffer, LastRow | undefined> {
    const { chunk, at } = this.#input;
    let from = at;
    let row = at;
    for (let end = chunk.indexOf(newline, row); end >= 0; end = chunk.indexOf(newline, row)) {
      if (end - row > longRowBytes) break;
      if (row === from) yield this.#separator();
      const cuts = this.#takeRow(chunk, row, end);
      row = end + 1;
      const isLast = chunk[end - 1] === semicolon;
      if (!isLast && !cuts) continue;
      yield chunk.subarray(from, end - 1);
      from = row;
      if (isLast) {
        this.#input.at = row;
        return { cuts };
      }
      yield* this.#endInsert();
    }
    this.#input.at = row;
    if (row > from) yield chunk.subarray(from, row - rowEnd.length);
    return undefined;
  }

  /** Held but for its long values. */
  async *#longRow(): AsyncGenerator<Buffer, LastRow | undefined> {
    const taking = takeLongRow(this.#input);
    let next = await taking.next();
    if (next.done !== true) yield* this.#endInsert();
    for (; next.done !== true; next = await taking.next()) yield next.value;
    const { text, variables } = next.value;
    if (!(await this.#input.has(rowEnd.length))) throw unexpectedDump('it ends within a row');
    const { chunk, at } = this.#input;
    this.#input.at += rowEnd.length;
    yield this.#separator();
    yield text;
    const line = Buffer.concat([text, chunk.subarray(at, at + rowEnd.length)]);
    const cuts = this.#takeRow(line, 0, line.length - 1);
    if (cuts || variables > 0) yield* this.#endInsert();
    if (variables > 0) yield forgetVariables(variables);
    return line[line.length - 2] === semicolon ? { cuts } : undefined;
  }

  /** Counts a row, whose end of line stands at `end`. @returns whether an `INSERT` ends with it. */
  #takeRow(chunk: Buffer, start: number, end: number): boolean {
    const last = chunk[end - 1];
    const isRow = chunk[start] === open && chunk[end - 2] === close && chunk[end] === newline;
    if (!isRow || (last !== comma && last !== semicolon)) {
      throw unexpectedDump('something else stands where a row should');
    }
    this.count++;
    const length = end - start;
    this.#insertBytes += length;
    if (this.#insertBytes < smallestInsertBytes) return false;
    return this.#insertBytes > largestInsertBytes || hash(chunk, start, end) < (length / usualInsertBytes) * 2 ** 32;
  }

  /** What stands before the next row. */
  #separator(): Buffer {
    if (this.#isOpen) return rowEnd;
    this.#isOpen = true;
    this.#insertBytes = 0;
    return this.#head;
  }

  *#endInsert(): Generator<Buffer, void> {
    if (this.#isOpen) yield statementEnd;
    this.#isOpen = false;
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
