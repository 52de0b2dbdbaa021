import type { StoredStream, StreamFolder, StreamNote } from '../../contracts/stream-folder.ts';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { toFileName } from '../../domain/database-name.ts';
import { databasesFolder } from '../../domain/stored-database.ts';
import { openSession, readLogin, type SqlLogin, type SqlSession } from './admin-session.ts';
import { dumpDatabase, type DatabaseReading } from './dump-database.ts';
import { readReplica } from './replica.ts';

/** Databases of MariaDB or MySQL as folders of a restore point. */
export function mysqlFolder(server: DatabaseServerConfiguration, name: string, now: () => Date): StreamFolder {
  return {
    path: [databasesFolder, 'mysql', toFileName(name)],
    open: (signal, note) => open(server, name, now, { signal, note }),
  };
}

/** Names of all databases but the server's own. @throws {Failure} `database-unreachable`. */
export async function listMysqlDatabases({ server, dump }: DatabaseServerConfiguration): Promise<string[]> {
  const session = await openSession(server, readLogin(dump));
  try {
    const rows = await session.rows('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA');
    return rows.map((row) => row['name'] ?? '').filter((name) => !ownDatabases.has(name));
  } finally {
    await session.close();
  }
}

const ownDatabases = new Set(['mysql', 'sys', 'information_schema', 'performance_schema', '']);

async function* open(
  configuration: DatabaseServerConfiguration,
  database: string,
  now: () => Date,
  { signal, note }: { signal: AbortSignal; note: StreamNote },
): AsyncGenerator<StoredStream, void> {
  const login = readLogin(configuration.dump);
  const { replica } = configuration;
  const server = replica?.server ?? configuration.server;
  const session = await openSession(server, login);
  try {
    const gate = replica === undefined ? undefined : await readReplica(session, configuration, login, database);
    const reading: DatabaseReading = {
      session,
      order: { server, login, database, hasLog: await hasLog(session), user: dumpUser(configuration, login) },
      isFromReplica: replica !== undefined,
      now,
      events: gate?.events,
    };
    yield* dumpDatabase(reading, signal, note);
    await gate?.confirm();
  } finally {
    await session.close();
  }
}

/** What a server answers is read with the rights of nobody. Who is known by the socket must stay who they are. */
function dumpUser({ dumpUid = 0 }: DatabaseServerConfiguration, { password }: SqlLogin) {
  const isPossible = process.getuid?.() === 0 && dumpUid > 0 && password !== undefined;
  return isPossible ? { uid: dumpUid, gid: dumpUid } : undefined;
}

async function hasLog(session: SqlSession): Promise<boolean> {
  const [row] = await session.rows('SELECT @@log_bin AS log');
  return row?.['log'] === '1';
}
