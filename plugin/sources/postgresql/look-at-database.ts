import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import type { LiveDatabase, LiveTable, TableRef } from '../../domain/live-database.ts';
import { countRows } from './count-rows.ts';
import { definitionsOf } from './definitions-of.ts';
import { readingUser } from './peer-socket.ts';
import { planLayout, type TableLayout } from './plan-layout.ts';
import { readTables, text, type CatalogTable } from './read-catalog.ts';
import { readSchema } from './read-schema.ts';
import { isSqlError, openSession, readLogin, type PgSession } from './session.ts';
import { nameOf } from './sql-text.ts';
import { UnexpectedDump } from './unexpected-dump.ts';

/** More rows than the server guesses here are not counted: it would take longer than people wait. */
const mostCounted = 2_000_000;
const never = new AbortController().signal;

/**
 * With the rights of who reads, who may change nothing.
 * @returns undefined when there is no such database. @throws {Failure} `database-unreachable`, `database-dump-failed`.
 */
export async function lookAtDatabase(
  configuration: DatabaseServerConfiguration,
  database: string,
): Promise<LiveDatabase | undefined> {
  const { server } = configuration;
  const login = readLogin(configuration.dump);
  try {
    const session = await openSession(server, login, database);
    try {
      const order = { server: session.server, login, database, snapshot: undefined, user: readingUser(configuration) };
      return await look(session, database, planLayout((await readSchema(order, never)).entries));
    } finally {
      await session.close();
    }
  } catch (error) {
    if (isSqlError(error, '3D000')) return undefined;
    if (!isSqlError(error) && !(error instanceof UnexpectedDump)) throw error;
    throw new Failure('database-dump-failed', { database, problem: error.message }, { cause: error });
  }
}

async function look(session: PgSession, name: string, layout: ReturnType<typeof planLayout>): Promise<LiveDatabase> {
  const [facts = {}] = await session.rows(`SELECT current_setting('server_version') AS version,
    pg_encoding_to_char(encoding) AS charset, datcollate AS collation FROM pg_database WHERE datname = current_database()`);
  const there = await readTables(session);
  const references = await readReferences(session, name);
  const tables: LiveTable[] = [];
  for (const table of layout.tables) {
    const found = there.get(table.title);
    if (found !== undefined) tables.push(await describe(session, table, { found, references }));
  }
  return {
    name,
    serverVersion: text(facts, 'version'),
    charset: text(facts, 'charset'),
    collation: text(facts, 'collation'),
    tables: tables.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    definitions: definitionsOf(layout),
    referredFrom: [], // foreign keys never leave a database
  };
}

async function describe(
  session: PgSession,
  { title, access, definition, definitionSha256 }: TableLayout,
  { found, references }: { readonly found: CatalogTable; readonly references: ReadonlyMap<string, TableRef[]> },
): Promise<LiveTable> {
  const { hasRows, guessedRows, bytes } = found;
  const isMany = guessedRows > mostCounted;
  return {
    name: title,
    kind: 'table',
    engine: access,
    rows: !hasRows ? 0 : isMany ? guessedRows : await countRows(session, found),
    bytes,
    definition,
    definitionSha256,
    refersTo: references.get(title) ?? [],
  };
}

/** By the table that refers. */
async function readReferences(session: PgSession, database: string): Promise<Map<string, TableRef[]>> {
  const rows = await session.rows(`SELECT DISTINCT n.nspname AS schema, c.relname AS name, fn.nspname AS "otherSchema",
      f.relname AS "otherName"
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace WHERE k.contype = 'f'`);
  const references = new Map<string, TableRef[]>();
  for (const row of rows) {
    const table = nameOf({ schema: text(row, 'schema'), name: text(row, 'name') });
    const other = nameOf({ schema: text(row, 'otherSchema'), name: text(row, 'otherName') });
    references.set(table, [...(references.get(table) ?? []), { database, table: other }]);
  }
  return references;
}
