import type { NewerRows } from '../../domain/newer-rows.ts';
import type { StoredTable } from '../../domain/stored-database.ts';
import type { SqlRow, SqlSession } from './admin-session.ts';
import { text } from './read-definitions.ts';
import { quoteName, quoteTable } from './sql-text.ts';

/** Names of columns that hold when a row was made, or changed, the surest first. `_gmt` is UTC whatever the server's zone. */
const created = [
  'date_created_gmt',
  'post_date_gmt',
  'comment_date_gmt',
  'created_at',
  'date_created',
  'created',
  'date_added',
  'user_registered',
];
const updated = ['date_updated_gmt', 'post_modified_gmt', 'updated_at', 'date_updated', 'modified', 'updated'];

/** Longer than this nobody waits for one table's number: it is left out then. */
const mostSeconds = 5;

/**
 * Rows of live tables that came in, or were changed, after a dump. Tables about which nothing can be told are not in it.
 * @param tables of the dump that are live too.
 */
export async function countNewer(
  session: SqlSession,
  database: string,
  tables: readonly StoredTable[],
  dumpedAt: Date,
): Promise<Map<string, NewerRows>> {
  const columns = await readColumns(session, database);
  await limitStatements(session, mostSeconds);
  const newer = new Map<string, NewerRows>();
  for (const table of tables) {
    const found = await countInTable(session, database, { table, columns: columns.get(table.name) ?? [], dumpedAt });
    if (found !== undefined) newer.set(table.name, found);
  }
  await limitStatements(session, 0);
  return newer;
}

interface Column {
  readonly name: string;
  readonly isNumbered: boolean;
  readonly isTime: boolean;
}

interface Looked {
  readonly table: StoredTable;
  readonly columns: readonly Column[];
  readonly dumpedAt: Date;
}

async function countInTable(session: SqlSession, database: string, looked: Looked): Promise<NewerRows | undefined> {
  for (const { by, column, condition, values } of conditionsFor(looked)) {
    const count = await countWhere(session, `${quoteTable(database, looked.table.name)} WHERE ${condition}`, values);
    if (count !== undefined && count > 0) return { count, by, column };
  }
  return undefined;
}

interface Condition {
  readonly by: NewerRows['by'];
  readonly column: string;
  readonly condition: string;
  readonly values: readonly string[];
}

function conditionsFor({ table, columns, dumpedAt }: Looked): Condition[] {
  const conditions: Condition[] = [];
  const numbered = columns.find(({ isNumbered }) => isNumbered);
  if (numbered !== undefined && table.nextNumber !== undefined) {
    const condition = `${quoteName(numbered.name)} >= CAST(? AS UNSIGNED)`;
    conditions.push({ by: 'key', column: numbered.name, condition, values: [table.nextNumber] });
  }
  for (const [by, names] of [
    ['created', created],
    ['updated', updated],
  ] as const) {
    const column = names.find((name) => columns.some((other) => other.isTime && other.name === name));
    if (column !== undefined) conditions.push({ by, column, ...laterThan(column, dumpedAt) });
  }
  return conditions;
}

function laterThan(column: string, dumpedAt: Date): { condition: string; values: string[] } {
  if (column.endsWith('_gmt')) {
    const utc = dumpedAt.toISOString().slice(0, 19).replace('T', ' ');
    return { condition: `${quoteName(column)} > ?`, values: [utc] };
  }
  const seconds = String(Math.floor(dumpedAt.getTime() / 1000));
  return { condition: `${quoteName(column)} > FROM_UNIXTIME(CAST(? AS UNSIGNED))`, values: [seconds] };
}

async function countWhere(session: SqlSession, from: string, values: readonly string[]): Promise<number | undefined> {
  try {
    const [row] = await session.rows(`SELECT COUNT(*) AS count FROM ${from}`, values);
    return Number(row?.['count'] ?? 0);
  } catch {
    return undefined; // too slow, or a column that only looks like what it is named
  }
}

async function readColumns(session: SqlSession, database: string): Promise<Map<string, Column[]>> {
  const found = await session.rows(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, EXTRA AS extra, DATA_TYPE AS type
      FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?
      AND (EXTRA LIKE '%auto_increment%' OR DATA_TYPE IN ('datetime', 'timestamp'))`,
    [database],
  );
  const columns = new Map<string, Column[]>();
  for (const row of found) {
    const table = text(row, 'tableName');
    columns.set(table, [...(columns.get(table) ?? []), toColumn(row)]);
  }
  return columns;
}

function toColumn(row: SqlRow): Column {
  const isTime = row['type'] === 'datetime' || row['type'] === 'timestamp';
  return { name: text(row, 'name'), isNumbered: row['extra']?.includes('auto_increment') === true, isTime };
}

/** @param seconds 0: no limit. MariaDB has it in seconds, MySQL in milliseconds under another name. */
async function limitStatements(session: SqlSession, seconds: number): Promise<void> {
  try {
    await session.run(`SET SESSION max_statement_time = ${seconds}`);
  } catch {
    await session.run(`SET SESSION max_execution_time = ${seconds * 1000}`);
  }
}
