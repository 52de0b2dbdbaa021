import { Failure } from '../domain/failure.ts';

/** The longest frame, its line end included. */
export const frameBytesLimit = 64 * 1024;
const depthLimit = 16;
const lineEnd = 0x0a;

/** A JSON object whose fields nobody has looked at yet. */
export type Fields = { readonly [name: string]: unknown };

/** One line of JSON. @throws {RangeError} when it would be longer than a frame may be. */
export function encodeFrame(frame: object): Uint8Array {
  const bytes = new TextEncoder().encode(`${JSON.stringify(frame)}\n`);
  if (bytes.length > frameBytesLimit) throw new RangeError(`a frame of ${bytes.length} bytes`);
  return bytes;
}

/** Finds frames in bytes as they come, in pieces of any length. Never holds more than one frame. */
export class FrameDecoder {
  #held = new Uint8Array(0);
  #heldLength = 0;

  /** Whether a frame has begun that is not whole yet. */
  get isWithinFrame(): boolean {
    return this.#heldLength > 0;
  }

  /** The frames that are whole with these bytes. @throws {Failure} `protocol-broken`; nothing may be read after that. */
  *read(chunk: Uint8Array): Generator<Fields> {
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      start = end + 1;
      yield parseFrame(line);
    }
    this.#hold(chunk.subarray(start));
  }

  #complete(bytes: Uint8Array): Uint8Array {
    if (this.#heldLength + bytes.length >= frameBytesLimit) throw broken('a frame is too long');
    if (this.#heldLength === 0) return bytes;
    this.#hold(bytes);
    const line = this.#held.subarray(0, this.#heldLength);
    this.#heldLength = 0;
    return line;
  }

  #hold(bytes: Uint8Array): void {
    const length = this.#heldLength + bytes.length;
    if (length >= frameBytesLimit) throw broken('a frame is too long');
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.min(frameBytesLimit, Math.max(1024, 2 * length)));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = length;
  }
}

/** A failure of the connection as a whole; it is closed then. */
export function broken(problem: string, options?: { cause: unknown }): Failure<'protocol-broken'> {
  return new Failure('protocol-broken', { problem }, options);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseFrame(line: Uint8Array): Fields {
  const text = decode(line);
  const value = parsePlainJson(text);
  if (!isFields(value)) throw broken('a frame is no JSON object');
  return value;
}

function decode(line: Uint8Array): string {
  try {
    return decoder.decode(line);
  } catch (cause) {
    throw broken('a frame is no UTF-8', { cause });
  }
}

/**
 * JSON of at most 16 levels, in which no object names a field twice, no field is `__proto__`, and every text can be
 * written as UTF-8. @throws {Failure} `protocol-broken`.
 */
function parsePlainJson(text: string): unknown {
  const value = parseJson(text);
  const members = countMembers(value);
  if (countColons(text) !== members) throw broken('an object names a field twice');
  return value;
}

/** @throws {Failure} `protocol-broken` when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken('it is no JSON', { cause });
  }
}

/**
 * Looks at all of a value that came from JSON. @returns how many fields its objects have.
 * @throws {Failure} `protocol-broken` when it is too deep, or has a text or a name that must not be.
 */
export function countMembers(value: unknown, depth = 0): number {
  if (typeof value === 'string' && !value.isWellFormed()) throw broken('a text has half a character');
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === depthLimit) throw broken('it is nested too deeply');
  if (Array.isArray(value)) return value.reduce((count: number, item) => count + countMembers(item, depth + 1), 0);
  let count = 0;
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__' || !name.isWellFormed()) throw broken('a field has a name that is not allowed');
    count += 1 + countMembers(item, depth + 1);
  }
  return count;
}

const texts = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** Of valid JSON, outside texts: one for each field, also for one that is named twice and so was lost. */
function countColons(text: string): number {
  return text.replace(texts, '').split(':').length - 1;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
