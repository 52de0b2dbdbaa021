import { execFileSync, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseRestorer } from '../../plugin/contracts/database-restorer.ts';
import type { DatabaseServerConfiguration } from '../../plugin/domain/configuration.ts';
import type {
  DumpDescription,
  StoredDefinitions,
  StoredTable,
  StoredUsers,
} from '../../plugin/domain/stored-database.ts';
import { openSession, type SqlSession } from '../../plugin/sources/mysql/admin-session.ts';
import { lookAtDatabase } from '../../plugin/sources/mysql/look-at-database.ts';
import { openMysqlRestorer } from '../../plugin/sources/mysql/restorer.ts';
import type { PrivateMariadb } from './mariadb.ts';

/** Whose rights the client has. As root: somebody else, as on a real server. */
export const clientUser = process.getuid?.() === 0 ? { uid: 20001, gid: 20001 } : undefined;

export const noDefinitions: StoredDefinitions = { routines: [], views: [], triggers: [], events: [] };

/** A database as a restore point keeps it, but in memory and made by the stock client. */
export interface DumpedDatabase {
  readonly description: DumpDescription;
  readonly definitions: StoredDefinitions;
  readonly users: StoredUsers;
  /** A complete text of some tables, or of all. */
  readonly content: (tables?: readonly string[]) => Buffer;
}

export function configurationOf({ socketPath }: PrivateMariadb): DatabaseServerConfiguration {
  chmodSync(dirname(socketPath), 0o711);
  const login = { user: 'root', passwordFile: undefined };
  return { engine: 'mysql', server: { socketPath }, dump: login, admin: login, replica: undefined };
}

export async function openTestRestorer(mariadb: PrivateMariadb): Promise<DatabaseRestorer> {
  return openMysqlRestorer(configurationOf(mariadb));
}

export function openTestSession(mariadb: PrivateMariadb): Promise<SqlSession> {
  return openSession(configurationOf(mariadb).server, { user: 'root', password: undefined });
}

export async function dumpDatabase(mariadb: PrivateMariadb, name: string): Promise<DumpedDatabase> {
  const session = await openTestSession(mariadb);
  try {
    const live = await lookAtDatabase(session, name);
    if (live === undefined) throw new Error(`there is no ${name}`);
    const names = live.tables.map((table) => table.name);
    const content = dumpTables(mariadb, name, names);
    const stored = live.tables.map((table): StoredTable => ({
      name: table.name,
      kind: table.kind,
      engine: table.engine,
      rows: table.rows,
      bytes: table.bytes,
      definitionSha256: table.definitionSha256,
      isConsistent: table.engine === 'InnoDB',
      nextNumber: / AUTO_INCREMENT=(\d+)/.exec(table.definition)?.[1],
    }));
    return {
      description: describe(live.name, live, stored),
      definitions: live.definitions,
      users: { users: [] },
      content: (tables) => (tables === undefined ? content : dumpTables(mariadb, name, tables)),
    };
  } finally {
    await session.close();
  }
}

function describe(
  name: string,
  live: { charset: string; collation: string; serverVersion: string; definitions: StoredDefinitions },
  tables: readonly StoredTable[],
): DumpDescription {
  const { routines, views, triggers, events } = live.definitions;
  return {
    format: 1,
    engine: 'mysql',
    name,
    dumpedAt: new Date().toISOString(),
    serverVersion: live.serverVersion,
    program: 'mariadb-dump',
    position: undefined,
    isFromReplica: false,
    charset: live.charset,
    collation: live.collation,
    counts: {
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
      views: views.length,
      routines: routines.length,
      triggers: triggers.length,
      events: events.length,
    },
    tables,
    brokenViews: [],
  };
}

const dumpOptions = [
  '--single-transaction',
  '--quick',
  '--hex-blob',
  '--skip-triggers',
  '--skip-dump-date',
  '--skip-comments',
];

function dumpTables({ socketPath }: PrivateMariadb, database: string, tables: readonly string[]): Buffer {
  const options = ['--no-defaults', `-S${socketPath}`, '-uroot', '--default-character-set=utf8mb4', ...dumpOptions];
  return execFileSync('mariadb-dump', [...options, '--', database, ...tables], { maxBuffer: 2 ** 30 });
}

/** The tables of a dump, in pieces. */
export async function* contentOf(dumped: DumpedDatabase, tables?: readonly string[]): AsyncGenerator<Buffer, void> {
  const content = dumped.content(tables);
  for (let at = 0; at < content.length; at += pieceBytes)
    yield await Promise.resolve(content.subarray(at, at + pieceBytes));
}

const pieceBytes = 64 * 1024;

/** What tells one state of a database from another: every row, by the server's own checksum, and every definition. */
export async function fingerprint(session: SqlSession, database: string): Promise<string> {
  const live = await lookAtDatabase(session, database);
  if (live === undefined) return 'none';
  const sums: unknown[] = [];
  for (const { name, kind, definition, rows } of live.tables) {
    const table = `\`${database}\`.\`${name.replaceAll('`', '``')}\``;
    // A versioned table's checksum has the moments in it at which its rows were written.
    const isVersioned = definition.includes('WITH SYSTEM VERSIONING');
    const sum = isVersioned ? `SELECT * FROM ${table}` : `CHECKSUM TABLE ${table} EXTENDED`;
    const found = kind === 'sequence' ? [] : await session.rows(sum);
    sums.push([name, definition, rows, found.map((row) => (isVersioned ? row : row['Checksum']))]);
  }
  return JSON.stringify([sums, live.definitions]);
}

/** The root client with everything at its defaults, as somebody in a hurry loads a dump. @returns its exit code. */
export function loadNaively({ socketPath }: PrivateMariadb, database: string, sql: string | Buffer): Promise<number> {
  const client = spawn('mariadb', ['--no-defaults', `-S${socketPath}`, '-uroot', '--force', database], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/tmp',
  });
  client.stdin.on('error', () => {});
  client.stdin.end(sql);
  return new Promise((resolve) => client.once('close', (code) => resolve(code ?? -1)));
}
