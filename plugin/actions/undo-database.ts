import type { DatabaseRestorer } from '../contracts/database-restorer.ts';
import type { Account } from '../domain/account.ts';
import type {
  DatabasePlanCounts,
  DatabaseQuestion,
  DatabasePlanTable,
  StoredDatabasePlan,
  WorkedDatabasePlan,
} from '../domain/database-plan.ts';
import { countDatabaseChanges } from '../domain/plan-database-restore.ts';
import type { ExchangeJournal } from '../domain/exchange-journal.ts';
import { Failure } from '../domain/failure.ts';
import { outgoingDatabase } from '../domain/hidden-database.ts';
import type { StoredDefinitions } from '../domain/stored-database.ts';
import type { LiveDatabase, LiveTable } from '../domain/live-database.ts';
import type { DatabasePlanReport } from '../protocol/databases.ts';
import { isFree, lookAtOwn, withRestorer } from './database-ground.ts';
import { toDatabasePlanReport } from './database-plan-report.ts';
import { findAccount } from './find-account.ts';
import { keepDatabasePlan } from './keep-database-plan.ts';
import { register, type DatabaseDone, type DatabaseRun } from './database-run.ts';
import type { Services } from './services.ts';
import { targetName } from './work-out-database-plan.ts';

type UndoQuestion = Extract<DatabaseQuestion, { purpose: 'undo-database' }>;

/**
 * Works out what taking back the restore of a database will do.
 * @throws {Failure} `not-allowed` when the database is another's since, or the panel no longer knows it as this account's.
 */
export async function planDatabaseUndo(
  services: Services,
  account: Account,
  done: StoredDatabasePlan,
): Promise<DatabasePlanReport> {
  const { point, engine, database, target } = done.question;
  const isWhole = done.journal?.isWhole ?? true;
  const undoes = { plan: done.id, job: done.job ?? done.id };
  const question: UndoQuestion = { purpose: 'undo-database', point, engine, database, target, undoes, isWhole };
  return withRestorer(services, engine, async (restorer) => {
    const live = await lookAtTarget(services, account, { restorer, question });
    const worked = workOutUndo(done, live, await restorer.look(outgoingDatabase(done.id)));
    const plan = await keepDatabasePlan(services, account, question, worked);
    return toDatabasePlanReport(plan, services.configuration.restore.undoDays);
  });
}

/** The live database, which is the account's still; undefined when there is none and its name is free. */
async function lookAtTarget(
  services: Services,
  account: Account,
  { restorer, question }: { readonly restorer: DatabaseRestorer; readonly question: UndoQuestion },
): Promise<LiveDatabase | undefined> {
  const ref = { engine: question.engine, name: targetName(question.database, question.target) };
  const live = await lookAtOwn(services, account, { restorer, ref });
  if (live !== undefined || (await isFree(services, account, { restorer, ref }))) return live;
  throw new Failure('not-allowed', { action: `undo db:${ref.name}`, hint: 'It is not among your databases.' });
}

/** @param kept what the restore put away. */
function workOutUndo(
  done: StoredDatabasePlan,
  live: LiveDatabase | undefined,
  kept: LiveDatabase | undefined,
): WorkedDatabasePlan {
  const leaving = tablesOf(live).filter(({ name }) => isLeaving(done.journal, name));
  const back = new Map(tablesOf(kept).map((table) => [table.name, table]));
  const names = new Set(leaving.map(({ name }) => name));
  const tables = [
    ...leaving.map((table) => leavingTable(table, back.get(table.name))),
    ...[...back.values()].filter(({ name }) => !names.has(name)).map(comingTable),
  ];
  const stays = tablesOf(live).length - leaving.length;
  const counts = countUndo(tables, { stays, before: done.journal?.before ?? nothing });
  const closes = done.question.engine === 'postgresql' && live !== undefined;
  const pause = closes ? [{ kind: 'connections-close' } as const] : [];
  return { tables, counts, warnings: [...warnOfChanges(done, leaving), ...pause], users: [] };
}

function tablesOf(database: LiveDatabase | undefined): readonly LiveTable[] {
  return database?.tables ?? [];
}

function leavingTable({ name, rows }: LiveTable, then: LiveTable | undefined): DatabasePlanTable {
  const action = then === undefined ? 'removed' : 'replaced';
  const unknown = { newer: undefined, isSameContent: undefined };
  return { name, action, rows: then?.rows, rowsNow: rows, bytes: then?.bytes, ...unknown };
}

function comingTable({ name, rows, bytes }: LiveTable): DatabasePlanTable {
  const nothing = { rowsNow: undefined, newer: undefined, isSameContent: undefined };
  return { name, action: 'comes-back', rows, bytes, ...nothing };
}

function countUndo(
  tables: readonly DatabasePlanTable[],
  { stays, before }: { readonly stays: number; readonly before: StoredDefinitions },
): DatabasePlanCounts {
  const of = (action: DatabasePlanTable['action']) => tables.filter((table) => table.action === action).length;
  return {
    comesBack: of('comes-back'),
    replaced: of('replaced'),
    removed: of('removed'),
    stays,
    rows: tables.reduce((sum, { rows = 0 }) => sum + rows, 0),
    newerRows: 0,
    bytes: tables.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    views: before.views.length,
    routines: before.routines.length,
    triggers: before.triggers.length,
    events: before.events.length,
  };
}

/** All of the database as it is now, or the tables that had come. */
function isLeaving(journal: ExchangeJournal | undefined, name: string): boolean {
  return journal === undefined || journal.isWhole || journal.tablesIn.includes(name);
}

/** Tables that have another number of rows than the restore brought. */
function warnOfChanges(done: StoredDatabasePlan, leaving: LiveDatabase['tables']): WorkedDatabasePlan['warnings'] {
  const brought = new Map(done.tables.map(({ name, rows }) => [name, rows]));
  const changed = leaving.filter(({ name, rows }) => (brought.get(name) ?? 0) !== rows).map(({ name }) => name);
  return changed.length === 0 ? [] : [{ kind: 'changed-since', tables: changed }];
}

/**
 * Exchanges the tables once more: those that were put away come back, those that are there now are put away, so that this
 * can be taken back, too.
 * @throws {Failure} as `runDatabasePlan`.
 */
export async function undoDatabase(run: DatabaseRun): Promise<DatabaseDone> {
  const { performing, account, restorer, plan, keep } = run;
  const { services, signal } = performing;
  const question = plan.question as UndoQuestion;
  const done = await services.databasePlans.find(account.generation, question.undoes.plan);
  if (done?.state !== 'done') throw new Failure('unknown-plan', { text: question.undoes.plan });
  const name = targetName(question.database, question.target);
  const live = await lookAtTarget(services, await findAccount(services, account.name), { restorer, question });
  const kept = await restorer.look(outgoingDatabase(done.id));
  const worked = workOutUndo(done, live, kept);
  const changes = countDatabaseChanges(plan, worked);
  if (changes > 0) {
    const { id } = await keepDatabasePlan(services, account, question, worked);
    throw new Failure('plan-changed', { changes, plan: id });
  }
  const journal = journalFor(plan, { done, live, kept, name });
  await keep({ state: 'writing', journal });
  const problems = [...(await restorer.exchange(journal, signal))];
  problems.push(...(await settleBeside(run, journal)));
  return { counts: worked.counts, users: [], problems };
}

/** A database that came beside goes with its tables, and comes back with them. */
async function settleBeside({ performing, account, restorer, plan }: DatabaseRun, journal: ExchangeJournal) {
  const { target, engine } = plan.question;
  if (target.kind !== 'beside') return [];
  const ref = { engine, name: target.name };
  const isThere = journal.tablesIn.length > 0 || !(await dropEmptied(restorer, target.name));
  return register(performing.services, account, { ref, isThere });
}

/** Where whole databases change over it is gone already. Tables that came this very moment stay. @returns whether it is gone. */
async function dropEmptied(restorer: DatabaseRestorer, name: string): Promise<boolean> {
  const left = await restorer.look(name);
  if (left === undefined) return true;
  if (!restorer.replacesTables || left.tables.length > 0) return false;
  await restorer.drop(name);
  return true;
}

const nothing = { routines: [], views: [], triggers: [], events: [] };

function journalFor(
  plan: StoredDatabasePlan,
  found: {
    readonly done: StoredDatabasePlan;
    readonly live: LiveDatabase | undefined;
    readonly kept: LiveDatabase | undefined;
    readonly name: string;
  },
): ExchangeJournal {
  const { done, live, kept, name } = found;
  const { before = nothing, isWhole = true } = done.journal ?? {};
  const { charset = 'utf8mb4', collation = 'utf8mb4_general_ci' } = live ?? kept ?? {};
  return {
    database: name,
    incoming: outgoingDatabase(done.id),
    outgoing: outgoingDatabase(plan.id),
    tablesIn: tablesOf(kept).map((table) => table.name),
    tablesOut: tablesOf(live).flatMap((table) => (isLeaving(done.journal, table.name) ? [table.name] : [])),
    isNew: live === undefined,
    charset,
    collation,
    before: live?.definitions ?? nothing,
    wanted: before,
    isWhole,
    definer: 'kept',
  };
}
