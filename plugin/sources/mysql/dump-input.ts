import { unexpectedDump } from './unexpected-dump.ts';

const newline = 0x0a;
const backslash = 0x5c;
const semicolon = 0x3b;
const hyphen = 0x2d;
const quotes: readonly number[] = [0x27, 0x22, 0x60];
const backtick = 0x60;

/** Definitions are held whole. */
const longestStatement = 32 * 1024 * 1024;

const usualBytes = 1024 * 1024;

/** The bytes of a dump as they come, of which whole statements are taken. */
export class DumpInput {
  readonly #source: AsyncIterator<Buffer>;
  #memory = Buffer.allocUnsafeSlow(usualBytes);
  /** What came and was not taken yet, from `at` on. Parts of it are valid until `pull`. */
  chunk: Buffer = this.#memory.subarray(0, 0);
  at = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Who gives the bytes need give no more. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** Has more come behind what is there. @returns false at the end. */
  async pull(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#append(next.value);
    return true;
  }

  /** In the same memory, as long as it is enough: what is new for each piece costs more than to copy it. */
  #append(bytes: Buffer): void {
    const left = this.chunk.length - this.at;
    const length = left + bytes.length;
    const from = this.#memory;
    if (length > from.length) this.#memory = Buffer.allocUnsafeSlow(length * 2);
    from.copy(this.#memory, 0, this.at, this.at + left);
    bytes.copy(this.#memory, left);
    this.chunk = this.#memory.subarray(0, length);
    this.at = 0;
  }

  /** Whether so many bytes are there, after waiting for them. */
  async has(count: number): Promise<boolean> {
    while (this.chunk.length - this.at < count) if (!(await this.pull())) return false;
    return true;
  }

  /** Whether these bytes come next. */
  async startsWith(bytes: Buffer): Promise<boolean> {
    if (!(await this.has(bytes.length))) return false;
    return this.chunk.compare(bytes, 0, bytes.length, this.at, this.at + bytes.length) === 0;
  }

  /**
   * Takes the next statement with its end of line, a comment's line, or an empty one. Quoted text may hold anything.
   * @returns undefined at the end.
   */
  async takeStatement(): Promise<Buffer | undefined> {
    if (!(await this.has(1))) return undefined;
    if (await this.#isLine()) return this.#takeLine();
    return this.#take(await this.#findEnd(isStatementEnd));
  }

  /** Takes an `INSERT INTO … VALUES`, without the space or end of line that follows. */
  async takeInsertHead(): Promise<Buffer> {
    const head = this.#take(await this.#findEnd(isValuesEnd));
    return head.subarray(0, head.length - 1);
  }

  async #isLine(): Promise<boolean> {
    if (this.chunk[this.at] === newline) return true;
    if (await this.startsWith(sandboxMark)) return true;
    return (await this.has(2)) && this.chunk[this.at] === hyphen && this.chunk[this.at + 1] === hyphen;
  }

  async #takeLine(): Promise<Buffer> {
    for (let searched = this.at; ;) {
      const end = this.chunk.indexOf(newline, searched);
      if (end >= 0) return this.#take(end + 1 - this.at);
      const length = this.#checkedLength();
      if (!(await this.pull())) return this.#take(length); // the last line has no end
      searched = length;
    }
  }

  /** @returns the length up to and with where `isEnd` says so, outside quotes. */
  async #findEnd(isEnd: (chunk: Buffer, index: number) => boolean): Promise<number> {
    let quote = 0;
    for (let offset = 0; ; offset++) {
      while (this.at + offset >= this.chunk.length) {
        this.#checkedLength();
        if (!(await this.pull())) throw unexpectedDump('it ends within a statement');
      }
      const index = this.at + offset;
      const byte = this.chunk[index] ?? 0;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
        else if (byte === backslash && quote !== backtick) offset++;
      } else if (quotes.includes(byte)) quote = byte;
      else if (byte <= 0x20 && isEnd(this.chunk, index)) return offset + 1;
    }
  }

  #checkedLength(): number {
    const length = this.chunk.length - this.at;
    if (length > longestStatement) throw unexpectedDump('a definition is too long');
    return length;
  }

  #take(length: number): Buffer {
    const taken = this.chunk.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}

/** A line of its own in front of everything. */
const sandboxMark = Buffer.from('/*M!999999');
const values = Buffer.from(' VALUES');

function isStatementEnd(chunk: Buffer, index: number): boolean {
  return chunk[index] === newline && chunk[index - 1] === semicolon;
}

function isValuesEnd(chunk: Buffer, index: number): boolean {
  const from = index - values.length;
  return from >= 0 && chunk.compare(values, 0, values.length, from, index) === 0;
}
