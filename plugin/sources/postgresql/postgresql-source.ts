import type { StoredStream, StreamFolder, StreamNote } from '../../contracts/stream-folder.ts';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { toFileName } from '../../domain/database-name.ts';
import { Failure } from '../../domain/failure.ts';
import { isHiddenDatabase } from '../../domain/hidden-database.ts';
import { databasesFolder } from '../../domain/stored-database.ts';
import { dumpDatabase } from './dump-database.ts';
import { readingUser } from './peer-socket.ts';
import { text } from './read-catalog.ts';
import { reachReplica } from './replica.ts';
import { commonDatabase, isSqlError, openSession, readLogin, type PgSession, type SqlLogin } from './session.ts';

/** A database of PostgreSQL as a folder of a restore point. */
export function postgresqlFolder(server: DatabaseServerConfiguration, name: string, now: () => Date): StreamFolder {
  return {
    path: [databasesFolder, 'postgresql', toFileName(name)],
    open: (signal, note) => open(server, name, now, { signal, note }),
  };
}

/** Names of all databases but the server's and Larder's own. @throws {Failure} `database-unreachable`. */
export async function listPostgresqlDatabases({ server, dump }: DatabaseServerConfiguration): Promise<string[]> {
  const session = await openSession(server, readLogin(dump), commonDatabase);
  try {
    const rows = await session.rows('SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY datname');
    return rows.map((row) => text(row, 'name')).filter((name) => name !== commonDatabase && !isHiddenDatabase(name));
  } finally {
    await session.close();
  }
}

async function* open(
  configuration: DatabaseServerConfiguration,
  database: string,
  now: () => Date,
  { signal, note }: { readonly signal: AbortSignal; readonly note: StreamNote },
): AsyncGenerator<StoredStream, void> {
  const login = readLogin(configuration.dump);
  const { server: primary, replica } = configuration;
  const server =
    replica === undefined ? primary : await reachReplica({ ...configuration, replica }, login, database, signal);
  const session = await openDatabase(server, login, database);
  try {
    const user = readingUser(configuration);
    yield* dumpDatabase({ session, server, login, database, user, now }, signal, note);
  } finally {
    await session.close();
  }
}

/** @throws {Failure} `unknown-database`, `database-unreachable`, `database-dump-failed`. */
async function openDatabase(
  server: DatabaseServerConfiguration['server'],
  login: SqlLogin,
  database: string,
): Promise<PgSession> {
  try {
    return await openSession(server, login, database);
  } catch (error) {
    if (isSqlError(error, '3D000'))
      throw new Failure('unknown-database', { database, hint: 'larder accounts' }, { cause: error });
    if (isSqlError(error))
      throw new Failure('database-dump-failed', { database, problem: error.message }, { cause: error });
    throw error;
  }
}
