import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseLogin, ServerAddress } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { readPrivateFile } from '../../platform/private-file.ts';

/** One connection that runs one statement at a time; several in one text are refused by the server. */
export interface SqlSession {
  /** Rows with all values as text. @throws {SqlError}, or `Failure` when the server is gone. */
  rows(sql: string, values?: readonly (string | number)[]): Promise<SqlRow[]>;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

export interface SqlRow {
  readonly [column: string]: string | null;
}

export interface SqlLogin {
  readonly user: string;
  readonly password: string | undefined;
}

/** What the server said to a statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly number: number;

  constructor(number: number, message: string, cause: unknown) {
    super(message, { cause });
    this.number = number;
  }
}

export function isSqlError(error: unknown, ...numbers: readonly number[]): error is SqlError {
  return error instanceof SqlError && (numbers.length === 0 || numbers.includes(error.number));
}

export function readLogin({ user, passwordFile }: DatabaseLogin): SqlLogin {
  if (passwordFile === undefined) return { user, password: undefined };
  const content = readPrivateFile(passwordFile);
  if (content === undefined) throw new Failure('configuration-missing', { file: passwordFile });
  return { user, password: content.toString('utf8').replace(/\r?\n$/, '') };
}

/** @throws {Failure} `database-unreachable`. */
export async function openSession(server: ServerAddress, login: SqlLogin, database?: string): Promise<SqlSession> {
  const connection = await connect(server, login, database);
  const query = async (sql: string, values: readonly (string | number)[] = []) => {
    try {
      return (await connection.query<RowDataPacket[]>(sql, [...values]))[0];
    } catch (error) {
      throw explain(error, server);
    }
  };
  return {
    rows: async (sql, values) => (await query(sql, values)) as SqlRow[],
    run: async (sql) => void (await query(sql)),
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

async function connect(server: ServerAddress, { user, password }: SqlLogin, database?: string): Promise<Connection> {
  try {
    return await createConnection({
      ...server,
      user,
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      charset: 'utf8mb4',
      connectTimeout: 10_000,
      // Everything as text: numbers may exceed 2^53, dates may be none.
      typeCast: (field) => field.string(),
    });
  } catch (cause) {
    throw unreachable(server, cause);
  }
}

function explain(error: unknown, server: ServerAddress): Error {
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number' && 'sqlState' in error) {
    return new SqlError(error.errno, error.message, error);
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
