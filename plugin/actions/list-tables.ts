import type { LiveTable } from '../domain/live-database.ts';
import type { StoredTable } from '../domain/stored-database.ts';
import type { TableLine, TablesReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import type { StoredDatabase } from '../engine/stored-database.ts';
import { findPointOf, onDatabaseGround, openStored, type DatabaseGround } from './database-ground.ts';
import { findAccount } from './find-account.ts';
import { toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';

/**
 * The tables of a database then and now; nothing is loaded.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `unknown-database`, `database-unreachable`.
 */
export async function listTables(
  { services }: Performing,
  request: Extract<Request, { kind: 'tables' }>,
): Promise<TablesReport> {
  const account = await findAccount(services, request.account);
  return onDatabaseGround(services, account, request, async (ground) => {
    const { description } = ground.stored;
    const { rows, bytes, views, routines, triggers, events } = description.counts;
    return {
      account: account.name,
      point: toPointLine(ground.snapshot),
      database: ground.ref.name,
      engine: ground.ref.engine,
      version: description.serverVersion,
      versionNow: await ground.restorer.version(),
      isLive: ground.live !== undefined,
      replacesTables: ground.restorer.replacesTables,
      rows,
      bytes,
      views,
      routines,
      triggers,
      events,
      tables: await compareTables(ground),
    };
  });
}

/** What is different first, else by name. */
export async function compareTables(ground: DatabaseGround): Promise<TableLine[]> {
  const { stored, live, restorer, ref } = ground;
  const newest = await openNewest(ground);
  const now = new Map((live?.tables ?? []).map((table) => [table.name, table]));
  const both = stored.description.tables.filter(({ name }) => now.has(name));
  const dumpedAt = new Date(stored.description.dumpedAt);
  const newer = live === undefined ? undefined : await restorer.countNewer(ref.name, both, dumpedAt);
  const then = new Set(stored.description.tables.map(({ name }) => name));
  const added = [...now.values()].filter(({ name }) => !then.has(name));
  const lines: TableLine[] = [];
  for (const table of stored.description.tables) {
    const isSameContent = await hasSameContent(stored, newest, table.name);
    lines.push({ ...compareTable(table, now.get(table.name), isSameContent), newer: newer?.get(table.name) });
  }
  return [...lines, ...added.map(addedTable)];
}

/**
 * The database in the newest restore point that has it: what changed in rows until then is seen without reading them.
 * Undefined in that one itself, and where another program wrote it, whose text would be another.
 */
async function openNewest(ground: DatabaseGround): Promise<StoredDatabase | undefined> {
  const { stored, snapshot, ref } = ground;
  const newest = await findPointOf(ground, 'latest', ref);
  if (newest.id === snapshot.id) return undefined;
  const opened = await openStored(ground, newest, ref);
  const { program, serverVersion } = opened.description;
  const isAlike = program === stored.description.program && serverVersion === stored.description.serverVersion;
  return isAlike ? opened : undefined;
}

/** Of each table whether the newest restore point holds the very same rows; those of which nobody can tell are left out. */
export async function findSameContent(
  ground: DatabaseGround,
  tables: readonly string[],
): Promise<Map<string, boolean>> {
  const newest = tables.length === 0 ? undefined : await openNewest(ground);
  const same = new Map<string, boolean>();
  for (const table of newest === undefined ? [] : tables) {
    const isSame = await hasSameContent(ground.stored, newest, table);
    if (isSame !== undefined) same.set(table, isSame);
  }
  return same;
}

async function hasSameContent(
  stored: StoredDatabase,
  newest: StoredDatabase | undefined,
  table: string,
): Promise<boolean | undefined> {
  const [then, later] = [await stored.contentOf(table), await newest?.contentOf(table)];
  return then === undefined || later === undefined ? undefined : then === later;
}

function compareTable(
  then: StoredTable,
  now: LiveTable | undefined,
  isSameContent: boolean | undefined,
): Omit<TableLine, 'newer'> {
  const isSameDefinition = now === undefined ? undefined : now.definitionSha256 === then.definitionSha256;
  const isSame = isSameDefinition === true && now?.rows === then.rows && isSameContent !== false;
  return {
    name: then.name,
    mark: now === undefined ? 'gone' : isSame ? 'same' : 'changed',
    isSameContent,
    rows: then.rows,
    rowsNow: now?.rows,
    bytes: then.bytes,
    bytesNow: now?.bytes,
    isSameDefinition,
    isConsistent: then.isConsistent,
  };
}

function addedTable({ name, rows, bytes }: LiveTable): TableLine {
  return {
    name,
    mark: 'new',
    isSameContent: undefined,
    rows: undefined,
    rowsNow: rows,
    bytes: undefined,
    bytesNow: bytes,
    isSameDefinition: undefined,
    isConsistent: true,
    newer: undefined,
  };
}
