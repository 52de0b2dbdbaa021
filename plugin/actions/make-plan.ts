import { joinParts } from '../domain/planned-entry.ts';
import type { PlanQuestion } from '../domain/stored-plan.ts';
import type { PlanReport } from '../protocol/plans.ts';
import type { Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { keepPlan } from './keep-plan.ts';
import { onPlanGround } from './plan-ground.ts';
import { toPlanReport } from './plan-report.ts';
import { withState } from './known-states.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';
import { workOutPlan } from './work-out-plan.ts';

/**
 * Works out what a restore will do, and keeps that for half an hour. Changes nothing in the home.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `restore-refused`,
 * `home-unsafe`, `home-unreadable`.
 */
export async function makePlan(
  { services, signal }: Performing,
  request: Extract<Request, { kind: 'plan' }>,
): Promise<PlanReport> {
  const account = await findAccount(services, request.account);
  const toPath = (path: string) => joinParts(parseHomePath(path, account.home));
  const selection = request.paths.length === 0 ? [''] : request.paths.map(toPath);
  const target = request.target.kind === 'in-place' ? '' : toPath(request.target.path);
  return onPlanGround(services, account, async (ground) => {
    const { repository, found } = ground;
    const snapshot = await findPoint(repository, request.point, account.name);
    const point = await withState(services, found, repository, toPointLine(snapshot));
    const except = (request.except ?? []).map(toPath);
    const question: PlanQuestion = { purpose: 'restore', point, selection, target, mode: request.mode, except };
    const worked = await workOutPlan(ground, question, signal);
    const { undoDays } = services.configuration.restore;
    return toPlanReport(await keepPlan(services, account, question, worked), worked.entries, undoDays);
  });
}
