import type { LoadTables } from '../../contracts/database-restorer.ts';
import { Failure } from '../../domain/failure.ts';
import type { StoredTable } from '../../domain/stored-database.ts';
import type { SqlSession } from './admin-session.ts';
import { countRows, listTables } from './look-at-database.ts';
import { text } from './read-definitions.ts';
import { quoteTable } from './sql-text.ts';

/**
 * Whether what was loaded is what was dumped: every table, and as many rows in each.
 * @throws {Failure} `database-refused` naming the first that is not.
 */
export async function checkLoaded(
  session: SqlSession,
  into: string,
  { tables, description }: Pick<LoadTables, 'tables' | 'description'>,
): Promise<void> {
  const there = new Set((await listTables(session, into)).map((row) => text(row, 'name')));
  for (const table of tables) {
    const problem = there.has(table.name) ? await findProblem(session, into, table) : 'is missing after the load';
    if (problem !== undefined) {
      throw new Failure('database-refused', { database: description.name, problem: `${table.name} ${problem}` });
    }
  }
}

async function findProblem(session: SqlSession, into: string, table: StoredTable): Promise<string | undefined> {
  const { name, kind, rows } = table;
  const [created = {}] = await session.rows(`SHOW CREATE TABLE ${quoteTable(into, name)}`);
  if (liesElsewhere(created['Create Table'] ?? '')) return 'would lie in a folder outside of the server';
  if (kind === 'sequence') return undefined;
  const found = await countRows(session, { database: into, table: name });
  return found === rows ? undefined : `has ${found} rows in place of ${rows}`;
}

/** Whether a table's files would be put into a folder that its definition names. */
function liesElsewhere(definition: string): boolean {
  const options = definition.slice(definition.lastIndexOf('\n)') + 1); // columns stand before, partitions after
  return /\b(?:DATA|INDEX) DIRECTORY *=/i.test(options.replaceAll(/'(?:[^']|'')*'/g, ''));
}
