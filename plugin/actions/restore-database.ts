import { findTornKeys, countDatabaseChanges } from '../domain/plan-database-restore.ts';
import { Failure } from '../domain/failure.ts';
import type { ExchangeJournal } from '../domain/exchange-journal.ts';
import { incomingDatabase, outgoingDatabase } from '../domain/hidden-database.ts';
import type { LiveDatabase } from '../domain/live-database.ts';
import { storedNames, type StoredTable } from '../domain/stored-database.ts';
import { isFree, lookAtOwn, onDatabaseGround, type DatabaseGround } from './database-ground.ts';
import { findAccount } from './find-account.ts';
import { keepDatabasePlan } from './keep-database-plan.ts';
import { register, type DatabaseDone, type DatabaseRun } from './database-run.ts';
import {
  refuseOthers,
  workOutDatabaseRestore,
  type RestoreQuestion,
  type WorkedRestore,
} from './work-out-database-plan.ts';

/**
 * Loads what a restore point holds where nobody sees it, checks it, and only then lets it be seen.
 * @throws {Failure} as `runDatabasePlan`.
 */
export async function restoreDatabase(run: DatabaseRun): Promise<DatabaseDone> {
  const { performing, account, plan } = run;
  const question = plan.question as RestoreQuestion;
  const database = `${question.engine}:${question.database}`;
  return onDatabaseGround(performing.services, account, { point: question.point.id, database }, async (own) => {
    const ground: DatabaseGround = { ...own, restorer: run.restorer };
    const worked = await lookAgain(run, ground, question);
    await load(run, ground, worked);
    performing.signal.throwIfAborted();
    const problems =
      question.target.kind === 'beside' ? await publish(run, ground, worked) : await replace(run, ground, worked);
    const { counts, users } = worked;
    return { counts, users, problems };
  });
}

/** What was confirmed is what runs. */
async function lookAgain(run: DatabaseRun, ground: DatabaseGround, question: RestoreQuestion): Promise<WorkedRestore> {
  const { performing, account, plan } = run;
  const worked = await workOutDatabaseRestore(ground, question);
  const changes = countDatabaseChanges(plan, worked);
  if (changes > 0) {
    const { id } = await keepDatabasePlan(performing.services, account, question, worked);
    throw new Failure('plan-changed', { changes, plan: id });
  }
  if (worked.warnings.some(({ kind }) => kind === 'no-space'))
    throw new Failure('no-space', { path: question.database });
  return worked;
}

function load({ performing, account, plan, restorer }: DatabaseRun, ground: DatabaseGround, worked: WorkedRestore) {
  const { services, signal } = performing;
  return restorer.load({
    id: plan.id,
    description: ground.stored.description,
    tables: worked.chosen,
    content: contentOf(ground, worked.chosen, (items, bytes) => {
      performing.onProgress({
        kind: 'advance',
        step: 'restore',
        account: account.name,
        items,
        itemsTotal: worked.chosen.length,
        bytes,
        bytesTotal: worked.counts.bytes,
      });
    }),
    user: services.clientUser(account),
    signal,
  });
}

/** First what tables may need, such as sequences that number their rows; last what needs tables. */
async function* contentOf(
  { stored }: DatabaseGround,
  tables: readonly StoredTable[],
  onProgress: (items: number, bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  yield* stored.file(storedNames.before);
  if (tables.some(({ kind }) => kind === 'sequence')) yield* stored.file(storedNames.sequences);
  let bytes = 0;
  for (const [index, table] of tables.filter(({ kind }) => kind === 'table').entries()) {
    onProgress(index, bytes);
    for await (const chunk of stored.table(table.name)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  yield* stored.file(storedNames.after);
}

/** As a new database. Only tables that were chosen: views and the rest come with all of it. */
async function publish(run: DatabaseRun, ground: DatabaseGround, { chosen, isWhole }: WorkedRestore) {
  const { performing, account, plan, restorer, keep } = run;
  const { target } = plan.question;
  if (target.kind !== 'beside') throw new TypeError('only what comes beside is published');
  const { definitions, description } = await wantedOf(ground, isWhole);
  const tables = chosen.map(({ name }) => name);
  const problems = await restorer.publish({
    id: plan.id,
    description,
    tables,
    definitions,
    name: target.name,
    alike: await findAlike(ground),
    onMade: () => keep({ state: 'writing' }), // from here on it is dropped when this is given up
  });
  const ref = { engine: ground.ref.engine, name: target.name };
  return [...problems, ...(await register(performing.services, account, { ref, isThere: true }))];
}

/** Unless that is somebody else's by now. On MariaDB rights outlive a database that was dropped. */
async function findAlike({ services, account, restorer, ref, live }: DatabaseGround): Promise<string | undefined> {
  return live !== undefined || (await isFree(services, account, { restorer, ref })) ? ref.name : undefined;
}

async function wantedOf({ stored }: DatabaseGround, isWhole: boolean) {
  const definitions = isWhole ? await stored.definitions() : { routines: [], views: [], triggers: [], events: [] };
  return { definitions, description: stored.description };
}

/** In the place of the live tables, as they are at this very moment. */
async function replace(run: DatabaseRun, ground: DatabaseGround, worked: WorkedRestore) {
  const { performing, account, plan, restorer, keep } = run;
  const live = await lookOnceMore(run, ground);
  refuseOthersTables(plan.id, worked, live);
  const journal = await journalFor(plan.id, ground, { worked, live });
  await keep({ state: 'writing', journal });
  const problems = await restorer.exchange(journal, performing.signal);
  const { name } = ground.ref;
  const users = await restorer.restoreUsers(worked.missingUsers, name, name);
  const told =
    live === undefined ? await register(performing.services, account, { ref: ground.ref, isThere: true }) : [];
  return [...problems, ...users, ...told];
}

/** While tables were loaded, somebody may have made the database or dropped it, or it may have become another's. */
async function lookOnceMore({ performing, account, plan, restorer }: DatabaseRun, ground: DatabaseGround) {
  const { services } = performing;
  const { ref } = ground;
  const live = await lookAtOwn(services, await findAccount(services, account.name), { restorer, ref });
  if (live === undefined) await refuseOthers(ground, plan.question);
  if (live !== undefined && ground.live === undefined) throw new Failure('plan-changed', { changes: 1, plan: plan.id });
  return live;
}

/** While tables were loaded, the site may have made one, or dropped one: then the plan no longer says what would happen. */
function refuseOthersTables(
  id: string,
  { tables, isWhole, chosen }: WorkedRestore,
  live: LiveDatabase | undefined,
): void {
  const there = new Set(live?.tables.map(({ name }) => name));
  const names = new Set(tables.map(({ name }) => name));
  const different = tables.filter(({ name, action }) => there.has(name) === (action === 'comes-back')).length;
  const added = isWhole ? [...there].filter((name) => !names.has(name)).length : 0;
  const torn =
    live === undefined || isWhole
      ? []
      : findTornKeys(
          live,
          chosen.map(({ name }) => name),
        );
  const changes = different + added + torn.length;
  if (changes > 0) throw new Failure('plan-changed', { changes, plan: id });
}

async function journalFor(
  id: string,
  { ref, stored }: DatabaseGround,
  { worked, live }: { readonly worked: WorkedRestore; readonly live: LiveDatabase | undefined },
): Promise<ExchangeJournal> {
  const { charset, collation } = live ?? stored.description;
  return {
    database: ref.name,
    incoming: incomingDatabase(id),
    outgoing: outgoingDatabase(id),
    tablesIn: worked.chosen.map(({ name }) => name),
    tablesOut: worked.tables.filter(({ action }) => action !== 'comes-back').map(({ name }) => name),
    isNew: live === undefined,
    charset,
    collation,
    before: live?.definitions ?? { routines: [], views: [], triggers: [], events: [] },
    wanted: await stored.definitions(),
    isWhole: worked.isWhole,
    definer: 'own',
  };
}
