import type {
  DatabasePlanCounts,
  DatabasePlanTable,
  DatabaseWarning,
  NamedTarget,
  WorkedDatabasePlan,
} from './database-plan.ts';
import type { LiveDatabase, LiveTable } from './live-database.ts';
import type { NewerRows } from './newer-rows.ts';
import type { DumpDescription, StoredDefinitions, StoredTable } from './stored-database.ts';

export interface DatabaseSituation {
  readonly description: DumpDescription;
  /** Of the restore point. */
  readonly definitions: StoredDefinitions;
  /** Undefined when there is none, or none of this account's. */
  readonly live: LiveDatabase | undefined;
  /** Names of tables that come back; all of the description's for a whole database. */
  readonly chosen: readonly StoredTable[];
  readonly isWhole: boolean;
  readonly target: NamedTarget;
  readonly newer: ReadonlyMap<string, NewerRows>;
  /** Of tables that are there then and now: whether the newest restore point holds the very same rows, where that is known. */
  readonly sameContent: ReadonlyMap<string, boolean>;
  readonly users: readonly string[];
  readonly serverVersion: string;
  readonly freeBytes: number | undefined;
}

/** Loaded tables take more room than their text, with indexes and pages that are not full. */
const roomPerByte = 2;

/** What the restore of a database will do. */
export function planDatabaseRestore(situation: DatabaseSituation): WorkedDatabasePlan {
  const { chosen, live, isWhole, target } = situation;
  const there = new Map((target.kind === 'replace' ? (live?.tables ?? []) : []).map((table) => [table.name, table]));
  const coming = chosen.map((table): DatabasePlanTable => planTable(table, there.get(table.name), situation));
  const names = new Set(chosen.map(({ name }) => name));
  const leaving = isWhole ? [...there.values()].filter(({ name }) => !names.has(name)) : [];
  const tables = [...coming, ...leaving.map(removedTable)];
  return {
    tables,
    counts: countTables(situation, tables),
    warnings: warn(situation, tables),
    users: situation.users,
  };
}

function planTable(
  { name, rows, bytes }: StoredTable,
  now: LiveTable | undefined,
  { newer, sameContent }: Pick<DatabaseSituation, 'newer' | 'sameContent'>,
): DatabasePlanTable {
  const nothing = { rowsNow: undefined, newer: undefined, isSameContent: undefined };
  if (now === undefined) return { name, action: 'comes-back', rows, bytes, ...nothing };
  const isSameContent = rows === now.rows ? sameContent.get(name) : undefined;
  return { name, action: 'replaced', rows, rowsNow: now.rows, bytes, newer: newer.get(name), isSameContent };
}

function removedTable({ name, rows }: LiveTable): DatabasePlanTable {
  const nothing = { rows: undefined, bytes: undefined, newer: undefined, isSameContent: undefined };
  return { name, action: 'removed', rowsNow: rows, ...nothing };
}

function countTables(situation: DatabaseSituation, tables: readonly DatabasePlanTable[]): DatabasePlanCounts {
  const { definitions, isWhole, live, target } = situation;
  const of = (action: DatabasePlanTable['action']) => tables.filter((table) => table.action === action).length;
  const names = new Set(tables.map(({ name }) => name));
  const all = isWhole ? definitions : { routines: [], views: [], events: [] };
  return {
    comesBack: of('comes-back'),
    replaced: of('replaced'),
    removed: of('removed'),
    stays: target.kind === 'beside' ? 0 : (live?.tables ?? []).filter(({ name }) => !names.has(name)).length,
    rows: tables.reduce((sum, { rows = 0 }) => sum + rows, 0),
    newerRows: tables.reduce((sum, table) => sum + newerOf(table), 0),
    bytes: tables.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    views: all.views.length,
    routines: all.routines.length,
    triggers: definitions.triggers.filter(({ table }) => isWhole || names.has(table)).length,
    events: all.events.length,
  };
}

/** Rows that came in; rows that only were changed are told of beside their table. */
function newerOf({ newer }: DatabasePlanTable): number {
  return newer === undefined || newer.by === 'updated' ? 0 : newer.count;
}

function warn(situation: DatabaseSituation, tables: readonly DatabasePlanTable[]): DatabaseWarning[] {
  const { description, serverVersion, chosen, isWhole } = situation;
  const warnings: DatabaseWarning[] = [];
  const newer = tables.filter((table) => newerOf(table) > 0);
  const count = newer.reduce((sum, table) => sum + newerOf(table), 0);
  if (count > 0) warnings.push({ kind: 'newer-rows', count, tables: newer.map(({ name }) => name) });
  warnings.push(...warnOfSpace(situation));
  if (isNewerServer(description.serverVersion, serverVersion)) {
    warnings.push({ kind: 'newer-server', version: description.serverVersion, versionNow: serverVersion });
  }
  warnings.push(...warnOfPause(situation, tables));
  const loose = chosen.filter(({ isConsistent }) => !isConsistent).map(({ name }) => name);
  if (loose.length > 0) warnings.push({ kind: 'not-consistent', tables: loose });
  const broken = isWhole ? description.brokenViews.map(({ name }) => name) : [];
  if (broken.length > 0) warnings.push({ kind: 'broken-views', views: broken });
  return warnings;
}

/** Of what people who use the live database notice. */
function warnOfPause(
  { description, live, target }: DatabaseSituation,
  tables: readonly DatabasePlanTable[],
): DatabaseWarning[] {
  if (target.kind === 'beside' || live === undefined) return [];
  if (description.engine === 'postgresql') return [{ kind: 'connections-close' }];
  const names = new Set(tables.map(({ name }) => name));
  const count = live.definitions.triggers.filter(({ table }) => names.has(table)).length;
  return count > 0 ? [{ kind: 'triggers-pause', count }] : [];
}

function warnOfSpace({ chosen, freeBytes }: DatabaseSituation): DatabaseWarning[] {
  const needed = roomPerByte * chosen.reduce((sum, { bytes }) => sum + bytes, 0);
  return freeBytes !== undefined && needed > freeBytes ? [{ kind: 'no-space', needed, free: freeBytes }] : [];
}

/** `11.4.2-MariaDB` is newer than `10.11.19-MariaDB`; of the patch nobody need know. */
export function isNewerServer(then: string, now: string): boolean {
  const [major = 0, minor = 0] = then.split('.').map(Number);
  const [majorNow = 0, minorNow = 0] = now.split('.').map(Number);
  return major > majorNow || (major === majorNow && minor > minorNow);
}

/** A table with those of the same database that it refers to by foreign keys. */
export interface ReferringTable {
  readonly name: string;
  readonly refersTo: readonly string[];
}

/**
 * Tables whose foreign keys go from those that change to those that stay, or back: after the change they would point
 * to the tables that went, or to where what came was loaded.
 * @param then the chosen ones as they come, where live ones do not tell: they may be gone, or have had other keys.
 */
export function findTornKeys(
  live: LiveDatabase | undefined,
  chosen: readonly string[],
  then: readonly ReferringTable[] = [],
): string[] {
  const coming = new Set(chosen);
  const now = live === undefined ? [] : live.tables.map((table) => referringTable(live, table));
  const torn = [...now, ...then].flatMap(({ name, refersTo }) => {
    return refersTo.filter((table) => coming.has(table) !== coming.has(name)).flatMap((table) => [name, table]);
  });
  return [...new Set(torn)].toSorted((left, right) => (left < right ? -1 : 1));
}

function referringTable(live: LiveDatabase, { name, refersTo }: LiveTable): ReferringTable {
  return { name, refersTo: refersTo.filter(({ database }) => database === live.name).map(({ table }) => table) };
}

/** In how many things two plans differ. Rows that come in meanwhile are no difference: they are kept for the undo. */
export function countDatabaseChanges(before: WorkedDatabasePlan, after: WorkedDatabasePlan): number {
  const keyOf = ({ name, action }: DatabasePlanTable) => JSON.stringify([name, action]);
  const known = new Set([...before.tables.map(keyOf), ...before.users]);
  const found = new Set([...after.tables.map(keyOf), ...after.users]);
  return [...found].filter((key) => !known.has(key)).length + [...known].filter((key) => !found.has(key)).length;
}
