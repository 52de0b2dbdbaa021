import type { Account } from '../domain/account.ts';
import type { StoredDatabasePlan } from '../domain/database-plan.ts';
import { Failure } from '../domain/failure.ts';
import { pickUndo, type PlanQuestion, type StoredPlan } from '../domain/stored-plan.ts';
import type { DatabasePlanReport } from '../protocol/databases.ts';
import type { PlanReport } from '../protocol/plans.ts';
import { findAccount } from './find-account.ts';
import { keepPlan } from './keep-plan.ts';
import { onPlanGround } from './plan-ground.ts';
import { toPlanReport } from './plan-report.ts';
import type { Performing, Services } from './services.ts';
import { workOutPlan } from './work-out-plan.ts';

/**
 * Works out what taking a restore back will do. What changed since the restore is counted in its first warning.
 * @throws {Failure} `unknown-account`; `unknown-job` when the job left nothing that can be taken back; `nothing-to-undo`.
 */
export async function planUndo(
  { services, signal }: Performing,
  request: { account: string; job: string | undefined },
): Promise<PlanReport | DatabasePlanReport> {
  const account = await findAccount(services, request.account);
  const done = await findDone(services, account, request.job);
  if (isOfDatabase(done)) {
    const { planDatabaseUndo } = await import('./undo-database.ts');
    return planDatabaseUndo(services, account, done);
  }
  const question: PlanQuestion = {
    purpose: 'undo',
    point: done.safety,
    undoes: { plan: done.id, job: done.job ?? done.id },
    target: done.question.target,
  };
  return onPlanGround(services, account, async (ground) => {
    const worked = await workOutPlan(ground, question, signal);
    const { undoDays } = services.configuration.restore;
    return toPlanReport(await keepPlan(services, account, question, worked), worked.entries, undoDays);
  });
}

function isOfDatabase(plan: StoredPlan | StoredDatabasePlan): plan is StoredDatabasePlan {
  const { purpose } = plan.question;
  return purpose === 'restore-database' || purpose === 'undo-database';
}

async function findDone(
  { plans, databasePlans, clock }: Services,
  account: Account,
  job: string | undefined,
): Promise<StoredPlan | StoredDatabasePlan> {
  const all = [...(await plans.list(account.generation)), ...(await databasePlans.list(account.generation))];
  const found = pickUndo<StoredPlan | StoredDatabasePlan>(all, job, clock.now());
  if (found !== undefined) return found;
  if (job === undefined) throw new Failure('nothing-to-undo', { account: account.name });
  throw new Failure('unknown-job', { text: job, hint: 'larder jobs' });
}
