import Database from 'better-sqlite3';
import { ensurePrivateFile } from '../../platform/private-file.ts';
import { areAllDone } from '../migrate.ts';

/** What better-sqlite3 gives, to us or to Knex, and we use. */
interface SqliteSession {
  pragma(statement: string): unknown;
}

/**
 * FULL, not NORMAL: a repository that was made must be remembered after a power cut, or the next night makes another.
 * SQLite gives its -wal and -shm files the mode of the database.
 */
export function prepareSqlite(session: SqliteSession): void {
  session.pragma('busy_timeout = 10000');
  session.pragma('journal_mode = WAL');
  session.pragma('synchronous = FULL');
  session.pragma('foreign_keys = ON');
}

/** A session of its own, without Knex. @throws {Failure} `state-unsafe` when others can read the file. */
export function openSqlite(file: string): Database {
  ensurePrivateFile(file);
  const database = new Database(file);
  prepareSqlite(database);
  return database;
}

/** @throws {Failure} `system-unsupported` when a newer Larder has changed the schema. */
export function isSchemaUpToDate(database: Database): boolean {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'larder_migrations'");
  if (table.get() === undefined) return false;
  return areAllDone(database.prepare('SELECT name FROM larder_migrations').all() as { name: string }[]);
}
