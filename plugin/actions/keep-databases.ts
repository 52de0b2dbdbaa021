import { isFailure } from '../domain/failure.ts';
import type { LogFacts } from '../contracts/log.ts';
import type { DatabaseEngine } from '../domain/database-name.ts';
import type { Generation } from '../domain/ids.ts';
import { knownAccounts } from './find-account.ts';
import { withRestorer } from './database-ground.ts';
import { forgetDatabasePlans, unfinishedPlans } from './keep-database-plan.ts';
import { putBackUnfinished } from './run-database-plan.ts';
import type { Services } from './services.ts';

/**
 * What restores of databases leave: live ones between before and after when a process died are put back, what was kept for an
 * undo goes when its time is over, and hidden databases and one-off accounts of loads that nobody works on are ended. What a
 * server that does not answer has is left for the next time, and so is what fails in any other way: one account's trouble is
 * never another's.
 */
export async function keepDatabases(services: Services): Promise<void> {
  const generations = await services.databasePlans.generations();
  for (const generation of generations) {
    await orLater(services, { generation }, () => putBackLeft(services, generation));
    await orLater(services, { generation }, () => forgetDatabasePlans(services, { generation }));
  }
  if (generations.length === 0) return; // nothing was ever restored
  for (const { engine } of services.configuration.databases) {
    await orLater(services, { engine }, () => sweep(services, engine));
  }
}

/** Unless a job goes on, or waits to be taken up again: that does it by itself. */
async function putBackLeft(services: Services, generation: Generation): Promise<void> {
  const left = (await services.databasePlans.list(generation)).filter(({ state }) => state === 'writing');
  const account = (await knownAccounts(services)).find((known) => known.generation === generation);
  if (left.length === 0 || account === undefined) return;
  const jobs = await Promise.all(left.map(({ job = '' }) => services.jobs.find(generation, job)));
  if (jobs.some((job) => job?.state === 'waiting' || job?.state === 'running')) return;
  const lock = await services.plans.lock(generation, account.name);
  try {
    for (const engine of new Set(left.map(({ question }) => question.engine))) {
      await withRestorer(services, engine, (restorer) => putBackUnfinished(services, account, restorer));
    }
  } finally {
    lock.release();
  }
}

async function sweep(services: Services, engine: DatabaseEngine): Promise<void> {
  const kept = await unfinishedPlans(services);
  await withRestorer(services, engine, (restorer) => restorer.sweep(kept));
}

async function orLater({ log }: Services, whose: LogFacts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isFailure(error, 'busy')) return;
    log[isFailure(error) ? 'warn' : 'error']('databases-not-kept', { ...whose, error });
  }
}
