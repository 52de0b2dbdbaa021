import type { ShownDatabasePlan } from '../../protocol/databases.ts';
import { mustType, presentDatabasePlan } from '../presenters/database-plan.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';
import { expiredPage } from './expired.ts';
import { nameToAddress } from '../paths.ts';

/** Everything that the restore of a database will do, before it does it. */
export function showDatabasePlan(visit: AccountVisit, shown: ShownDatabasePlan): Reply {
  const { report, job, state } = shown;
  if (state === 'open' && job === undefined && Date.parse(report.expiresAt) <= visit.now.getTime())
    return expired(visit, report);
  const plan = presentDatabasePlan(shown);
  return page('check-database', {
    title: visit.say(plan.isUndo ? 'check.undo_h1' : 'check.h1'),
    plan,
    point: report.point,
    undoUntil: new Date(visit.now.getTime() + report.undoDays * 86_400_000).toISOString(),
    job,
    isDone: state !== 'open' || job !== undefined,
    said: visit.query('said') === 'type' ? 'type' : undefined,
    back: whereItBegan(visit, report),
    here: visit.link(`/plans/${report.plan}`, { draft: visit.query('draft') }),
  });
}

function whereItBegan({ link, query }: AccountVisit, report: ShownDatabasePlan['report']): string {
  const { point } = report;
  return link('/databases', { at: point.id, db: nameToAddress(fullName(report)), draft: query('draft') });
}

function expired(visit: AccountVisit, report: ShownDatabasePlan['report']): Reply {
  const { undoes } = report;
  if (undoes !== undefined) return expiredPage(visit, { to: visit.link(`/jobs/${undoes}`), word: 'back_undo' });
  return expiredPage(visit, { to: whereItBegan(visit, report), word: 'back' });
}

/** `do`: `run`, or `beside` for the same next to the live one. */
export async function changeDatabasePlan(visit: AccountVisit, { report, job }: ShownDatabasePlan): Promise<Reply> {
  const { ask, account, link, field, query } = visit;
  if (field('do') === 'beside') return planBeside(visit, report);
  if (job !== undefined) return redirect(link(`/jobs/${job}`));
  if (mustType(report) && field('typed')?.trim() !== report.database) {
    return redirect(link(`/plans/${report.plan}`, { draft: query('draft'), said: 'type' }));
  }
  const begun = await ask({ kind: 'enqueue', work: { kind: 'run-plan', account, plan: report.plan } });
  return redirect(link(`/jobs/${begun.job.id}`));
}

async function planBeside(
  { ask, account, link, query }: AccountVisit,
  report: ShownDatabasePlan['report'],
): Promise<Reply> {
  const { point, isWhole, tables } = report;
  const { plan } = await ask({
    kind: 'plan-database',
    account,
    point: point.id,
    database: fullName(report),
    tables: isWhole ? [] : tables.filter(({ action }) => action !== 'removed').map(({ name }) => name),
    target: { kind: 'beside', name: undefined },
  });
  return redirect(link(`/plans/${plan}`, { draft: query('draft') }));
}

/** As requests take it, whichever engine is the server's first. */
function fullName({ engine, database }: ShownDatabasePlan['report']): string {
  return `${engine}:${database}`;
}
