import { statfsSync } from 'node:fs';
import type { DatabaseRestorer, LoadTables, ObjectProblem, PublishOrder } from '../../contracts/database-restorer.ts';
import type { ExchangeJournal } from '../../domain/exchange-journal.ts';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { Failure, isFailure } from '../../domain/failure.ts';
import { incomingDatabase, planOfIncoming } from '../../domain/hidden-database.ts';
import type { StoredDefinitions } from '../../domain/stored-database.ts';
import { dropAccount, makeLoader, makeOwner, openAsOwner, ownerOf, sweepAccounts } from './accounts.ts';
import { isSqlError, openSession, readLogin, type SqlSession } from './admin-session.ts';
import { checkLoaded } from './check-loaded.ts';
import { countNewer } from './count-newer.ts';
import {
  createDatabaseText,
  ensureDatabase,
  exchangeTables,
  hasNone,
  insist,
  type TableDefaults,
} from './exchange-tables.ts';
import { findMissing, grantAlike, restoreUsers } from './grants.ts';
import { loadWithClient, type ClientIsolation } from './load-client.ts';
import { lookAtDatabase } from './look-at-database.ts';
import { dropDefinitions, makeDefinitions } from './make-definitions.ts';
import { planDefinitions } from './plan-definitions.ts';
import { readDefinitions, text } from './read-definitions.ts';
import { quoteName, quoteTable } from './sql-text.ts';

/**
 * @param isolation how the client that loads is cut off, as the server of a drill is; undefined: it runs as the customer's
 * own programs do.
 * @throws {Failure} `database-unreachable`, `configuration-missing`.
 */
export async function openMysqlRestorer(
  configuration: DatabaseServerConfiguration,
  isolation?: ClientIsolation,
): Promise<DatabaseRestorer> {
  const admin = await openSession(configuration.server, readLogin(configuration.admin));
  return new MysqlRestorer(configuration, admin, isolation);
}

const never = new AbortController().signal;

class MysqlRestorer implements DatabaseRestorer {
  readonly engine = 'mysql';
  readonly replacesTables = true;
  readonly #configuration: DatabaseServerConfiguration;
  readonly #admin: SqlSession;
  readonly #isolation: ClientIsolation | undefined;

  constructor(configuration: DatabaseServerConfiguration, admin: SqlSession, isolation: ClientIsolation | undefined) {
    this.#configuration = configuration;
    this.#admin = admin;
    this.#isolation = isolation;
  }

  async version(): Promise<string> {
    const [row = {}] = await this.#admin.rows('SELECT VERSION() AS version');
    return text(row, 'version');
  }

  look(database: string) {
    return this.#asReader((session) => lookAtDatabase(session, database));
  }

  countNewer(...[database, tables, dumpedAt]: Parameters<DatabaseRestorer['countNewer']>) {
    return this.#asReader((session) => countNewer(session, database, tables, dumpedAt));
  }

  /**
   * As who makes dumps, and may run no function: a view that a tenant puts in the place of a table this very moment would
   * run one with the rights of whoever counts (CREATE VIEW, SQL SECURITY INVOKER).
   */
  async #asReader<Found>(find: (session: SqlSession) => Promise<Found>): Promise<Found> {
    const session = await openSession(this.#configuration.server, readLogin(this.#configuration.dump));
    try {
      return await find(session);
    } finally {
      await session.close();
    }
  }

  findMissingUsers(users: Parameters<DatabaseRestorer['findMissingUsers']>[0]) {
    return findMissing(this.#admin, users, this.#configuration.admin.user);
  }

  restoreUsers(...[users, from, database]: Parameters<DatabaseRestorer['restoreUsers']>) {
    return restoreUsers(this.#admin, users, { from, database });
  }

  async freeBytes(): Promise<number | undefined> {
    if (!('socketPath' in this.#configuration.server)) return undefined;
    const [row = {}] = await this.#admin.rows('SELECT @@datadir AS folder');
    try {
      const { bavail, bsize } = statfsSync(text(row, 'folder'));
      return bavail * bsize;
    } catch {
      return undefined; // a socket that leads into a container
    }
  }

  async load(order: LoadTables): Promise<void> {
    const into = incomingDatabase(order.id);
    await this.#hold(order.id);
    try {
      await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(into)}`);
      await ensureDatabase(this.#admin, into, order.description);
      await this.#loadInto(into, order);
      await checkLoaded(this.#admin, into, order);
    } catch (error) {
      await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(into)}`).catch(() => {}); // the sweep does it otherwise
      throw error;
    }
  }

  async #loadInto(into: string, order: LoadTables): Promise<void> {
    const { server } = this.#configuration;
    const login = await makeLoader(this.#admin, server, { id: order.id, database: into });
    try {
      const { content, user, signal, description } = order;
      const isolation = this.#isolation;
      await loadWithClient({ server, login, into, user, isolation, content, signal, database: description.name });
    } finally {
      await dropAccount(this.#admin, login);
    }
  }

  async publish({ id, description, tables, definitions, name, alike, onMade }: PublishOrder): Promise<ObjectProblem[]> {
    const from = incomingDatabase(id);
    await this.#create(name, description);
    await onMade?.();
    const moves = tables.map((table) => `${quoteTable(from, table)} TO ${quoteTable(name, table)}`);
    if (moves.length > 0) await this.#admin.run(`RENAME TABLE ${moves.join(', ')}`);
    await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(from)}`);
    const problems = await this.#makeAsOwner(name, definitions, false);
    if (alike !== undefined) await grantAlike(this.#admin, alike, name);
    return problems;
  }

  /** @throws {Failure} `database-refused`, above all when there is one of that name. */
  async #create(name: string, defaults: TableDefaults): Promise<void> {
    try {
      await this.#admin.run(createDatabaseText(name, defaults));
    } catch (error) {
      if (!isSqlError(error)) throw error;
      throw new Failure('database-refused', { database: name, problem: error.message }, { cause: error });
    }
  }

  async exchange(order: ExchangeJournal, signal: AbortSignal): Promise<ObjectProblem[]> {
    signal.throwIfAborted();
    if (order.isNew) await this.#create(order.database, order);
    await ensureDatabase(this.#admin, order.outgoing, order);
    try {
      await this.#exchangeTables(order, order.before, signal);
    } catch (error) {
      if (isFailure(error, 'database-busy'))
        await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(order.outgoing)}`);
      throw error;
    }
    const problems = await this.#applyDefinitions(order);
    await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(order.incoming)}`);
    return problems;
  }

  async putBack(order: ExchangeJournal): Promise<ObjectProblem[]> {
    const back: ExchangeJournal = {
      ...order,
      incoming: order.outgoing,
      outgoing: order.incoming,
      tablesIn: order.tablesOut,
      tablesOut: order.tablesIn,
      wanted: order.before,
      definer: 'kept',
    };
    const wasExchanged = await this.#wasExchanged(order);
    if (wasExchanged) {
      await ensureDatabase(this.#admin, back.outgoing, order);
      await this.#exchangeTables(back, await readDefinitions(this.#admin, order.database), never);
    }
    const isOurs = wasExchanged || (!order.isNew && (await this.#isThere(order.database)));
    const problems = isOurs ? await insist(this.#admin, () => this.#applyDefinitions(back)) : [];
    await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(order.outgoing)}`);
    return problems;
  }

  /** All tables go in one instant, so one tells of all. Only hidden databases are asked: in the live one others work. */
  async #wasExchanged({ incoming, outgoing, tablesOut, tablesIn }: ExchangeJournal): Promise<boolean> {
    if (tablesOut.length > 0) return !(await hasNone(this.#admin, outgoing, tablesOut));
    return tablesIn.length > 0 && hasNone(this.#admin, incoming, tablesIn);
  }

  async #isThere(database: string): Promise<boolean> {
    const sql = 'SELECT 1 AS there FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?';
    return (await this.#admin.rows(sql, [database])).length > 0;
  }

  async #exchangeTables(order: ExchangeJournal, live: StoredDefinitions, signal: AbortSignal): Promise<void> {
    const leaving = new Set(order.tablesOut);
    const triggers = live.triggers.filter(({ table }) => leaving.has(table));
    const putBackTriggers = async (): Promise<void> => {
      await this.#admin.run(`USE ${quoteName(order.database)}`);
      const { triggers: there } = await readDefinitions(this.#admin, order.database);
      const names = new Set(there.map(({ name }) => name));
      const missing = triggers.filter(({ name }) => !names.has(name));
      const only = { routines: [], views: [], triggers: missing, events: [] };
      await makeDefinitions(this.#admin, only, { definer: 'kept', eventsRun: true });
    };
    await exchangeTables(this.#admin, { ...order, triggers }, putBackTriggers, signal);
  }

  async #applyDefinitions(order: ExchangeJournal): Promise<ObjectProblem[]> {
    const live = await readDefinitions(this.#admin, order.database);
    const { drop, make } = planDefinitions(live, order);
    await dropDefinitions(this.#admin, drop);
    if (order.definer === 'own') return this.#makeAsOwner(order.database, make, true);
    await this.#makeDefiner(order.database, make);
    return makeDefinitions(this.#admin, make, { definer: 'kept', eventsRun: true });
  }

  /** What was Larder's owner's is so again: that account goes with its database. */
  async #makeDefiner(database: string, { routines, views, triggers, events }: StoredDefinitions): Promise<void> {
    const { server } = this.#configuration;
    const { user, host } = ownerOf(database, server);
    const made = [...routines, ...views, ...triggers, ...events];
    if (made.some(({ definer }) => definer === `${user}@${host}`)) await makeOwner(this.#admin, server, database);
  }

  async #makeAsOwner(database: string, definitions: StoredDefinitions, eventsRun: boolean): Promise<ObjectProblem[]> {
    if (Object.values<readonly unknown[]>({ ...definitions }).every((list) => list.length === 0)) return [];
    const owner = await openAsOwner(this.#admin, this.#configuration.server, database);
    try {
      return await makeDefinitions(owner, definitions, { definer: 'own', eventsRun });
    } finally {
      await owner.close();
    }
  }

  async drop(database: string): Promise<void> {
    await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(database)}`);
    await dropAccount(this.#admin, ownerOf(database, this.#configuration.server));
  }

  async sweep(kept: ReadonlySet<string>): Promise<void> {
    await sweepAccounts(this.#admin, (id) => this.#isHeld(id));
    for (const row of await this.#admin.rows('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA')) {
      const name = text(row, 'name');
      const plan = planOfIncoming(name);
      if (plan === undefined || kept.has(plan)) continue;
      if (!(await this.#isHeld(plan))) await this.#admin.run(`DROP DATABASE ${quoteName(name)}`);
    }
  }

  /** As long as this connection lives: whoever sweeps sees that somebody is at work. */
  async #hold(id: string): Promise<void> {
    await this.#admin.rows('SELECT GET_LOCK(?, 5)', [lockName(id)]);
  }

  async #isHeld(id: string): Promise<boolean> {
    const [row] = await this.#admin.rows('SELECT IS_FREE_LOCK(?) AS free', [lockName(id)]);
    return row?.['free'] !== '1';
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}

function lockName(id: string): string {
  return `larder:${id}`;
}
