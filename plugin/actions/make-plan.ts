import type { Account } from '../domain/account.ts';
import { joinParts } from '../domain/planned-entry.ts';
import type { PlanQuestion } from '../domain/stored-plan.ts';
import type { PlanReport, PlanRequest } from '../protocol/plans.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isArchives } from './is-archives.ts';
import { keepPlan } from './keep-plan.ts';
import { onPlanGround, type PlanGround } from './plan-ground.ts';
import { refuseForOwnKey } from './own-key.ts';
import { toPlanReport } from './plan-report.ts';
import { withState } from './known-states.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';
import { workOutPlan } from './work-out-plan.ts';

/**
 * Works out what a restore will do, and keeps that for half an hour. Changes nothing in the home.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `restore-refused`,
 * `home-unsafe`, `home-unreadable`; of an archive also `archive-damaged`, `no-space`.
 */
export async function makePlan(performing: Performing, request: PlanRequest): Promise<PlanReport> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  if (!isArchives(services, request.from)) return planFrom(performing, account, request);
  const { importArchive } = await import('./import-archive.ts');
  const point = await importArchive(performing, account, request);
  return planFrom(performing, account, { ...request, point, from: undefined });
}

async function planFrom({ services, signal }: Performing, account: Account, request: PlanRequest): Promise<PlanReport> {
  const toPath = (path: string) => joinParts(parseHomePath(path, account.home));
  const paths = request.paths.length === 0 ? [[]] : request.paths.map((path) => parseHomePath(path, account.home));
  const selection = paths.map(joinParts);
  const target = request.target.kind === 'in-place' ? '' : toPath(request.target.path);
  const work = async (ground: PlanGround): Promise<PlanReport> => {
    const { repository, found } = ground;
    const snapshot = await findPoint(repository, request.point, account.name, paths);
    const point = await withState(services, found, repository, toPointLine(snapshot));
    const except = (request.except ?? []).map(toPath);
    const from = request.from === undefined ? {} : { from: request.from };
    const question: PlanQuestion = {
      purpose: 'restore',
      point,
      selection,
      target,
      mode: request.mode,
      except,
      ...from,
    };
    const worked = await workOutPlan(ground, question, signal);
    const replaces = worked.entries.some(({ action }) => action === 'replaced' || action === 'deleted');
    if (replaces) await refuseForOwnKey(services, account, 'Restore into a folder: nothing is replaced then.');
    const { undoDays } = services.configuration.restore;
    return toPlanReport(await keepPlan(services, account, question, worked), worked.entries, undoDays);
  };
  return onPlanGround(services, account, work, request.from);
}
