import { Failure } from '../../domain/failure.ts';
import type { StoredTable } from '../../domain/stored-database.ts';
import { countRows } from './count-rows.ts';
import { readTables, type CatalogTable } from './read-catalog.ts';
import { isSqlError, type PgSession } from './session.ts';

/**
 * Whether what was loaded is what was dumped: every table, and as many rows in each.
 * @param session to the database that was loaded, when nobody else is in it any more.
 * @throws {Failure} `database-refused` naming the first that is not.
 */
export async function checkLoaded(
  session: PgSession,
  { tables, database }: { readonly tables: readonly StoredTable[]; readonly database: string },
): Promise<void> {
  const there = await readTables(session);
  for (const table of tables) {
    const problem = await findProblem(session, table, there.get(table.name));
    if (problem !== undefined) throw new Failure('database-refused', { database, problem: `${table.name} ${problem}` });
  }
}

async function findProblem(
  session: PgSession,
  { rows }: StoredTable,
  found: CatalogTable | undefined,
): Promise<string | undefined> {
  if (found === undefined) return 'is missing after the load';
  try {
    const count = found.hasRows ? await countRows(session, found) : 0;
    return count === rows ? undefined : `has ${count} rows in place of ${rows}`;
  } catch (error) {
    if (isSqlError(error)) return error.message;
    throw error;
  }
}
