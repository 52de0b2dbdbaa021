import { setTimeout as wait } from 'node:timers/promises';
import type { TableRef } from '../../domain/live-database.ts';
import { Failure } from '../../domain/failure.ts';
import type { StoredTrigger } from '../../domain/stored-database.ts';
import { isSqlError, type SqlError, type SqlSession } from './admin-session.ts';
import { quoteName, quoteTable } from './sql-text.ts';

export interface Exchange {
  readonly database: string;
  /** Where the tables lie that become the live ones. */
  readonly incoming: string;
  readonly tablesIn: readonly string[];
  /** Where the live ones go. */
  readonly outgoing: string;
  readonly tablesOut: readonly string[];
  /** Of `tablesOut`. A table with triggers cannot go to another database, so they are dropped, for a moment or for good. */
  readonly triggers: readonly StoredTrigger[];
}

const lockWaitTimeout = 1205;
const deadlock = 1213;

/**
 * How long to wait for tables in which somebody works. While a change waits, everybody else waits behind it: so first
 * many tries that do not wait at all, then few short ones. Seconds; the pause after each in milliseconds.
 */
const tries: readonly { readonly seconds: number; readonly pause: number }[] = [
  ...Array.from({ length: 30 }, () => ({ seconds: 0, pause: 50 })),
  ...Array.from({ length: 3 }, () => ({ seconds: 1, pause: 300 })),
];

/**
 * Puts tables in the place of others, all in the same instant: whoever reads sees the one or the other. Triggers of those
 * that go are dropped before.
 * @param putBackTriggers makes them again when it does not come to the change; done twice it changes nothing more.
 * @throws {Failure} `database-busy` with the live database as it was. Anything else: triggers may be missing.
 */
export async function exchangeTables(
  session: SqlSession,
  exchange: Exchange,
  putBackTriggers: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (const { seconds, pause } of tries) {
    signal.throwIfAborted();
    if (await attempt(session, exchange, { seconds, putBackTriggers })) return;
    await wait(pause);
  }
  await session.run('SET SESSION lock_wait_timeout = 0');
  const held = await findHeld(session, exchange);
  await session.run('SET SESSION lock_wait_timeout = DEFAULT');
  throw new Failure('database-busy', {
    database: exchange.database,
    table: held ?? exchange.tablesOut[0] ?? '',
    seconds: Math.round(tries.reduce((sum, { seconds, pause }) => sum + seconds + pause / 1000, 0)),
  });
}

/** @returns whether it was done; false when somebody worked in one of the tables. */
async function attempt(
  session: SqlSession,
  exchange: Exchange,
  { seconds, putBackTriggers }: { readonly seconds: number; readonly putBackTriggers: () => Promise<void> },
): Promise<boolean> {
  await session.run(`SET SESSION lock_wait_timeout = ${seconds}`);
  try {
    if (exchange.triggers.length > 0 && (await findHeld(session, exchange)) !== undefined) return false;
    for (const { name } of exchange.triggers) {
      await session.run(`DROP TRIGGER IF EXISTS ${quoteTable(exchange.database, name)}`);
    }
    const moves = renames(exchange);
    if (moves !== '') await session.run(`RENAME TABLE ${moves}`);
    return true;
  } catch (error) {
    await insist(session, putBackTriggers);
    if (isLocked(error)) return false;
    throw error;
  } finally {
    await session.run('SET SESSION lock_wait_timeout = DEFAULT');
  }
}

/** Whether somebody worked in a table for longer than the session waits. */
export function isLocked(error: unknown): error is SqlError {
  return isSqlError(error, lockWaitTimeout, deadlock);
}

/**
 * Does what has to be done before anything else, as often as it takes. Everybody else waits behind what waits for a table:
 * so each try waits only a moment.
 * @throws {SqlError} of the lock, after half a minute.
 */
export async function insist<Done>(session: SqlSession, work: () => Promise<Done>): Promise<Done> {
  for (let triesLeft = 25; ; triesLeft -= 1) {
    try {
      await session.run('SET SESSION lock_wait_timeout = 1');
      return await work();
    } catch (error) {
      if (!isLocked(error) || triesLeft === 0) throw error;
    } finally {
      await session.run('SET SESSION lock_wait_timeout = DEFAULT');
    }
    await wait(300);
  }
}

function renames({ database, incoming, tablesIn, outgoing, tablesOut }: Exchange): string {
  const move = (from: TableRef, to: TableRef) => `${refText(from)} TO ${refText(to)}`;
  return [
    ...tablesOut.map((table) => move({ database, table }, { database: outgoing, table })),
    ...tablesIn.map((table) => move({ database: incoming, table }, { database, table })),
  ].join(', ');
}

function refText({ database, table }: TableRef): string {
  return quoteTable(database, table);
}

/** The first table that somebody works in at this moment. The session must not wait for locks. */
async function findHeld(session: SqlSession, { database, tablesOut }: Exchange): Promise<string | undefined> {
  for (const table of tablesOut) {
    try {
      await session.run(`LOCK TABLES ${quoteTable(database, table)} WRITE`);
    } catch (error) {
      if (isSqlError(error, lockWaitTimeout)) return table;
    } finally {
      await session.run('UNLOCK TABLES');
    }
  }
  return undefined;
}

/** Whether nothing of `tables` is in `database`. */
export async function hasNone(session: SqlSession, database: string, tables: readonly string[]): Promise<boolean> {
  const found = await session.rows('SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?', [
    database,
  ]);
  const wanted = new Set(tables);
  return !found.some(({ name }) => name !== null && wanted.has(name ?? ''));
}

export async function ensureDatabase(session: SqlSession, name: string, defaults: TableDefaults): Promise<void> {
  await session.run(createDatabaseText(name, defaults).replace('CREATE DATABASE', 'CREATE DATABASE IF NOT EXISTS'));
}

/** Of a database: what new tables get. */
export interface TableDefaults {
  readonly charset: string;
  readonly collation: string;
}

export function createDatabaseText(name: string, { charset, collation }: TableDefaults): string {
  return `CREATE DATABASE ${quoteName(name)} CHARACTER SET ${plainWord(charset)} COLLATE ${plainWord(collation)}`;
}

/** Names of character sets are never quoted. They may come out of a hostile repository. */
function plainWord(word: string): string {
  if (/^[A-Za-z0-9_]{1,64}$/.test(word)) return word;
  throw new Failure('repository-damaged', { object: 'dump.json', problem: 'has an impossible character set' });
}
