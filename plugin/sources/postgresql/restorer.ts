import type { DatabaseRestorer, LoadTables, ObjectProblem, PublishOrder } from '../../contracts/database-restorer.ts';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import type { ExchangeJournal } from '../../domain/exchange-journal.ts';
import { Failure } from '../../domain/failure.ts';
import { incomingDatabase, planOfIncoming } from '../../domain/hidden-database.ts';
import { freeBytesAt } from '../../platform/free-bytes.ts';
import { checkLoaded } from './check-loaded.ts';
import { countNewer } from './count-newer.ts';
import { exchangeDatabases, letIn, type DatabaseExchange } from './exchange-databases.ts';
import { HiddenDatabases } from './hidden-databases.ts';
import { loadScript, prepareSession } from './load-script.ts';
import { lookAtDatabase } from './look-at-database.ts';
import { text } from './read-catalog.ts';
import { findOwner, holdPlan, isHeld, lockRole, makeLoader, roleOf, sweepRoles } from './roles.ts';
import { findExtensions, roleMaker } from './scratch-ground.ts';
import { commonDatabase, openSession, readLogin, useSession, type PgSession } from './session.ts';
import { findMissing, restoreUsers } from './users.ts';

/**
 * @param ground `scratch`: the server of a drill, which is empty. It gets the extensions and roles that dumps need, as the
 * live one has them.
 * @throws {Failure} `database-unreachable`, `configuration-missing`.
 */
export async function openPostgresqlRestorer(
  configuration: DatabaseServerConfiguration,
  ground: 'live' | 'scratch' = 'live',
): Promise<DatabaseRestorer> {
  const admin = await openSession(configuration.server, readLogin(configuration.admin), commonDatabase);
  return new PostgresqlRestorer(configuration, admin, ground === 'scratch');
}

const never = new AbortController().signal;

class PostgresqlRestorer implements DatabaseRestorer {
  readonly engine = 'postgresql';
  readonly replacesTables = false;
  readonly #configuration: DatabaseServerConfiguration;
  readonly #admin: PgSession;
  readonly #hidden: HiddenDatabases;
  readonly #isScratch: boolean;
  /** Of a load, told when what was loaded is put in its place. */
  readonly #problems = new Map<string, readonly ObjectProblem[]>();

  constructor(configuration: DatabaseServerConfiguration, admin: PgSession, isScratch: boolean) {
    this.#configuration = configuration;
    this.#admin = admin;
    this.#isScratch = isScratch;
    this.#hidden = new HiddenDatabases(configuration, admin);
  }

  async version(): Promise<string> {
    const [row = {}] = await this.#admin.rows("SELECT current_setting('server_version') AS version");
    return text(row, 'version');
  }

  async look(database: string) {
    if (!(await this.#hidden.exists(database))) return undefined;
    await this.#hidden.letReaderIn(database);
    return lookAtDatabase(this.#configuration, database);
  }

  countNewer(...[database, tables, dumpedAt]: Parameters<DatabaseRestorer['countNewer']>) {
    return countNewer({ admin: this.#admin, configuration: this.#configuration, database }, tables, dumpedAt);
  }

  findMissingUsers(users: Parameters<DatabaseRestorer['findMissingUsers']>[0]) {
    return findMissing(this.#admin, users, this.#configuration.admin.user);
  }

  async restoreUsers(...[users, from, database]: Parameters<DatabaseRestorer['restoreUsers']>) {
    const { owner, problems } = await restoreUsers(this.#admin, users, { from, database });
    if (owner !== undefined) await this.#hidden.giveTo(database, owner);
    return problems;
  }

  async freeBytes(): Promise<number | undefined> {
    if (!('socketPath' in this.#configuration.server)) return undefined;
    const [row = {}] = await this.#admin.rows("SELECT current_setting('data_directory') AS folder");
    return freeBytesAt(text(row, 'folder')); // a socket may lead into a container
  }

  async load(order: LoadTables): Promise<void> {
    const into = incomingDatabase(order.id);
    await holdPlan(this.#admin, order.id);
    try {
      const login = await makeLoader(this.#admin, order.id);
      const extensions = this.#isScratch ? await findExtensions(order.ahead) : undefined;
      await this.#hidden.create(into, { role: login.user, like: order.description, extensions });
      await this.#loadInto(into, order, login);
      await this.#hidden.settle(into);
      await this.#check(into, order);
    } catch (error) {
      await this.#hidden.drop(into).catch(() => undefined); // the sweep does it otherwise
      throw error;
    }
  }

  async #loadInto(into: string, order: LoadTables, login: Awaited<ReturnType<typeof makeLoader>>): Promise<void> {
    const { content, description, tables, signal } = order;
    const isWhole = tables.length === description.tables.length;
    const chosen = isWhole ? undefined : new Set(tables.map(({ name }) => name));
    const session = await openSession(this.#configuration.server, login, into);
    const stop = (): void => void session.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await prepareSession(session);
      const help = this.#isScratch ? roleMaker(this.#admin) : undefined;
      const problems = await loadScript({ session, content, chosen, database: description.name, help, signal });
      this.#problems.set(into, problems);
    } catch (error) {
      throw signal.aborted ? new Failure('cancelled', { action: 'run-plan' }, { cause: error }) : error;
    } finally {
      signal.removeEventListener('abort', stop);
      await session.close();
      await lockRole(this.#admin, login.user);
    }
  }

  async #check(into: string, { tables, description }: LoadTables): Promise<void> {
    const session = await this.#hidden.open(into);
    try {
      await checkLoaded(session, { tables, database: description.name });
    } finally {
      await session.close();
    }
  }

  async publish({ id, name, alike, onMade }: PublishOrder): Promise<ObjectProblem[]> {
    const incoming = incomingDatabase(id);
    if (await this.#hidden.exists(name)) {
      throw new Failure('database-refused', { database: name, problem: 'there is one of that name meanwhile' });
    }
    await this.#giveContents(incoming, alike);
    await this.#hidden.rename(incoming, name, alike, onMade);
    return this.#problemsOf(incoming);
  }

  async exchange(order: ExchangeJournal, signal: AbortSignal): Promise<ObjectProblem[]> {
    if (!order.isNew) await this.#giveContents(order.incoming, order.database);
    await this.#exchange(order, signal);
    return this.#problemsOf(order.incoming);
  }

  async putBack(order: ExchangeJournal): Promise<ObjectProblem[]> {
    const { database, incoming, outgoing, isNew } = order;
    const wasExchanged = isNew ? !(await this.#hidden.exists(incoming)) : await this.#hidden.exists(outgoing);
    if (wasExchanged) await this.#exchange({ database, incoming: outgoing, outgoing: incoming, isNew: false }, never);
    if (!isNew) await letIn(this.#admin, database);
    return [];
  }

  async #exchange(
    names: Pick<DatabaseExchange, 'database' | 'incoming' | 'outgoing'> & Pick<ExchangeJournal, 'isNew'>,
    signal: AbortSignal,
  ) {
    const { database, incoming, outgoing, isNew } = names;
    const { admin, dump } = this.#configuration;
    const exchange = { database, incoming, outgoing, admin: admin.user, reader: dump.user };
    if (!isNew) await letIn(this.#admin, database);
    const isThere = !isNew && (await this.#hidden.exists(database));
    const live = isThere ? await this.#hidden.open(database) : undefined;
    await exchangeDatabases(this.#admin, exchange, live, signal);
  }

  /** What a load made becomes the owner's of the live database; without one it stays the locked role's. */
  async #giveContents(incoming: string, alike: string | undefined): Promise<void> {
    const plan = planOfIncoming(incoming);
    if (plan === undefined || alike === undefined || !(await this.#hidden.exists(alike))) return;
    await letIn(this.#admin, alike);
    const owner = await useSession(await this.#hidden.open(alike), findOwner);
    if (owner !== undefined) await this.#hidden.giveContents(incoming, roleOf(plan), owner);
  }

  #problemsOf(incoming: string): ObjectProblem[] {
    return [...(this.#problems.get(incoming) ?? [])];
  }

  drop(database: string): Promise<void> {
    return this.#hidden.drop(database);
  }

  async sweep(kept: ReadonlySet<string>): Promise<void> {
    for (const row of await this.#admin.rows('SELECT datname AS name FROM pg_database')) {
      const plan = planOfIncoming(text(row, 'name'));
      if (plan === undefined || kept.has(plan)) continue;
      if (!(await isHeld(this.#admin, plan))) await this.#hidden.drop(text(row, 'name'));
    }
    await sweepRoles(this.#admin, (plan) => isHeld(this.#admin, plan));
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}
