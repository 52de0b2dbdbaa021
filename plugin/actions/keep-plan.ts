import type { Account } from '../domain/account.ts';
import { countPlan, warnOfPlan } from '../domain/plan-counts.ts';
import { makePlanId, planForgetting, type PlanQuestion, type StoredPlan } from '../domain/stored-plan.ts';
import type { Services } from './services.ts';
import type { WorkedOutPlan } from './work-out-plan.ts';

const openMilliseconds = 30 * 60 * 1000;

/** Keeps a plan that was just worked out, and forgets those of the account that are no longer needed. */
export async function keepPlan(
  services: Services,
  account: Account,
  question: PlanQuestion,
  worked: WorkedOutPlan,
): Promise<StoredPlan> {
  const { plans, clock } = services;
  const now = clock.now();
  for (const id of planForgetting(await plans.list(account.generation), now)) {
    await plans.remove(account.generation, id);
  }
  const plan: StoredPlan = {
    id: makePlanId(services.randomSecret()),
    account: account.name,
    question,
    counts: countPlan(worked.entries, worked.same),
    warnings: warnOfPlan(worked.entries, worked),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + openMilliseconds).toISOString(),
    state: 'open',
    job: undefined,
    safety: undefined,
    writingAt: undefined,
    finishedAt: undefined,
    undoUntil: undefined,
    receipt: undefined,
    after: undefined,
  };
  await plans.save(account.generation, plan, worked.entries);
  return plan;
}
