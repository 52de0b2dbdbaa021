import type { DumpInput } from './dump-input.ts';
import { unexpectedDump } from './unexpected-dump.ts';

const comma = 0x2c;
const close = 0x29;
const quote = 0x27;
const backslash = 0x5c;
const digitZero = 0x30;
const letterX = 0x78;
const none = Buffer.alloc(0);

const pieceBytes = 256 * 1024;

/** A part of a value as it is written, which can stand alone between the value's own `begin` and `end`. */
export interface ValueText {
  readonly text: Buffer;
  /** Of what it stands for. */
  readonly storedBytes: number;
}

/** One value of a row, taken piece by piece: `'text'`, `0x00ff`, or what is short, such as a number. */
export class LongValue {
  readonly #input: DumpInput;
  readonly #kind: 'text' | 'bytes' | 'plain';
  readonly begin: Buffer;
  readonly end: Buffer;

  private constructor(input: DumpInput, kind: 'text' | 'bytes' | 'plain') {
    this.#input = input;
    this.#kind = kind;
    this.begin = Buffer.from({ text: "'", bytes: '0x', plain: '' }[kind]);
    this.end = kind === 'text' ? this.begin : none;
  }

  /** At a value's first byte. */
  static async begin(input: DumpInput): Promise<LongValue> {
    await input.has(2);
    const [first, second] = [input.chunk[input.at], input.chunk[input.at + 1]];
    const isBytes = first === digitZero && second === letterX;
    const value = new LongValue(input, first === quote ? 'text' : isBytes ? 'bytes' : 'plain');
    input.at += value.begin.length;
    return value;
  }

  /** All of it; then `input` stands behind the value. Each piece is valid until the next is asked for. */
  async *pieces(): AsyncGenerator<ValueText, void> {
    const input = this.#input;
    for (;;) {
      const most = Math.min(input.chunk.length - input.at, pieceBytes);
      const { length, escapes, isEnd } = this.#kind === 'text' ? this.#scanText(most) : this.#scanPlain(most);
      const text = input.chunk.subarray(input.at, input.at + length);
      if (isEnd || length >= pieceBytes - longestCharacter) {
        input.at += length;
        if (length > 0) yield { text, storedBytes: this.#kind === 'bytes' ? length / 2 : length - escapes };
        if (!isEnd) continue;
        input.at += this.end.length;
        return;
      }
      if (this.#kind === 'plain' && length > longestPlain) throw unexpectedDump('a value does not read as one');
      if (!(await input.pull())) throw unexpectedDump('it ends within a row');
    }
  }

  /** Up to the end, or as far as whole characters and escapes go within `most` bytes. */
  #scanText(most: number): Scanned {
    const { chunk, at } = this.#input;
    let escapes = 0;
    let escapeEnd = 0;
    let offset = 0;
    while (offset < most) {
      const byte = chunk[at + offset];
      if (byte === quote) return { length: offset, escapes, isEnd: true };
      if (byte === backslash && offset + 2 > most) break;
      if (byte === backslash) {
        escapes += 1;
        escapeEnd = offset + 2;
      }
      offset += byte === backslash ? 2 : 1;
    }
    const length = Math.max(escapeEnd, offset - cutCharacter(chunk, at + offset));
    return { length, escapes, isEnd: false };
  }

  #scanPlain(most: number): Scanned {
    const { chunk, at } = this.#input;
    const part = chunk.subarray(at, at + most);
    const ends = [part.indexOf(comma), part.indexOf(close)].filter((offset) => offset >= 0);
    if (ends.length > 0) return { length: Math.min(...ends), escapes: 0, isEnd: true };
    return { length: most - (most % 2), escapes: 0, isEnd: false };
  }
}

interface Scanned {
  readonly length: number;
  readonly escapes: number;
  readonly isEnd: boolean;
}

/** Of UTF-8, and of an escape. */
const longestCharacter = 4;
const longestPlain = 4096;

/** How many bytes before `end` belong to a character that goes on behind it (RFC 3629, section 3). */
function cutCharacter(chunk: Buffer, end: number): number {
  for (let back = 1; back < longestCharacter; back++) {
    const byte = chunk[end - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return characterBytes(byte) > back ? back : 0;
  }
  return 0;
}

function characterBytes(first: number): number {
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
