import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { Generation } from '../../domain/ids.ts';
import { ensurePrivateFile } from '../../platform/private-file.ts';
import { mailboxTable, schema, schemaVersion } from './schema.ts';

/** Readers of WAL never wait; this is for the moment in which a file is made. */
const busyMilliseconds = 5000;
const pauseMilliseconds = 20;
const cacheKibibytes = 4096;
const pagesBetweenCheckpoints = 8000;
/** How often a writer asks again before it gives up: a minute. */
const mostTries = 3000;

/** An open catalog file. Every use of SQLite goes through `use`, which tells damage from bugs. */
export class CatalogFile {
  readonly database: Database;
  readonly #path: string;
  readonly #generation: Generation;
  readonly #statements = new Map<string, Database.Statement>();

  /** @param path a private file. What is in it and is no catalog of this version is thrown away. */
  static open(path: string, generation: Generation): CatalogFile {
    return tryOpen(path, generation) ?? remake(path, generation);
  }

  constructor(database: Database, path: string, generation: Generation) {
    this.database = database;
    this.#path = path;
    this.#generation = generation;
  }

  /** The statement, prepared once. Rows come as lists. */
  rows(source: string): Database.Statement {
    return this.#prepared(source, (statement) => statement.raw());
  }

  /** The statement, prepared once. Rows come as their first column. */
  values(source: string): Database.Statement {
    return this.#prepared(source, (statement) => statement.pluck());
  }

  /** A statement that gives no rows, prepared once. */
  change(source: string): Database.Statement {
    return this.#prepared(source, (statement) => statement);
  }

  /** @throws {Failure} `catalog-damaged`, `no-space`. */
  use<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** @throws {Failure} `busy`, `catalog-damaged`, `no-space`; what `work` throws: then nothing has changed. */
  async transact(work: () => Promise<void>): Promise<void> {
    await this.#begin();
    try {
      await work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw this.#explain(error);
    }
  }

  /** Keeps what was found out, when that can be done at once: it can be found out again. */
  keepIfFree(write: () => void): void {
    this.use(() => {
      if (this.database.inTransaction || !this.#tryBegin()) return;
      write();
      this.database.exec('COMMIT');
    });
  }

  close(): void {
    try {
      this.database.close();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error; // what is derived need not be saved
    }
  }

  #prepared(source: string, shape: (statement: Database.Statement) => Database.Statement): Database.Statement {
    const known = this.#statements.get(source);
    if (known !== undefined) return known;
    const statement = shape(this.database.prepare(source));
    this.#statements.set(source, statement);
    return statement;
  }

  /** Asks again and again without holding the process up: the other writer may be in it. */
  async #begin(): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      if (this.use(() => this.#tryBegin())) return;
      await wait(pauseMilliseconds);
    }
    throw new Failure('busy', { account: this.#generation });
  }

  #tryBegin(): boolean {
    this.database.pragma('busy_timeout = 0');
    try {
      this.database.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (!isSqlite(error, 'SQLITE_BUSY')) throw error;
      return false;
    } finally {
      this.database.pragma(`busy_timeout = ${busyMilliseconds}`);
    }
  }

  #rollBack(): void {
    try {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  }

  #explain(error: unknown): unknown {
    if (isSqlite(error, 'SQLITE_FULL')) return new Failure('no-space', { path: this.#path }, { cause: error });
    if (!isSqlite(error, 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR')) return error;
    const facts = { account: this.#generation, mend: 'larder catalog rebuild' };
    return new Failure('catalog-damaged', facts, { cause: error });
  }
}

/** The log first: SQLite would take it for that of the next file. */
export function removeFiles(path: string): void {
  for (const end of ['-wal', '-shm', '-journal', '']) rmSync(path + end, { force: true, recursive: true });
}

function isSqlite(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Database.SqliteError && codes.some((code) => error.code.startsWith(code));
}

function remake(path: string, generation: Generation): CatalogFile {
  removeFiles(path);
  const made = tryOpen(path, generation);
  if (made === undefined) throw new Error(`${path} cannot be made`);
  return made;
}

/** @returns undefined when the file is no catalog of this version. */
function tryOpen(path: string, generation: Generation): CatalogFile | undefined {
  ensurePrivateFile(path);
  const file = new CatalogFile(new Database(path, { timeout: busyMilliseconds }), path, generation);
  try {
    prepare(file.database);
    return file;
  } catch (error) {
    file.close();
    if (isSqlite(error, 'SQLITE_FULL')) throw new Failure('no-space', { path }, { cause: error });
    if (error instanceof NotThisVersion || isSqlite(error, ...unusable)) return undefined;
    throw error;
  }
}

const unusable = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_ERROR', 'SQLITE_IOERR'];

class NotThisVersion extends Error {}

const settings = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -${cacheKibibytes};
PRAGMA wal_autocheckpoint = ${pagesBetweenCheckpoints};
PRAGMA temp_store = MEMORY;
PRAGMA cell_size_check = ON;
`;

/**
 * NORMAL, not FULL: after a power cut the newest restore points may be missing here, and are added again. Damaged, as
 * with OFF, it would not be.
 */
function prepare(database: Database): void {
  database.exec(settings);
  if (versionOf(database) === schemaVersion) {
    database.exec('SELECT id FROM repository');
    database.exec(mailboxTable);
    return;
  }
  makeTables(database);
}

/** Whoever comes second finds the tables made. */
function makeTables(database: Database): void {
  database.exec('BEGIN IMMEDIATE');
  const version = versionOf(database);
  const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (version === 0 && isEmpty) database.exec(schema);
  else if (version !== schemaVersion) throw new NotThisVersion();
  database.exec('COMMIT');
}

function versionOf(database: Database): unknown {
  return database.pragma('user_version', { simple: true });
}
