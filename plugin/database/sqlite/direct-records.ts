import type Database from 'better-sqlite3';
import type { Records, RunRecord } from '../../contracts/records.ts';
import type { Account, PanelAccount } from '../../domain/account.ts';
import { parseGeneration, type Generation, type ServerId } from '../../domain/ids.ts';
import { planAccountChanges, withGenerations, type AccountRow } from '../account-rows.ts';
import { explainUnreachable } from '../explain-unreachable.ts';
import { toRepositoryRecord, toRepositoryRow, type RepositoryRow } from '../repositories.ts';
import { toRunRecord, toRunRow, type RunRow } from '../runs.ts';
import { insertInto } from './insert-into.ts';

export interface DirectBook {
  readonly database: Database;
  readonly server: ServerId;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (sizeBytes: number) => Buffer;
}

type SeldomAsked =
  | 'close'
  | 'listRuns'
  | 'listRepositories'
  | 'removeRunsBefore'
  | 'exchangeRepository'
  | 'listFormerRepositories'
  | 'addFormerRepository'
  | 'closeFormerRepository'
  | 'dropFormerRepository';

/** Records in SQLite without Knex, which takes longer to load than most commands take. What is left out is the owner's. */
export function directRecords(book: DirectBook): Omit<Records, SeldomAsked> {
  const { database } = book;
  return {
    recordAccounts: (seen, at) => explainUnreachable(async () => recordAccounts(book, seen, at)),
    findRepository: (generation, destination) =>
      explainUnreachable(async () => {
        const find = database.prepare('SELECT * FROM repositories WHERE generation = ? AND destination = ?');
        const row = find.get(generation, destination) as RepositoryRow | undefined;
        return row === undefined ? undefined : toRepositoryRecord(row);
      }),
    addRepository: (record) =>
      explainUnreachable(async () => insertInto(database, 'repositories', toRepositoryRow(record))),
    adoptGeneration: (account, generation, at) =>
      explainUnreachable(async () => adoptGeneration(book, account, generation, at)),
    addRun: (run) =>
      explainUnreachable(async () => insertInto(database, 'runs', toRunRow(run, book.randomBytes(16).toString('hex')))),
    lastRuns: () => explainUnreachable(async () => lastRuns(book)),
  };
}

/** Each statement may be repeated; the table has room for one row per server, name and uid. */
function recordAccounts(book: DirectBook, seen: readonly PanelAccount[], at: Date): Account[] {
  const { added, gone, back } = planAccountChanges(readAccounts(book), seen);
  if (added.length + gone.length + back.length === 0) return withGenerations(seen, readAccounts(book));
  inOneStep(book.database, () => {
    addAccounts(book, added, at);
    markGone(book, gone, at.getTime());
    markGone(book, back, null);
  });
  return withGenerations(seen, readAccounts(book));
}

/** As `adoptGeneration` in `accounts.ts`. */
function adoptGeneration(book: DirectBook, account: PanelAccount, generation: Generation, at: Date): boolean {
  const { database, server } = book;
  const { name, uid } = account;
  const find = database.prepare('SELECT generation FROM accounts WHERE server = ? AND name = ? AND uid = ?');
  const current = (): string | undefined =>
    (find.get(server, name, uid) as { generation: string } | undefined)?.generation;
  inOneStep(database, () => {
    addAccounts(book, [account], at);
    const own = database.prepare('SELECT 1 FROM repositories WHERE generation = ?').get(current() ?? '');
    if (own !== undefined) return;
    const update = 'UPDATE accounts SET generation = ?, gone_at = NULL WHERE server = ? AND name = ? AND uid = ?';
    database.prepare(update).run(generation, server, name, uid);
  });
  return current() === generation;
}

function readAccounts({ database, server }: DirectBook): AccountRow[] {
  return database.prepare('SELECT * FROM accounts WHERE server = ?').all(server) as AccountRow[];
}

function addAccounts({ database, server, randomBytes }: DirectBook, added: readonly PanelAccount[], at: Date): void {
  const insert = database.prepare(
    'INSERT INTO accounts (server, name, uid, generation, first_seen_at, gone_at) VALUES (?, ?, ?, ?, ?, NULL)' +
      ' ON CONFLICT (server, name, uid) DO NOTHING',
  );
  for (const { name, uid } of added) insert.run(server, name, uid, randomBytes(16).toString('hex'), at.getTime());
}

function markGone({ database, server }: DirectBook, generations: readonly string[], goneAt: number | null): void {
  const update = database.prepare('UPDATE accounts SET gone_at = ? WHERE server = ? AND generation = ?');
  for (const generation of generations) update.run(goneAt, server, generation);
}

/** All of it or nothing. */
function inOneStep(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const newestRuns = `SELECT * FROM (
    SELECT runs.*, ROW_NUMBER() OVER (
      PARTITION BY generation ORDER BY finished_at DESC, started_at DESC, run_id DESC
    ) AS place
    FROM runs
    WHERE failure_code IS NULL AND kind NOT IN ('database', 'partial') AND generation IN (SELECT generation FROM accounts WHERE server = ?)
  ) WHERE place = 1`;

function lastRuns({ database, server }: DirectBook): Map<Generation, RunRecord> {
  const rows = database.prepare(newestRuns).all(server) as RunRow[];
  return new Map(rows.map((row) => [parseGeneration(row.generation), toRunRecord(row)]));
}
