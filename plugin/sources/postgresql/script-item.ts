/**
 * The `.sql` files of a database are a row of items. Before each stands a comment that says what it is and how long: so
 * it is taken out of the file without understanding SQL, and nothing within an item can look like the next one.
 */
import { Failure } from '../../domain/failure.ts';

export interface ScriptItem {
  /** As `pg_dump` calls it: `TABLE`, `FK CONSTRAINT`, …; `SEQUENCE SET`, `REFRESH`; `settings` at the beginning of a file. */
  readonly kind: string;
  readonly name: string;
  /** The table that it is, or belongs to. */
  readonly table: string | undefined;
  readonly sql: string;
}

/** The rows of one table: `COPY …` and then lines, up to one that is `\.`, as the server reads them. */
export interface ScriptRows {
  readonly kind: 'rows';
  readonly table: string;
  readonly columns: readonly string[];
  /** `COPY … FROM stdin` */
  readonly sql: string;
  /** To be read before the next item is asked for; what is left is passed over. */
  readonly content: AsyncGenerator<Buffer, void>;
}

const mark = '--larder ';
const mostLineBytes = 16 * 1024 * 1024;
const mostItemBytes = 256 * 1024 * 1024;

export function itemText({ sql, ...head }: ScriptItem): string {
  const text = sql.trimEnd();
  return `${mark}${JSON.stringify({ ...head, bytes: Buffer.byteLength(text) })}\n${text}\n`;
}

export function rowsHead(rows: Omit<ScriptRows, 'content' | 'kind'>): string {
  const { table, columns, sql } = rows;
  return `${mark}${JSON.stringify({ kind: 'rows', table, columns, bytes: Buffer.byteLength(sql) + 1 })}\n${sql};\n`;
}

/** What ends rows. */
export const rowsEnd = '\\.\n';

/** What every file begins with, so that it means the same to any client. */
export const settingsItem: ScriptItem = {
  kind: 'settings',
  name: '',
  table: undefined,
  sql: `SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SELECT pg_catalog.set_config('search_path', '', false);`,
};

/**
 * Takes files apart that may have been written by an enemy. Nothing is held but one item, and of rows a piece.
 * @throws {Failure} `repository-damaged`.
 */
export async function* readScript(content: AsyncIterable<Uint8Array>): AsyncGenerator<ScriptItem | ScriptRows, void> {
  const input = new ScriptInput(content);
  for (;;) {
    const line = await input.line();
    if (line === undefined) return;
    if (line === '' || (line.startsWith('--') && !line.startsWith(mark))) continue;
    if (!line.startsWith(mark)) throw damaged('something stands between its items');
    const head = readHead(line.slice(mark.length));
    const sql = await input.text(head.bytes);
    if (head.kind !== 'rows') {
      yield { ...head, sql };
      continue;
    }
    const rows = input.rows();
    yield { kind: 'rows', table: head.table ?? '', columns: head.columns, sql: copyText(sql), content: rows };
    for await (const _ of rows); // what was not read
  }
}

function copyText(sql: string): string {
  if (!sql.startsWith('COPY ') || !sql.endsWith(';')) throw damaged('rows do not begin as rows do');
  return sql.slice(0, -1);
}

interface Head {
  readonly kind: string;
  readonly name: string;
  readonly table: string | undefined;
  readonly columns: readonly string[];
  readonly bytes: number;
}

function readHead(text: string): Head {
  const { kind, name = '', table, columns = [], bytes } = parse(text);
  const isTold = typeof kind === 'string' && typeof name === 'string' && isText(table) && isLength(bytes);
  if (!isTold || !isTexts(columns)) throw damaged('an item does not say what it is');
  return { kind, name, table, columns, bytes };
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= mostItemBytes;
}

function parse(text: string): { readonly [field: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // told below
  }
  throw damaged('an item does not say what it is');
}

class ScriptInput {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#source = content[Symbol.asyncIterator]();
  }

  /** Without its end; undefined at the end of everything. */
  async line(): Promise<string | undefined> {
    let end = this.#chunk.indexOf(0x0a);
    while (end < 0) {
      const searched = this.#chunk.length;
      if (searched > mostLineBytes) throw damaged('a line is too long');
      if (!(await this.#pull())) {
        if (searched === 0) return undefined;
        throw damaged('it ends within a line');
      }
      end = this.#chunk.indexOf(0x0a, searched);
    }
    const line = this.#chunk.toString('utf8', 0, end);
    this.#chunk = this.#chunk.subarray(end + 1);
    return line;
  }

  /** So many bytes, and the end of line behind them. */
  async text(bytes: number): Promise<string> {
    const parts: Buffer[] = [];
    let missing = bytes + 1;
    while (missing > 0) {
      if (this.#chunk.length === 0 && !(await this.#pull())) throw damaged('it ends within an item');
      const part = this.#chunk.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    const whole = Buffer.concat(parts);
    if (whole.at(-1) !== 0x0a) throw damaged('an item is longer than it says');
    return whole.toString('utf8', 0, bytes);
  }

  /** Lines up to `\.`, as they come. Only asked for once for each rows. */
  async *rows(): AsyncGenerator<Buffer, void> {
    let isAtLine = true;
    for (;;) {
      while (this.#chunk.length < 3) if (!(await this.#pull())) throw damaged('it ends within rows');
      const end = endOfRows(this.#chunk, isAtLine);
      if (end >= 0) {
        const last = this.#chunk.subarray(0, end);
        this.#chunk = this.#chunk.subarray(end + 3);
        if (last.length > 0) yield last;
        return;
      }
      const kept = Math.min(this.#chunk.length, 3);
      const passed = this.#chunk.subarray(0, this.#chunk.length - kept);
      if (passed.length > 0) {
        isAtLine = passed.at(-1) === 0x0a;
        this.#chunk = this.#chunk.subarray(passed.length);
        yield passed;
      }
      if (!(await this.#pull())) throw damaged('it ends within rows');
    }
  }

  async #pull(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    const bytes = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.#chunk = this.#chunk.length === 0 ? bytes : Buffer.concat([this.#chunk, bytes]);
    return true;
  }
}

const lastLine = Buffer.from('\n\\.\n');

/** Where the line `\.` begins; below 0 where it is not there. */
function endOfRows(chunk: Buffer, isAtLine: boolean): number {
  if (isAtLine && chunk[0] === 0x5c && chunk[1] === 0x2e && chunk[2] === 0x0a) return 0;
  const at = chunk.indexOf(lastLine);
  return at < 0 ? -1 : at + 1;
}

function damaged(problem: string): Failure<'repository-damaged'> {
  return new Failure('repository-damaged', { object: 'a table of a database', problem });
}
