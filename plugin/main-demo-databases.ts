/** The demo's own MariaDB, when it can be had. Wiring only. */
import { existsSync } from 'node:fs';
import type { DatabaseChange } from './demo/database/database-change.ts';
import type { DatabasesOff } from './demo/guide.ts';
import { databaseServerFiles } from './demo/database/server-files.ts';
import { databasePackages, hasDatabasePrograms, installDatabasePrograms } from './demo/database/server-programs.ts';
import { makeDatabaseServer, startDatabaseServer, type DatabaseServer } from './demo/database/server.ts';
import type { SettledAccount } from './demo/settle-accounts.ts';
import { databaseName, databasePassword } from './demo/site-settings.ts';
import { makeDumpLogins } from './main-dump-logins.ts';
import { loadConfiguration } from './platform/configuration.ts';
import type { Environment } from './platform/environment.ts';
import { openSession, readLogin, type SqlSession } from './sources/mysql/admin-session.ts';
import { grantName, quoteAccount, quoteName, quoteText } from './sources/mysql/sql-text.ts';

/** A server that runs, or why there is none; `command` turns databases on. */
export type DemoDatabases =
  | { readonly kind: 'on'; readonly server: DatabaseServer }
  | ({ readonly kind: 'off' } & DatabasesOff);

export interface DatabasesWish {
  readonly folder: string;
  /** Everybody's ids, when a server is to be made; undefined: one that is there is started. */
  readonly accounts: readonly SettledAccount[] | undefined;
  readonly isRoot: boolean;
  readonly signal: AbortSignal;
  /** Told before something takes a while. */
  readonly onInstall: () => void;
}

const again = 'npm start -- --fresh';

export async function openDemoDatabases(wish: DatabasesWish): Promise<DemoDatabases> {
  const { folder, accounts, signal } = wish;
  if (accounts === undefined && !existsSync(databaseServerFiles(folder).data)) {
    return { kind: 'off', reason: 'made-without', detail: '', command: again };
  }
  const missing = await findMissing(wish);
  if (missing !== undefined) return missing;
  try {
    if (accounts !== undefined) await makeDatabaseServer(folder, ownerAfter(accounts), signal);
    return { kind: 'on', server: await startDatabaseServer(folder, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return {
      kind: 'off',
      reason: 'failed',
      detail: error instanceof Error ? error.message : String(error),
      command: again,
    };
  }
}

async function findMissing({ isRoot, signal, onInstall }: DatabasesWish): Promise<DemoDatabases | undefined> {
  if (hasDatabasePrograms()) return undefined;
  const install = `apt-get install ${databasePackages.join(' ')} && ${again}`;
  if (!isRoot) return { kind: 'off', reason: 'not-installed', detail: '', command: `sudo ${install}` };
  onInstall();
  const problem = await installDatabasePrograms(signal);
  signal.throwIfAborted();
  return problem === undefined
    ? undefined
    : { kind: 'off', reason: 'not-installed', detail: ` (${problem})`, command: install };
}

/** As root a uid of its own, the next after the customers'. */
function ownerAfter(accounts: readonly SettledAccount[]): { uid: number; gid: number } {
  const [first] = accounts;
  if (first === undefined) throw new Error('the demo has no accounts');
  if (!first.gives) return first;
  const next = Math.max(...accounts.map(({ uid }) => uid)) + 1;
  return { uid: next, gid: next };
}

/** Makes each account's database and its user, and the account that dumps them. */
export async function settleDatabases(environment: Environment, accounts: readonly SettledAccount[]): Promise<void> {
  const configuration = loadConfiguration(environment);
  await makeDumpLogins(configuration);
  const session = await openAdministrator(environment);
  try {
    for (const { name } of accounts) {
      const database = databaseName(name);
      const user = quoteAccount({ user: database, host: 'localhost' });
      await session.run(`CREATE DATABASE ${quoteName(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
      await session.run(`CREATE USER ${user} IDENTIFIED BY ${quoteText(databasePassword(name))}`);
      await session.run(`GRANT ALL PRIVILEGES ON ${grantName(database)}.* TO ${user}`);
    }
  } finally {
    await session.close();
  }
}

export interface DatabaseLife {
  live(account: string, changes: Iterable<DatabaseChange>): Promise<void>;
  close(): Promise<void>;
}

export async function openDatabaseLife(environment: Environment): Promise<DatabaseLife> {
  const session = await openAdministrator(environment);
  // As sites do it, and as quick as a demo should be made.
  await session.run("SET sql_mode = 'NO_ENGINE_SUBSTITUTION', unique_checks = 0");
  return {
    async live(account, changes) {
      await session.run(`USE ${quoteName(databaseName(account))}`);
      await session.run('BEGIN');
      for (const { sql } of changes) await session.run(sql);
      await session.run('COMMIT');
    },
    close: () => session.close(),
  };
}

async function openAdministrator(environment: Environment): Promise<SqlSession> {
  const [server] = loadConfiguration(environment).databases;
  if (server === undefined) throw new Error('the demo has no server of databases');
  return openSession(server.server, readLogin(server.admin));
}
