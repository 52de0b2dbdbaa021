import type { StoredDatabasePlan } from '../domain/database-plan.ts';
import { Failure } from '../domain/failure.ts';
import type { PlannedEntry, PlannedAction } from '../domain/planned-entry.ts';
import type { ShownDatabasePlan } from '../protocol/databases.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { toDatabasePlanReport } from './database-plan-report.ts';
import { findAccount } from './find-account.ts';
import { toPathBytes, toPlanReport } from './plan-report.ts';
import type { Performing, Services } from './services.ts';

/**
 * A plan that was made, whatever became of it, with some of what it lists: what needs a person first.
 * @throws {Failure} `unknown-account`; `unknown-plan` also for another account's.
 */
export async function showPlan(
  { services }: Performing,
  request: Extract<Request, { kind: 'show-plan' }>,
): Promise<Answer<'show-plan'>> {
  const { generation } = await findAccount(services, request.account);
  const ofDatabase = await services.databasePlans.find(generation, request.plan);
  if (ofDatabase !== undefined) return showDatabasePlan(services, ofDatabase);
  const plan = await services.plans.find(generation, request.plan);
  const entries = plan === undefined ? undefined : await services.plans.entries(generation, plan.id);
  if (plan === undefined || entries === undefined) throw new Failure('unknown-plan', { text: request.plan });
  const ordered = inOrder(entries);
  const shown = ordered.slice(request.offset, request.offset + request.limit);
  const { question } = plan;
  return {
    report: {
      ...toPlanReport(plan, shown, services.configuration.restore.undoDays),
      isComplete: request.offset + request.limit >= ordered.length,
    },
    total: ordered.length,
    state: plan.state,
    job: plan.job,
    paths: question.purpose === 'restore' ? question.selection.map(toPathBytes) : [],
    except: question.purpose === 'restore' ? (question.except ?? []).map(toPathBytes) : [],
  };
}

function showDatabasePlan(services: Services, plan: StoredDatabasePlan): ShownDatabasePlan {
  const report = toDatabasePlanReport(plan, services.configuration.restore.undoDays);
  return { report, state: plan.state, job: plan.job };
}

const order: readonly PlannedAction[] = ['refused', 'deleted', 'replaced', 'comes-back'];

function inOrder(entries: readonly PlannedEntry[]): PlannedEntry[] {
  return order.flatMap((wanted) => entries.filter(({ action }) => action === wanted));
}
