const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const braceOpen = 0x7b;
/** How much deeper a byte leads, outside strings. */
const steps = new Int8Array(256);
for (const byte of Buffer.from('[{')) steps[byte] = 1;
for (const byte of Buffer.from(']}')) steps[byte] = -1;
const mostAtOnce = 32;

export interface ParsedObject {
  readonly value: unknown;
  /** Where it ends in the bytes. */
  readonly end: number;
}

/**
 * Parses objects of a JSON list one by one. The more are asked for in a row, the more are parsed at once, because to
 * begin costs more than a small object.
 */
export class TreeObjects {
  readonly #bytes: Buffer;
  #atOnce = 1;
  #ahead: ParsedObject[] = [];
  /** Where the next of those ahead begins. */
  #next = -1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @returns the object that begins at `start`; undefined when none does, or what comes after it is no JSON. */
  take(start: number): ParsedObject | undefined {
    const isNext = start === this.#next;
    if (!isNext) this.#ahead = [];
    if (this.#ahead.length === 0) {
      this.#atOnce = isNext ? Math.min(this.#atOnce * 2, mostAtOnce) : 1;
      this.#ahead = this.#parse(start).toReversed();
    }
    const taken = this.#ahead.pop();
    if (taken !== undefined) this.#next = taken.end + 1;
    return taken;
  }

  /** Whatever stands between commas outside all brackets: if the list of it is JSON, each of it is. */
  #parse(start: number): ParsedObject[] {
    const ends = this.#findEnds(start);
    try {
      const values: unknown = JSON.parse(`[${this.#bytes.toString('utf8', start, ends.at(-1) ?? start)}]`);
      if (!Array.isArray(values) || values.length !== ends.length) return [];
      return ends.map((end, index) => ({ value: values[index] as unknown, end }));
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }

  #findEnds(start: number): number[] {
    const ends: number[] = [];
    for (let at = start; ends.length < this.#atOnce;) {
      const end = endOfObject(this.#bytes, at);
      if (end < 0) break;
      ends.push(end);
      if (this.#bytes[end] !== comma) break;
      at = end + 1;
    }
    return ends;
  }
}

/** @returns where the object that begins at `start` ends; -1 where none does. Strings are jumped over, whatever they hold. */
function endOfObject(bytes: Buffer, start: number): number {
  if (bytes[start] !== braceOpen) return -1;
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfString(bytes, at);
    depth += steps[byte] ?? 0;
    if (depth === 0) return at + 1;
  }
  return -1;
}

/** @returns where the string's closing quote stands, or the end of the bytes. */
function endOfString(bytes: Buffer, opened: number): number {
  for (let at = opened + 1; at < bytes.length; at++) {
    if (bytes[at] === quote) return at;
    if (bytes[at] === backslash) at++;
  }
  return bytes.length;
}
