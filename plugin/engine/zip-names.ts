/**
 * Names as a zip can hold them and any program unpack them. Two names of one folder never become one: a byte that
 * cannot stay is written as `~xNN`, and so is the `~` of a name that looks as if that had happened to it already.
 */
import { createHash } from 'node:crypto';

/** A zip counts the bytes of a path with 16 bits. */
export const longestPathBytes = 65_000;
const longestNameBytes = 255;
const keptBytes = 180;
/** Hex digits of SHA-256 that stand for the rest of a name that became too long. */
const hashDigits = 32;

// Control characters, backslash, line separators, marks that change the writing direction, lone surrogates.
const unsafe = /[\p{Cc}\\\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;
const looksEscaped = /~(?=x[0-9a-f]{2}|h[0-9a-f]{32}$)/g;
/** Some programs, archiver among them, take what stands before the colon for a drive and drop it. */
const drive = /^(\w+):/;

/** Where in the zip the walk is. */
export class ZipPath {
  readonly #parents: (string | undefined)[] = [];
  #parent: string | undefined = '';

  /** @returns what the folder is called in the zip; undefined when the zip cannot hold so long a path. */
  enter(name: Buffer): string | undefined {
    const path = this.of(name);
    this.#parents.push(this.#parent);
    this.#parent = path === undefined ? undefined : `${path}/`;
    return path;
  }

  leave(): void {
    this.#parent = this.#parents.pop();
  }

  /** What an entry of the folder is called; undefined when that is too long. */
  of(name: Buffer): string | undefined {
    if (this.#parent === undefined) return undefined;
    const path = this.#parent + zipName(name, this.#parents.length === 0);
    return Buffer.byteLength(path) > longestPathBytes ? undefined : path;
  }
}

/** @param isTop whether the path begins with it. */
export function zipName(name: Buffer, isTop: boolean): string {
  const text = decode(name);
  const safe = text === undefined ? escapeOddBytes(name) : escapeText(text);
  const whole = isTop ? safe.replace(drive, '$1~x3a') : safe;
  return Buffer.byteLength(whole) > longestNameBytes ? shorten(whole, name) : whole;
}

/** Whether the name is another in the zip. */
export function isRenamed(name: Buffer, isTop: boolean): boolean {
  return !Buffer.from(zipName(name, isTop)).equals(name);
}

/** Text if the bytes are well-formed UTF-8. */
export function decode(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? undefined : text;
}

function escapeText(text: string): string {
  return text.replace(looksEscaped, '~x7e').replace(unsafe, (character) => escapeBytes(Buffer.from(character)));
}

/** All but ASCII is escaped: what the bytes mean is not known. */
function escapeOddBytes(name: Buffer): string {
  const ascii = name.toString('latin1').replace(looksEscaped, '~x7e');
  return ascii.replace(/[^\x20-\x5b\x5d-\x7e]/g, (character) => escapeBytes(Buffer.from(character, 'latin1')));
}

function escapeBytes(bytes: Buffer): string {
  return [...bytes].map((byte) => `~x${byte.toString(16).padStart(2, '0')}`).join('');
}

function shorten(whole: string, name: Buffer): string {
  let kept = '';
  let bytes = 0;
  for (const character of whole) {
    bytes += Buffer.byteLength(character);
    if (bytes > keptBytes) break;
    kept += character;
  }
  return `${kept}~h${createHash('sha256').update(name).digest('hex').slice(0, hashDigits)}`;
}
