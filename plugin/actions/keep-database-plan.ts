import type { Account } from '../domain/account.ts';
import type { DatabaseQuestion, StoredDatabasePlan, WorkedDatabasePlan } from '../domain/database-plan.ts';
import { outgoingDatabase } from '../domain/hidden-database.ts';
import { makePlanId, planForgetting } from '../domain/stored-plan.ts';
import { withRestorer } from './database-ground.ts';
import type { Services } from './services.ts';

const openMilliseconds = 30 * 60 * 1000;

/** Keeps a plan that was just worked out, for half an hour. */
export async function keepDatabasePlan(
  services: Services,
  account: Account,
  question: DatabaseQuestion,
  { tables, counts, warnings, users }: WorkedDatabasePlan,
): Promise<StoredDatabasePlan> {
  await forgetDatabasePlans(services, account);
  const now = services.clock.now();
  const plan: StoredDatabasePlan = {
    id: makePlanId(services.randomSecret()),
    account: account.name,
    question,
    tables,
    counts,
    warnings,
    users,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + openMilliseconds).toISOString(),
    state: 'open',
    job: undefined,
    finishedAt: undefined,
    undoUntil: undefined,
    journal: undefined,
    receipt: undefined,
  };
  await services.databasePlans.save(account.generation, plan);
  return plan;
}

/** Ids of plans, of all accounts, that still have to be put back. */
export async function unfinishedPlans({ databasePlans }: Services): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const generation of await databasePlans.generations()) {
    for (const { id, state } of await databasePlans.list(generation)) if (state === 'writing') ids.add(id);
  }
  return ids;
}

/** Forgets plans that nobody needs any more; what they kept for an undo goes with them. */
export async function forgetDatabasePlans(
  services: Services,
  { generation }: Pick<Account, 'generation'>,
): Promise<void> {
  const plans = await services.databasePlans.list(generation);
  const over = new Set(planForgetting(plans, services.clock.now()));
  for (const plan of plans.filter(({ id }) => over.has(id))) {
    if (plan.journal !== undefined) {
      await withRestorer(services, plan.question.engine, (restorer) => restorer.drop(outgoingDatabase(plan.id)));
    }
    await services.databasePlans.remove(generation, plan.id);
  }
}
