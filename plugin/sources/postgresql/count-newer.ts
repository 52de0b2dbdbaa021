import { randomBytes } from 'node:crypto';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import type { NewerRows } from '../../domain/newer-rows.ts';
import type { StoredTable } from '../../domain/stored-database.ts';
import { nextNumbers, readSequences, text } from './read-catalog.ts';
import { dropRole, findOwner, holdPlan, lockRole, releasePlan, roleOf } from './roles.ts';
import { openSession, readLogin, useSession, type PgSession } from './session.ts';
import { nameOf, quoteName, quoteTable, quoteText, relationOf } from './sql-text.ts';

/** Names of columns that hold when a row was made, or changed, the surest first. */
const created = ['created_at', 'date_created', 'created', 'date_added', 'inserted_at', 'createdat', 'createdAt'];
const updated = ['updated_at', 'date_updated', 'modified_at', 'modified', 'updated', 'updatedat', 'updatedAt'];

/** Longer than this nobody waits for one table's number: it is left out then. */
const mostTime = '5s';

export interface Counting {
  readonly admin: PgSession;
  readonly configuration: DatabaseServerConfiguration;
  readonly database: string;
}

/**
 * Rows of live tables that came in, or were changed, after a dump. To compare values may run functions that a tenant made,
 * so it is done with the tenant's own rights, by a role that lives as long as this.
 * @param tables of the dump that are live too.
 */
export async function countNewer(
  counting: Counting,
  tables: readonly StoredTable[],
  dumpedAt: Date,
): Promise<Map<string, NewerRows>> {
  const newer = new Map<string, NewerRows>();
  await asOwner(counting, async (session) => {
    const columns = await readTimes(session);
    const numbers = nextNumbers(await readSequences(session));
    for (const table of tables) {
      const conditions = conditionsFor(table, columns.get(table.name) ?? [], { numbers, dumpedAt });
      const found = await countFirst(session, table.name, conditions);
      if (found !== undefined) newer.set(table.name, found);
    }
  });
  return newer;
}

/** Nothing is counted in a database that belongs to nobody but administrators. */
async function asOwner(
  { admin, configuration: { server, admin: administrator }, database }: Counting,
  use: (session: PgSession) => Promise<void>,
): Promise<void> {
  const look = await openSession(server, readLogin(administrator), database);
  const owner = await useSession(look, findOwner);
  if (owner === undefined) return;
  const id = randomBytes(8).toString('hex');
  const [user, password] = [roleOf(id), randomBytes(24).toString('base64url')];
  await holdPlan(admin, id);
  try {
    const on = quoteName(database);
    await admin.run(
      `CREATE ROLE ${quoteName(user)} LOGIN CONNECTION LIMIT 1 PASSWORD${quoteText(password)} IN ROLE ${quoteName(owner)}`,
    );
    await admin.run(`GRANT CONNECT ON DATABASE ${on} TO ${quoteName(user)}`);
    await useSession(await openSession(server, { user, password }, database), use);
  } finally {
    await endRole(admin, user, database);
    await releasePlan(admin, id);
  }
}

async function endRole(admin: PgSession, user: string, database: string): Promise<void> {
  await lockRole(admin, user);
  await admin.run(`REVOKE CONNECT ON DATABASE ${quoteName(database)} FROM ${quoteName(user)}`).catch(() => undefined);
  await dropRole(admin, user);
}

interface Condition {
  readonly by: NewerRows['by'];
  readonly column: string;
  readonly condition: string;
}

function conditionsFor(
  table: StoredTable,
  times: readonly string[],
  { numbers, dumpedAt }: { readonly numbers: ReturnType<typeof nextNumbers>; readonly dumpedAt: Date },
): Condition[] {
  const conditions: Condition[] = [];
  const numbered = numbers.get(table.name)?.column;
  if (numbered !== undefined && table.nextNumber !== undefined) {
    const condition = `${quoteName(numbered)} >= ${BigInt(table.nextNumber)}`;
    conditions.push({ by: 'key', column: numbered, condition });
  }
  for (const [by, names] of [
    ['created', created],
    ['updated', updated],
  ] as const) {
    const column = names.find((name) => times.includes(name));
    if (column === undefined) continue;
    conditions.push({
      by,
      column,
      condition: `${quoteName(column)} >${quoteText(dumpedAt.toISOString())}::timestamptz`,
    });
  }
  return conditions;
}

async function countFirst(
  session: PgSession,
  table: string,
  conditions: readonly Condition[],
): Promise<NewerRows | undefined> {
  const relation = relationOf(table);
  if (relation === undefined) return undefined;
  for (const { by, column, condition } of conditions) {
    const count = await countWhere(session, `${quoteTable(relation)} WHERE ${condition}`);
    if (count !== undefined && count > 0) return { count, by, column };
  }
  return undefined;
}

async function countWhere(session: PgSession, from: string): Promise<number | undefined> {
  try {
    const [row] = await session.rows(`SELECT count(*) AS count FROM ${from}`);
    return Number(row?.['count'] ?? 0);
  } catch {
    return undefined; // too slow, or a column that only looks like what it is named
  }
}

/** Columns that hold a time, by table. */
async function readTimes(session: PgSession): Promise<Map<string, string[]>> {
  await session.run(`SET statement_timeout = '${mostTime}'`);
  const rows = await session.rows(`SELECT n.nspname AS schema, c.relname AS name, a.attname AS "column"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND a.atttypid IN (1114, 1184)`);
  const times = new Map<string, string[]>();
  for (const row of rows) {
    const table = nameOf({ schema: text(row, 'schema'), name: text(row, 'name') });
    times.set(table, [...(times.get(table) ?? []), text(row, 'column')]);
  }
  return times;
}
