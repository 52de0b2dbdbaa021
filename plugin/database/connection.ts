import type { Knex } from 'knex';
import type { MetadataConfiguration, MysqlConfiguration } from '../domain/configuration.ts';
import { Failure } from '../domain/failure.ts';
import { ensurePrivateFile, readPrivateFile } from '../platform/private-file.ts';
import { loadKnex } from './load-knex.ts';
import { prepareSqlite } from './sqlite/session.ts';

/**
 * A connection to the metadata database; the caller ends it with `destroy`. A SQLite file is made when missing, mode 0600.
 * @throws {Failure} `state-unsafe` when others can read the SQLite or password file; `configuration-missing` without
 * the password file.
 */
export function openConnection(metadata: MetadataConfiguration): Knex {
  switch (metadata.kind) {
    case 'sqlite':
      ensurePrivateFile(metadata.file);
      return connectSqlite(metadata.file);
    case 'mysql':
      return connectMysql(metadata, readPassword(metadata));
  }
}

/** Knex writes to the console what it also throws. */
const silence: Knex.Logger = { warn() {}, error() {}, deprecate() {}, debug() {} };

function connectSqlite(filename: string): Knex {
  return loadKnex()({
    client: 'better-sqlite3',
    log: silence,
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      min: 0,
      max: 1,
      afterCreate(session: Parameters<typeof prepareSqlite>[0], done: (error: unknown, session: unknown) => void) {
        done(
          attempt(() => prepareSqlite(session)),
          session,
        );
      },
    },
  });
}

/** @returns what `action` threw, or null as callbacks of Node want it. */
function attempt(action: () => void): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}

/** What mysql2 gives and we use. */
interface MysqlSession {
  query(statement: string, done: (error: unknown) => void): void;
}

const mysqlSession = `SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`;

function connectMysql({ server, user, database }: MysqlConfiguration, password: string | undefined): Knex {
  return loadKnex()({
    client: 'mysql2',
    log: silence,
    connection: {
      ...server,
      user,
      database,
      ...(password === undefined ? {} : { password }),
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      connectTimeout: 10_000,
    },
    acquireConnectionTimeout: 15_000,
    pool: {
      min: 0,
      max: 4,
      afterCreate(session: MysqlSession, done: (error: unknown, session: MysqlSession) => void) {
        session.query(mysqlSession, (error) => done(error, session));
      },
    },
  });
}

function readPassword({ passwordFile }: MysqlConfiguration): string | undefined {
  if (passwordFile === undefined) return undefined;
  const content = readPrivateFile(passwordFile);
  if (content === undefined) throw new Failure('configuration-missing', { file: passwordFile });
  return content.toString('utf8').replace(/\r?\n$/, '');
}
