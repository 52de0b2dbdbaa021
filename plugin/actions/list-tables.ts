import type { LiveTable } from '../domain/live-database.ts';
import type { StoredTable } from '../domain/stored-database.ts';
import type { TableLine, TablesReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { onDatabaseGround, type DatabaseGround } from './database-ground.ts';
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
export async function compareTables({ stored, live, restorer, ref }: DatabaseGround): Promise<TableLine[]> {
  const now = new Map((live?.tables ?? []).map((table) => [table.name, table]));
  const both = stored.description.tables.filter(({ name }) => now.has(name));
  const dumpedAt = new Date(stored.description.dumpedAt);
  const newer = live === undefined ? undefined : await restorer.countNewer(ref.name, both, dumpedAt);
  const then = new Set(stored.description.tables.map(({ name }) => name));
  const added = [...now.values()].filter(({ name }) => !then.has(name));
  return [
    ...stored.description.tables.map((table) => ({
      ...compareTable(table, now.get(table.name)),
      newer: newer?.get(table.name),
    })),
    ...added.map(addedTable),
  ];
}

function compareTable(then: StoredTable, now: LiveTable | undefined): Omit<TableLine, 'newer'> {
  const isSameDefinition = now === undefined ? undefined : now.definitionSha256 === then.definitionSha256;
  return {
    name: then.name,
    mark: now === undefined ? 'gone' : isSameDefinition === true && now.rows === then.rows ? 'same' : 'changed',
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
    rows: undefined,
    rowsNow: rows,
    bytes: undefined,
    bytesNow: bytes,
    isSameDefinition: undefined,
    isConsistent: true,
    newer: undefined,
  };
}
