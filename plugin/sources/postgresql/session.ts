import { Client, DatabaseError, type ClientConfig } from 'pg';
import type { DatabaseLogin, ServerAddress } from '../../domain/configuration.ts';
import { Failure, isFailure } from '../../domain/failure.ts';
import { readPrivateFile } from '../../platform/private-file.ts';
import { CopyIn, CopyOut } from './copy-stream.ts';
import { openAsOwnUser, systemUser } from './peer-socket.ts';

/** One connection to one database. */
export interface PgSession {
  /** Where it is connected: a login with a password may have gone over loopback in place of the socket. */
  readonly server: ServerAddress;
  /** Rows with all values as text. @throws {SqlError}, or `Failure` when the server is gone. */
  rows(sql: string, values?: readonly string[]): Promise<SqlRow[]>;
  run(sql: string): Promise<void>;
  /** What a `COPY … TO STDOUT` sends. */
  copyOut(sql: string): CopyOut;
  /** Sends what a `COPY … FROM STDIN` takes. */
  copyIn(sql: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  close(): Promise<void>;
}

export interface SqlRow {
  readonly [column: string]: string | null;
}

export interface SqlLogin {
  readonly user: string;
  readonly password: string | undefined;
}

/** What the server said to a statement; the state is as in the manual's list of error codes. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly state: string;

  constructor(state: string, message: string, cause: unknown) {
    super(message, { cause });
    this.state = state;
  }
}

export function isSqlError(error: unknown, ...states: readonly string[]): error is SqlError {
  return error instanceof SqlError && (states.length === 0 || states.includes(error.state));
}

export function readLogin({ user, passwordFile }: DatabaseLogin): SqlLogin {
  if (passwordFile === undefined) return { user, password: undefined };
  const content = readPrivateFile(passwordFile);
  if (content === undefined) throw new Failure('configuration-missing', { file: passwordFile });
  return { user, password: content.toString('utf8').replace(/\r?\n$/, '') };
}

/** Stands in every cluster, and no tenant owns it. */
export const commonDatabase = 'postgres';

/**
 * What a tenant may have set for a database or a role does not hold: above all, names mean what they mean to the server.
 * Times and numbers are written the same everywhere.
 */
const settings = {
  search_path: 'pg_catalog',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  row_security: 'off',
  synchronize_seqscans: 'off',
  statement_timeout: '0',
  lock_timeout: '60s',
  idle_in_transaction_session_timeout: '0',
  default_transaction_read_only: 'off',
  standard_conforming_strings: 'on',
  escape_string_warning: 'off',
  check_function_bodies: 'off',
  xmloption: 'content',
  client_min_messages: 'warning',
  quote_all_identifiers: 'off',
  jit: 'off',
};

/** @throws {Failure} `database-unreachable`; {SqlError} of state `3D000` when there is no such database. */
export async function openSession(server: ServerAddress, login: SqlLogin, database: string): Promise<PgSession> {
  const { client, at } = await connect(server, login, database);
  const attempt = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      throw explain(error, server);
    }
  };
  return {
    server: at,
    rows: async (sql, values = []) =>
      (await attempt(client.query<Record<string, string | null>>(sql, [...values]))).rows,
    run: async (sql) => void (await attempt(client.query(sql))),
    copyOut: (sql) => client.query(new CopyOut(sql, (error) => explain(error, server))),
    copyIn: (sql, content) => attempt(client.query(new CopyIn(sql, content)).done),
    close: () => client.end().catch(() => undefined),
  };
}

/** Closes it when it was used. */
export async function useSession<Result>(
  session: PgSession,
  use: (session: PgSession) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

interface Connected {
  readonly client: Client;
  readonly at: ServerAddress;
}

/** The socket admits nobody but users of the system: https://www.postgresql.org/docs/15/errcodes-appendix.html */
const isPeerOnly = '28000';

/**
 * By the socket as the user's own process where there is no password; with one where the socket admits passwords, else
 * over loopback to the same port, as Debian has it.
 */
async function connect(server: ServerAddress, login: SqlLogin, database: string): Promise<Connected> {
  try {
    return { client: await connectTo(server, login, database), at: server };
  } catch (error) {
    const mayGoBeside = 'socketPath' in server && login.password !== undefined && stateOf(error) === isPeerOnly;
    if (!mayGoBeside) throw refused(error, server);
    const at = { host: '127.0.0.1', port: socketOf(server.socketPath).port };
    try {
      return { client: await connectTo(at, login, database), at };
    } catch (second) {
      throw refused(stateOf(second) === undefined ? error : second, server);
    }
  }
}

function stateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** That there is no such database, or that it is closed to the user, is the server's answer; all else is none. */
function refused(error: unknown, server: ServerAddress): Error {
  const state = stateOf(error);
  return state === '3D000' || state === '42501' ? explain(error, server) : unreachable(server, error);
}

async function connectTo(server: ServerAddress, login: SqlLogin, database: string): Promise<Client> {
  const client = new Client({
    ...addressOf(server, login),
    user: login.user,
    database,
    // Without one pg would look for it in the environment and in files.
    password: login.password ?? '',
    connectionTimeoutMillis: 10_000,
    application_name: 'larder',
    client_encoding: 'UTF8',
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    // Everything as text: numbers may exceed 2^53.
    types: { getTypeParser: () => (value: string) => value },
    ssl: false,
  });
  client.on('error', () => undefined); // whoever waits for an answer is told
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function addressOf(server: ServerAddress, login: SqlLogin): ClientConfig {
  if (!('socketPath' in server)) return { host: server.host, port: server.port };
  const { folder, port } = socketOf(server.socketPath);
  const user = login.password === undefined ? systemUser(login.user) : undefined;
  if (user === undefined) return { host: folder, port };
  return { host: folder, port, stream: () => openAsOwnUser(server.socketPath, user) };
}

/** PostgreSQL's sockets are called `.s.PGSQL.5432`, and its clients are told the folder and the port. */
export function socketOf(path: string): { readonly folder: string; readonly port: number } {
  const found = /^(.*)\/\.s\.PGSQL\.(\d+)$/.exec(path);
  return { folder: found?.[1] ?? path, port: Number(found?.[2] ?? 5432) };
}

/** What the content of a copy throws is no answer of the server's. */
function explain(error: unknown, server: ServerAddress): Error {
  if (isFailure(error)) return error;
  if (error instanceof DatabaseError && error.code !== undefined) {
    return new SqlError(error.code, error.message, error);
  }
  return unreachable(server, error);
}

function unreachable(server: ServerAddress, cause: unknown): Failure<'database-unreachable'> {
  const problem = cause instanceof Error ? cause.message : 'unknown';
  return new Failure('database-unreachable', { server: showAddress(server), problem }, { cause });
}

export function showAddress(server: ServerAddress): string {
  return 'socketPath' in server ? server.socketPath : `${server.host}:${server.port}`;
}
