/**
 * The table of contents of an archive that `pg_dump --format=custom` writes: every object of a database with what makes
 * it, in an order in which they can be made. PostgreSQL, `src/bin/pg_dump/pg_backup_archiver.c`: `WriteHead`, `WriteToc`.
 */
import { unexpectedDump } from './unexpected-dump.ts';

export interface TocEntry {
  readonly id: number;
  /** `TABLE`, `FUNCTION`, `FK CONSTRAINT`, … */
  readonly kind: string;
  /** The object's name; of what belongs to a table, the table's name stands before it. */
  readonly tag: string;
  /** Empty for what is in none. */
  readonly schema: string;
  readonly owner: string;
  /** The statement that makes it, with `;`. */
  readonly sql: string;
  /** Of a table: `heap` or another. */
  readonly access: string;
  /** Ids of entries that must be made before. */
  readonly needs: readonly number[];
}

export interface ArchiveToc {
  /** Of the program. */
  readonly programVersion: string;
  readonly entries: readonly TocEntry[];
}

/** Versions of the format: 1.14 since PostgreSQL 12, 1.15 since 16, 1.16 since 17. */
const known = new Set([14, 15, 16]);
const customFormat = 1;
const mostTextBytes = 256 * 1024 * 1024;

/** @throws {UnexpectedDump} for anything else than such an archive. */
export function parseArchiveToc(bytes: Buffer): ArchiveToc {
  const reader = new TocReader(bytes);
  const minor = reader.head();
  if (minor < 15) reader.number();
  else reader.byte(); // how rows are compressed
  for (let field = 0; field < 7; field += 1) reader.number(); // when it was made
  reader.text(); // the database
  reader.text(); // the server's version
  const programVersion = reader.text();
  const count = reader.number();
  if (count < 0) throw unexpectedDump('it has no contents');
  const entries = Array.from({ length: count }, () => readEntry(reader, minor));
  return { programVersion, entries };
}

function readEntry(reader: TocReader, minor: number): TocEntry {
  const id = reader.number();
  reader.number(); // whether it has rows
  reader.text(); // catalog
  reader.text(); // object
  const tag = reader.text();
  const kind = reader.text();
  reader.number(); // section
  const sql = reader.text();
  reader.text(); // how to drop it
  reader.text(); // how to copy it
  const schema = reader.text();
  reader.text(); // tablespace
  const access = reader.text();
  if (minor >= 16) reader.number(); // kind of relation
  const owner = reader.text();
  reader.text(); // of old versions
  const needs: number[] = [];
  for (let need = reader.text(); need !== ''; need = reader.text()) needs.push(Number(need));
  reader.offset();
  return { id, kind, tag, schema, owner, sql, access, needs };
}

class TocReader {
  readonly #bytes: Buffer;
  #at = 0;
  #numberBytes = 4;
  #offsetBytes = 8;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @returns the version of the format behind `1.`. */
  head(): number {
    if (this.#take(5).toString('latin1') !== 'PGDMP') throw unexpectedDump('it is no archive');
    const [major, minor] = [this.byte(), this.byte()];
    this.byte();
    this.#numberBytes = this.byte();
    this.#offsetBytes = this.byte();
    if (major !== 1 || !known.has(minor) || this.byte() !== customFormat || this.#numberBytes > 6) {
      throw unexpectedDump(`archives of version ${major}.${minor} are not known`);
    }
    return minor;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  number(): number {
    const isNegative = this.byte() !== 0;
    const value = this.#take(this.#numberBytes).readUIntLE(0, this.#numberBytes);
    return isNegative ? -value : value;
  }

  /** Empty for none. */
  text(): string {
    const length = this.number();
    if (length > mostTextBytes) throw unexpectedDump('a definition is too long');
    return length <= 0 ? '' : this.#take(length).toString();
  }

  offset(): void {
    this.#take(1 + this.#offsetBytes);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw unexpectedDump('it is not complete');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
