import { characterLength } from './go-text.ts';
import type { PlainTime } from './go-plain-time.ts';
import type { Word } from './tree-words.ts';

const quote = 0x22;
const comma = 0x2c;
const dot = 0x2e;
const slash = 0x2f;
const bracketClose = 0x5d;
const zero = 0x30;
const longestName = 255;
/** Numbers of more digits may not be exact. */
const mostDigits = 15;
export const idDigits = 64;
/** An id in quotes and the comma after it. */
export const idStride = idDigits + 3;

/** Bytes that stand for themselves in a JSON string: ASCII that is printed, but no quote and no backslash. */
const plain = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) plain[byte] = byte === quote || byte === 0x5c ? 0 : 1;
const plainInName = plain.map((is, byte) => (byte === slash ? 0 : is));
/** By two bytes, as one number. */
const hexPair = new Uint8Array(65_536);
const hexDigits = Buffer.from('0123456789abcdef');
for (const high of hexDigits) for (const low of hexDigits) hexPair[high * 256 + low] = 1;

/**
 * Goes along JSON and passes what is asked for, if it stands there. If not, it has failed: from then on nothing
 * stands there, until it is moved. It makes no objects, so that thousands of nodes cost the garbage collector nothing.
 */
export class TreeBytes {
  readonly bytes: Buffer;
  /** Where the next byte stands. */
  at = 0;
  readonly #view: DataView;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get hasFailed(): boolean {
    return this.at >= this.bytes.length;
  }

  fail(): void {
    this.at = this.bytes.length;
  }

  /** @returns whether the word stood there; if not, nothing has moved. */
  skip(word: Word): boolean {
    const { at } = this;
    const view = this.#view;
    if (at + word.length > view.byteLength) return false;
    const { pieces, offsets } = word;
    for (let index = 0; index < pieces.length; index++) {
      if (view.getInt32(at + (offsets[index] ?? 0)) !== pieces[index]) return false;
    }
    this.at = at + word.length;
    return true;
  }

  expect(word: Word): void {
    if (!this.skip(word)) this.fail();
  }

  expectByte(byte: number): void {
    if (this.bytes[this.at++] !== byte) this.fail();
  }

  /** A whole number, exact, as JSON allows it. */
  number(): number {
    const { bytes, at: start } = this;
    let at = start;
    let number = 0;
    for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - zero) {
      number = number * 10 + digit;
    }
    const isUsual = at > start && at - start <= mostDigits && (bytes[start] !== zero || at === start + 1);
    this.at = isUsual ? at : bytes.length;
    return number;
  }

  /** The inside of a string without escapes. @returns where it ends: there stands its closing quote. */
  text(): number {
    return this.#plain(plain);
  }

  /** The inside of a string without escapes that a file can have as its name. @returns where it ends. */
  name(): number {
    const start = this.at;
    const end = this.#plain(plainInName);
    const length = end - start;
    const isDots = this.bytes[start] === dot && (length === 1 || (length === 2 && this.bytes[start + 1] === dot));
    if (length === 0 || length > longestName || isDots) this.fail();
    return end;
  }

  /** The inside of a string that is a time as Larder writes it. */
  time(time: PlainTime): void {
    const end = time.read(this.bytes, this.at);
    this.at = end < 0 ? this.bytes.length : end;
  }

  /** The inside of a list of ids, `idStride` apart. @returns where it ends: there stands its closing bracket. */
  ids(): number {
    const { bytes } = this;
    if (bytes[this.at] === bracketClose) return this.at;
    for (;;) {
      if (bytes[this.at++] !== quote) break;
      this.id();
      if (bytes[this.at++] !== quote) break;
      if (bytes[this.at] === bracketClose) return this.at;
      if (bytes[this.at++] !== comma) break;
    }
    this.fail();
    return this.at;
  }

  /** The inside of a string that is an id. */
  id(): void {
    const end = this.at + idDigits;
    const view = this.#view;
    if (end > view.byteLength) return this.fail();
    let at = this.at;
    while (at < end && hexPair[view.getUint16(at)] === 1) at += 2;
    this.at = at === end ? end : view.byteLength;
  }

  #plain(allowed: Uint8Array): number {
    const { bytes } = this;
    let at = this.at;
    for (;;) {
      while (allowed[bytes[at] ?? 0] === 1) at++;
      const length = (bytes[at] ?? 0) < 0x80 ? 0 : characterLength(bytes, at);
      if (length === 0) break;
      at += length;
    }
    this.at = bytes[at] === quote ? at : bytes.length;
    return at;
  }
}
