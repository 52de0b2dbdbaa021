import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { dressBefore, dressTexts, hideTexts, readDress, type DatabaseDress } from './database-dress.ts';
import { text } from './read-catalog.ts';
import { isSqlError, type PgSession } from './session.ts';
import { nameOf, quoteName } from './sql-text.ts';

export interface DatabaseExchange {
  readonly database: string;
  /** Becomes the live one, where it is there. */
  readonly incoming: string;
  /** What the live one becomes, where there is one. */
  readonly outgoing: string;
  /** Of the administrator, and of who reads. */
  readonly admin: string;
  readonly reader: string;
}

/** How long work on the live database may take to come to an end. Who does nothing is sent away at once. */
const mostMilliseconds = 6000;
const pauseMilliseconds = 100;

/**
 * Renames databases, all in one transaction: whoever connects gets the one or the other. The new one is whose the old one
 * was, may be used by the same, and has the same settings.
 * @param live a session to the live database, which is closed; undefined when there is none.
 * @throws {Failure} `database-busy`, and `database-refused` when there is one although `live` says that there is none: with
 * the live database as it was.
 */
export async function exchangeDatabases(
  admin: PgSession,
  exchange: DatabaseExchange,
  live: PgSession | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { database, incoming } = exchange;
  try {
    await shutOut(admin, database, live, signal);
    const leaving = live === undefined ? undefined : await readDress(admin, database);
    const coming = await readDress(admin, incoming);
    await runTogether(admin, [...goTexts(exchange, leaving), ...comeTexts(exchange, { leaving, coming })]);
  } catch (error) {
    if (live !== undefined) await letIn(admin, database);
    if (isSqlError(error, '55006')) throw busy(database, undefined);
    if (!isSqlError(error, '42P04')) throw error;
    throw new Failure('database-refused', { database, problem: error.message }, { cause: error });
  }
}

function goTexts({ database, outgoing, admin, reader }: DatabaseExchange, dress: DatabaseDress | undefined): string[] {
  if (dress === undefined) return [];
  return [
    `ALTER DATABASE ${quoteName(database)} RENAME TO ${quoteName(outgoing)}`,
    ...hideTexts(outgoing, { dress, admin, reader }),
    `ALTER DATABASE ${quoteName(outgoing)} ALLOW_CONNECTIONS true`,
  ];
}

function comeTexts(
  { database, incoming }: DatabaseExchange,
  { leaving, coming }: { readonly leaving: DatabaseDress | undefined; readonly coming: DatabaseDress | undefined },
): string[] {
  if (coming === undefined) return [];
  const dress = leaving ?? dressBefore(coming);
  return [
    `ALTER DATABASE ${quoteName(incoming)} RENAME TO ${quoteName(database)}`,
    ...(dress === undefined ? [] : dressTexts(database, dress, coming)),
  ];
}

async function runTogether(admin: PgSession, statements: readonly string[]): Promise<void> {
  await admin.run('BEGIN');
  try {
    for (const sql of statements) await admin.run(sql);
    await admin.run('COMMIT');
  } catch (error) {
    await admin.run('ROLLBACK').catch(() => undefined); // the server may be gone
    throw error;
  }
}

/** Lets nobody in any more, and waits until everybody has gone. */
async function shutOut(
  admin: PgSession,
  database: string,
  live: PgSession | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (live === undefined) return;
  try {
    await admin.run(`ALTER DATABASE ${quoteName(database)} ALLOW_CONNECTIONS false`);
    for (let waited = 0; ; waited += pauseMilliseconds) {
      signal.throwIfAborted();
      const working = await sendIdleAway(admin, database);
      if (working.length === 0) return;
      if (waited >= mostMilliseconds) throw busy(database, await findHeld(live, working));
      await wait(pauseMilliseconds);
    }
  } finally {
    await live.close();
  }
}

/** @returns the processes of those who are in the middle of something. */
async function sendIdleAway(admin: PgSession, database: string): Promise<string[]> {
  const found = await admin.rows(
    `SELECT pid, state = 'idle' AS idle, application_name = 'larder' AND usename = current_user AS own,
      CASE WHEN state = 'idle' AND NOT (application_name = 'larder' AND usename = current_user)
        THEN pg_terminate_backend(pid) END AS ended
      FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [database],
  );
  return found.filter((row) => row['own'] !== 't').map((row) => text(row, 'pid'));
}

async function findHeld(live: PgSession, [pid = '0']: readonly string[]): Promise<string | undefined> {
  const [row] = await live.rows(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE l.pid = $1::int AND c.relkind IN ('r', 'p') AND n.nspname <> 'pg_catalog' ORDER BY l.mode DESC, c.relname LIMIT 1`,
    [pid],
  );
  return row === undefined ? undefined : nameOf({ schema: text(row, 'schema'), name: text(row, 'name') });
}

/** Whoever was stopped in the middle may have left the door shut. */
export async function letIn(admin: PgSession, database: string): Promise<void> {
  const [shut] = await admin.rows('SELECT 1 AS shut FROM pg_database WHERE datname = $1 AND NOT datallowconn', [
    database,
  ]);
  if (shut !== undefined) await admin.run(`ALTER DATABASE ${quoteName(database)} ALLOW_CONNECTIONS true`);
}

function busy(database: string, table: string | undefined): Failure<'database-busy'> {
  return new Failure('database-busy', { database, table: table ?? database, seconds: mostMilliseconds / 1000 });
}
