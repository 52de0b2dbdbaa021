import { findTornKeys, planDatabaseRestore, type ReferringTable } from '../domain/plan-database-restore.ts';
import type { DatabaseQuestion, NamedTarget, WorkedDatabasePlan } from '../domain/database-plan.ts';
import { Failure } from '../domain/failure.ts';
import type { StoredTable, StoredUser } from '../domain/stored-database.ts';
import { referredTables } from '../domain/table-definition.ts';
import { isFree, type DatabaseGround } from './database-ground.ts';
import { findSameContent } from './list-tables.ts';

export type RestoreQuestion = Extract<DatabaseQuestion, { purpose: 'restore-database' }>;

export interface WorkedRestore extends WorkedDatabasePlan {
  readonly isWhole: boolean;
  readonly chosen: readonly StoredTable[];
  readonly missingUsers: readonly StoredUser[];
}

/**
 * Works out what the restore of a database will do, out of how things are at this moment.
 * @throws {Failure} `not-found` naming a table that the restore point does not hold; `restore-refused` where foreign keys
 * would be torn; `not-allowed` where the live database, or one of the new name, is somebody else's.
 */
export async function workOutDatabaseRestore(
  ground: DatabaseGround,
  question: RestoreQuestion,
): Promise<WorkedRestore> {
  const { stored, restorer, live, ref } = ground;
  const isWhole = question.tables.length === 0;
  const chosen = isWhole ? stored.description.tables : question.tables.map((name) => findTable(ground, name));
  if (question.target.kind === 'beside' || live === undefined) await refuseOthers(ground, question);
  if (!isWhole && question.target.kind === 'replace') await refuseTables(ground, question.tables);
  const inPlace = question.target.kind === 'replace' && live !== undefined;
  const there = new Set(live?.tables.map(({ name }) => name));
  const both = chosen.filter(({ name }) => there.has(name));
  const rowsNow = new Map(live?.tables.map(({ name, rows }) => [name, rows]));
  const alike = both.filter(({ name, rows }) => inPlace && rowsNow.get(name) === rows).map(({ name }) => name);
  const missingUsers = isWhole ? await restorer.findMissingUsers((await stored.users()).users) : [];
  const worked = planDatabaseRestore({
    description: stored.description,
    definitions: await stored.definitions(),
    live,
    chosen,
    isWhole,
    target: question.target,
    newer: inPlace ? await restorer.countNewer(ref.name, both, new Date(stored.description.dumpedAt)) : new Map(),
    sameContent: await findSameContent(ground, alike),
    users: missingUsers.map(({ user, host }) => (host === '' ? user : `${user}@${host}`)),
    serverVersion: await restorer.version(),
    freeBytes: await restorer.freeBytes(),
  });
  return { ...worked, isWhole, chosen, missingUsers };
}

function findTable({ stored, ref }: DatabaseGround, name: string): StoredTable {
  const found = stored.description.tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  throw new Failure('not-found', { path: `${ref.name}/${name}` });
}

/**
 * The name of a restore point's database may meanwhile be another customer's.
 * @throws {Failure} `not-allowed`.
 */
export async function refuseOthers(
  ground: Pick<DatabaseGround, 'services' | 'account' | 'restorer' | 'ref'>,
  { target }: Pick<DatabaseQuestion, 'target'>,
): Promise<void> {
  const { services, account, restorer, ref } = ground;
  const name = targetName(ref.name, target);
  if (await isFree(services, account, { restorer, ref: { ...ref, name } })) return;
  throw new Failure('not-allowed', { action: `restore db:${name}`, hint: 'Choose another name with --as.' });
}

/** The database that is changed or made. */
export function targetName(database: string, target: NamedTarget): string {
  return target.kind === 'beside' ? target.name : database;
}

async function refuseTables(ground: DatabaseGround, tables: readonly string[]): Promise<void> {
  const { live, restorer } = ground;
  if (!restorer.replacesTables) {
    const problem = `single tables of "${restorer.engine}" cannot take the place of live ones`;
    throw new Failure('restore-refused', { problem, mend: 'Put them beside the live database with --as.' });
  }
  const torn = findTornKeys(live, tables, await readReferring(ground, tables));
  if (torn.length === 0) return;
  const problem = `foreign keys bind these tables together: ${torn.join(', ')}`;
  throw new Failure('restore-refused', {
    problem,
    mend: 'Bring all of them back, or put them beside the live database.',
    tables: torn,
  });
}

/** As the restore point has them. */
async function readReferring(
  { services, stored }: DatabaseGround,
  tables: readonly string[],
): Promise<readonly ReferringTable[]> {
  const reader = await services.dumpReader(stored.engine);
  const referring: ReferringTable[] = [];
  for (const { name, kind } of stored.description.tables) {
    if (kind !== 'table' || !tables.includes(name)) continue;
    const definition = (await reader.readDefinition(stored.table(name))) ?? '';
    referring.push({ name, refersTo: referredTables(definition) });
  }
  return referring;
}
