import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { dressTexts, readDress, type DatabaseDress } from './database-dress.ts';
import { text } from './read-catalog.ts';
import { dropRole } from './roles.ts';
import { isSqlError, openSession, readLogin, useSession, type PgSession } from './session.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** They reach nothing outside of a database. */
const harmlessExtensions = new Set([
  'bloom',
  'earthdistance',
  'postgis',
  'postgis_raster',
  'postgis_topology',
  'vector',
]);

export interface NewDatabase {
  /** Who may make things in it. */
  readonly role: string;
  readonly like: { readonly name: string; readonly charset: string; readonly collation: string };
  /** To be made if they are harmless; undefined: those that the live database has. */
  readonly extensions: readonly string[] | undefined;
}

/** Databases that Larder makes, moves and drops, as the administrator. */
export class HiddenDatabases {
  readonly #configuration: DatabaseServerConfiguration;
  readonly #admin: PgSession;

  constructor(configuration: DatabaseServerConfiguration, admin: PgSession) {
    this.#configuration = configuration;
    this.#admin = admin;
  }

  /** As the administrator: nothing that a tenant made may be called there. */
  open(database: string): Promise<PgSession> {
    return openSession(this.#configuration.server, readLogin(this.#configuration.admin), database);
  }

  async exists(database: string): Promise<boolean> {
    const [row] = await this.#admin.rows('SELECT 1 AS there FROM pg_database WHERE datname = $1', [database]);
    return row !== undefined;
  }

  async letReaderIn(database: string): Promise<void> {
    const { user } = this.#configuration.dump;
    const [row] = await this.#admin.rows(
      "SELECT has_database_privilege(rolname, $2, 'CONNECT') AS may FROM pg_roles WHERE rolname = $1",
      [user, database],
    );
    if (row?.['may'] === 'f')
      await this.#admin.run(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(user)}`);
  }

  /** An empty one, in which only the role may make anything. @throws {Failure} `database-refused`. */
  async create(database: string, { role, like, extensions }: NewDatabase): Promise<void> {
    await this.drop(database);
    const locale = `ENCODING${quoteText(like.charset)} LC_COLLATE${quoteText(like.collation)} LC_CTYPE${quoteText(like.collation)}`;
    try {
      await this.#admin.run(`CREATE DATABASE ${quoteName(database)} TEMPLATE template0 ${locale}`);
    } catch (error) {
      if (!isSqlError(error)) throw error;
      throw new Failure('database-refused', { database: like.name, problem: error.message }, { cause: error });
    }
    await this.#admin.run(`REVOKE ALL ON DATABASE ${quoteName(database)} FROM PUBLIC`);
    await this.#admin.run(`GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${quoteName(database)} TO ${quoteName(role)}`);
    await this.#extend(database, extensions ?? (await this.#extensionsOf(like.name)));
    await this.#inside(database, [`ALTER SCHEMA public OWNER TO ${quoteName(role)}`]);
    await this.letReaderIn(database);
  }

  /** Made while there is nothing else in it that their making could fall over. */
  async #extend(database: string, extensions: readonly string[]): Promise<void> {
    const harmless = extensions.filter((name) => harmlessExtensions.has(name));
    const texts = harmless.map((name) => `CREATE EXTENSION IF NOT EXISTS ${quoteName(name)} SCHEMA public CASCADE`);
    if (texts.length > 0) await this.#inside(database, texts);
  }

  /** Those that only an administrator may make, where the live database has them. */
  async #extensionsOf(live: string): Promise<string[]> {
    if (!(await this.exists(live))) return [];
    const found = await useSession(await this.open(live), (session) =>
      session.rows("SELECT extname AS name FROM pg_extension WHERE extnamespace = 'public'::regnamespace"),
    );
    return found.map((row) => text(row, 'name'));
  }

  /** The schema `public` is the database's owner's again, whoever that becomes; before PostgreSQL 15 the role's. */
  async settle(database: string): Promise<void> {
    const [row] = await this.#admin.rows("SELECT 1 AS known FROM pg_roles WHERE rolname = 'pg_database_owner'");
    if (row === undefined) return;
    try {
      await this.#inside(database, ['ALTER SCHEMA public OWNER TO pg_database_owner']);
    } catch (error) {
      if (!isSqlError(error, '3F000')) throw error; // what was loaded has dropped it
    }
  }

  /** Everything in it becomes another's, and the role goes. */
  async giveContents(database: string, role: string, owner: string): Promise<void> {
    const [known] = await this.#admin.rows('SELECT 1 AS known FROM pg_roles WHERE rolname = $1', [role]);
    if (known === undefined) return;
    await this.#inside(database, [
      `REASSIGN OWNED BY ${quoteName(role)} TO ${quoteName(owner)}`,
      `DROP OWNED BY ${quoteName(role)}`,
    ]);
    await dropRole(this.#admin, role);
  }

  /** A database that stayed a locked role's becomes its owner's who was made anew. */
  async giveTo(database: string, owner: string): Promise<void> {
    const dress = await readDress(this.#admin, database);
    for (const role of dress === undefined ? [] : await this.#ownRoles(database)) {
      await this.giveContents(database, role, owner);
      await this.#admin.run(`ALTER DATABASE ${quoteName(database)} OWNER TO ${quoteName(owner)}`);
    }
  }

  /** Lets it be seen. @param alike the database that it shall be like; undefined: only the administrator may use it. */
  async rename(from: string, to: string, alike: string | undefined, onRenamed?: () => Promise<unknown>): Promise<void> {
    const [was, like] = [
      await readDress(this.#admin, from),
      alike === undefined ? undefined : await readDress(this.#admin, alike),
    ];
    if (was === undefined) throw new Failure('database-refused', { database: to, problem: `${from} is gone` });
    const dress: DatabaseDress | undefined = like && { ...like, comment: undefined };
    try {
      await this.#admin.run(`ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`);
      await onRenamed?.();
      for (const sql of dress === undefined ? [] : dressTexts(to, dress, was)) await this.#admin.run(sql);
    } catch (error) {
      if (!isSqlError(error)) throw error;
      throw new Failure('database-refused', { database: to, problem: error.message }, { cause: error });
    }
  }

  /** With those of Larder's roles that own nothing else. */
  async drop(database: string): Promise<void> {
    const roles = await this.#ownRoles(database);
    await this.#admin.run(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
    for (const role of roles) await dropRole(this.#admin, role);
  }

  async #ownRoles(database: string): Promise<string[]> {
    const rows = await this.#admin.rows(
      `SELECT DISTINCT r.rolname AS name FROM pg_database d JOIN pg_shdepend s ON s.dbid = d.oid OR s.objid = d.oid
        JOIN pg_roles r ON r.oid = s.refobjid WHERE d.datname = $1 AND starts_with(r.rolname, 'larder_o_')`,
      [database],
    );
    return rows.map((row) => text(row, 'name'));
  }

  async #inside(database: string, statements: readonly string[]): Promise<void> {
    const session = await this.open(database);
    try {
      for (const sql of statements) await session.run(sql);
    } finally {
      await session.close();
    }
  }
}
