/**
 * A row that no statement could hold. A server refuses statements longer than its `max_allowed_packet` (16 MiB unless its
 * administrator raised it, 1 GiB at most), and bytes written as hexadecimal digits are twice as long as they are stored:
 * a file of 9 MB that a shop could save would otherwise never come back. So a long value is put together in a variable,
 * piece by piece, which any client and any server can do that could store it.
 */
import type { DumpInput } from './dump-input.ts';
import { LongValue, type ValueText } from './long-value.ts';
import { unexpectedDump } from './unexpected-dump.ts';

const comma = 0x2c;
const open = 0x28;
const close = 0x29;

/** A longer value gets a variable. Several such may stand in one row. */
const longestValueBytes = 512 * 1024;
/** When so much of a row is held, shorter values get one too. */
const longestRowBytes = 1024 * 1024;
const shortValueBytes = 64 * 1024;

export interface LongRow {
  /** From `(` to `)`. */
  readonly text: Buffer;
  readonly variables: number;
}

/**
 * Takes the row that begins at `input.at`, up to and with its `)`. Gives out the statements that must stand before the
 * `INSERT`, if any: none for a row that is merely longer than usual.
 */
export async function* takeLongRow(input: DumpInput): AsyncGenerator<Buffer, LongRow> {
  const row = new HeldRow();
  let separator = await takeByte(input);
  if (separator !== open) throw unexpectedDump('something else stands where a row should');
  row.hold(Buffer.of(separator));
  while (separator !== close) {
    yield* row.takeValue(input);
    separator = await takeByte(input);
    if (separator !== comma && separator !== close) throw unexpectedDump('a row does not read as one');
    row.hold(Buffer.of(separator));
  }
  return { text: row.text, variables: row.variables };
}

async function takeByte(input: DumpInput): Promise<number> {
  if (!(await input.has(1))) throw unexpectedDump('it ends within a row');
  const byte = input.chunk[input.at] ?? 0;
  input.at += 1;
  return byte;
}

class HeldRow {
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  variables = 0;

  get text(): Buffer {
    return Buffer.concat(this.#parts, this.#bytes);
  }

  hold(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  async *takeValue(input: DumpInput): AsyncGenerator<Buffer, void> {
    const value = await LongValue.begin(input);
    const pieces = value.pieces();
    const first: ValueText[] = [];
    let bytes = 0;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      first.push({ ...next.value, text: Buffer.from(next.value.text) });
      bytes += next.value.text.length;
      if (bytes > this.#limit) return yield* this.#spill(value, first, pieces);
    }
    this.hold(Buffer.concat([value.begin, ...first.map(({ text }) => text), value.end]));
  }

  get #limit(): number {
    return this.#bytes < longestRowBytes ? longestValueBytes : shortValueBytes;
  }

  async *#spill(
    value: LongValue,
    first: readonly ValueText[],
    pieces: AsyncGenerator<ValueText, void>,
  ): AsyncGenerator<Buffer, void> {
    this.variables += 1;
    const variable = `@larder_${this.variables}`;
    const assembly = new Assembly(variable, value);
    yield assembly.begin();
    for (const piece of first) yield assembly.add(piece);
    for await (const piece of pieces) yield assembly.add(piece);
    yield assembly.end();
    this.hold(Buffer.from(variable));
  }
}

/** What gives the memory of so many variables back. */
export function forgetVariables(count: number): Buffer {
  const names = Array.from({ length: count }, (_, index) => `@larder_${index + 1}=NULL`);
  return Buffer.from(`SET @larder_part=NULL, @larder_block=NULL, ${names.join(', ')};\n`);
}

/**
 * Pieces are put together in parts, parts in blocks, and these in the value: each time the server copies what it has, and
 * half a gigabyte is not to be copied for each piece.
 */
const piecesPerPart = 16;
const piecesPerBlock = 256;

class Assembly {
  readonly #variable: string;
  readonly #value: LongValue;
  #pieces = 0;
  #storedBytes = 0;

  constructor(variable: string, value: LongValue) {
    this.#variable = variable;
    this.#value = value;
  }

  begin(): Buffer {
    return Buffer.from(`SET ${this.#variable}='';\nSET @larder_block='';\n`);
  }

  add({ text, storedBytes }: ValueText): Buffer {
    const { begin, end } = this.#value;
    const before = this.#joinWhole();
    const isFirst = this.#pieces % piecesPerPart === 0;
    this.#pieces += 1;
    this.#storedBytes += storedBytes;
    const literal = [begin, text, end];
    return isFirst
      ? Buffer.concat([Buffer.from(`${before}SET @larder_part=`), ...literal, Buffer.from(';\n')])
      : Buffer.concat([Buffer.from('SET @larder_part=CONCAT(@larder_part,'), ...literal, Buffer.from(');\n')]);
  }

  /** A server that does not let so much through makes NULL of it, and says nothing: here that is an error. */
  end(): Buffer {
    const name = this.#variable;
    const check = `IF(OCTET_LENGTH(${name})=${this.#storedBytes},${name},(SELECT 1 UNION ALL SELECT 2))`;
    return Buffer.from(`${joinPart}${this.#joinBlock()}SET ${name}=${check};\n`);
  }

  #joinWhole(): string {
    if (this.#pieces === 0 || this.#pieces % piecesPerPart > 0) return '';
    return this.#pieces % piecesPerBlock > 0 ? joinPart : `${joinPart}${this.#joinBlock()}SET @larder_block='';\n`;
  }

  #joinBlock(): string {
    return `SET ${this.#variable}=CONCAT(${this.#variable},@larder_block);\n`;
  }
}

const joinPart = 'SET @larder_block=CONCAT(@larder_block,@larder_part);\n';
