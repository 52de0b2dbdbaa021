/** Which kind of server: `mysql` is MariaDB too. */
export type DatabaseEngine = 'mysql' | 'postgresql';

/** One database on this machine. */
export interface DatabaseRef {
  readonly engine: DatabaseEngine;
  readonly name: string;
}

const engines: readonly DatabaseEngine[] = ['mysql', 'postgresql'];

/** As it is written in `accounts.json` and typed: the name, or `postgresql:NAME` where the engine is not the first. */
export function parseDatabaseRef(text: string, first: DatabaseEngine): DatabaseRef {
  const engine = engines.find((word) => text.startsWith(`${word}:`));
  return engine === undefined ? { engine: first, name: text } : { engine, name: text.slice(engine.length + 1) };
}

/**
 * The name of a database, a table or the like as a file's name: letters, digits, `_`, `-`, `.` and all beyond ASCII
 * stand as they are, any other character as `%` and two hex digits; so does a `.` or `-` at the beginning. What servers
 * allow as a name (64 characters of MariaDB, 63 bytes of PostgreSQL) takes at most 192 bytes.
 * @throws {RangeError} for a name that no server allows: empty, with a zero byte, or too long.
 */
export function toFileName(name: string): string {
  const file = name.replace(/[^\w.\u0080-\u{10ffff}-]|^[.-]/gu, percent);
  if (name === '' || name.includes('\0') || !name.isWellFormed() || byteLength(file) > longestFileName) {
    throw new RangeError('no server allows such a name');
  }
  return file;
}

/** The name that `toFileName` made the file's name of; undefined where it never does. */
export function fromFileName(file: string): string | undefined {
  const name = file.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  try {
    return toFileName(name) === file ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves room for `.sql` and the like in the 255 bytes that file systems allow. */
const longestFileName = 240;

function percent(character: string): string {
  return `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
