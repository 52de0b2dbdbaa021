import { showName } from '../../domain/show-name.ts';
import type { DraftChange } from '../../protocol/drafts.ts';
import type { ShownDatabasePlan } from '../../protocol/databases.ts';
import { isShownOfDatabase } from '../../protocol/plan-kind.ts';
import type { ShownPlan } from '../../protocol/plans.ts';
import { fromAddress, showWhole } from '../paths.ts';
import { entriesOnPage, presentPlan } from '../presenters/plan.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';
import { changeDraft, planAgain } from './change-restore.ts';
import { errorWords } from './error.ts';
import { expiredPage } from './expired.ts';
import { changeDatabasePlan, showDatabasePlan } from './plan-database.ts';

/** Everything that a restore will do, before it does it. */
export async function showPlan(visit: AccountVisit): Promise<Reply> {
  const number = Math.max(1, Number.parseInt(visit.query('page') ?? '1', 10) || 1);
  const shown = await askPlan(visit, (number - 1) * entriesOnPage, entriesOnPage);
  if (isShownOfDatabase(shown)) return showDatabasePlan(visit, shown);
  const { report, job, state } = shown;
  if (state === 'open' && job === undefined && Date.parse(report.expiresAt) <= visit.now.getTime())
    return expired(visit, report);
  const isDone = state !== 'open' || job !== undefined;
  const plan = presentPlan(shown, number);
  const draft = visit.query('draft');
  return page('check', {
    title: visit.say(plan.purpose === 'undo' ? 'check.undo_h1' : 'check.h1'),
    plan,
    point: report.point,
    undoUntil: new Date(visit.now.getTime() + report.undoDays * 86_400_000).toISOString(),
    draft,
    job,
    isDone,
    mayChange: draft !== undefined && plan.purpose === 'restore' && !isDone,
    said: visit.query('said') === 'type' ? 'type' : undefined,
    here: visit.link(`/plans/${report.plan}`, { draft }),
  });
}

function askPlan(
  { ask, account, param }: AccountVisit,
  offset: number,
  limit: number,
): Promise<ShownPlan | ShownDatabasePlan> {
  return ask({ kind: 'show-plan', account, plan: param('plan'), offset, limit });
}

function expired(visit: AccountVisit, { undoes }: ShownPlan['report']): Reply {
  const draft = visit.query('draft');
  if (undoes !== undefined) return expiredPage(visit, { to: visit.link(`/jobs/${undoes}`), word: 'back_undo' });
  if (draft === undefined) return errorWords('plan', 404, visit);
  const again = visit.link(`/plans/${visit.param('plan')}`, { draft });
  return expiredPage(visit, { to: visit.link('/restore', { draft }), word: 'back', again });
}

/** `do`: `run`; `leave:PATH`; `to:place` or `to:folder`; `mode:exact` or `mode:merge`; `again`. */
export async function changePlan(visit: AccountVisit): Promise<Reply> {
  const shown = await askPlan(visit, 0, 1);
  if (isShownOfDatabase(shown)) return changeDatabasePlan(visit, shown);
  const [word = '', value = ''] = (visit.field('do') ?? '').split(':');
  if (word === 'run') return run(visit, shown);
  const draft = visit.query('draft');
  if (draft === undefined) return errorWords('refused', 400, visit);
  const changed = await changeDraft(visit, draft, wishOf(word, value));
  const back = (said: string | undefined): Reply => redirect(visit.link('/restore', { draft, said }));
  if (changed === undefined || changed.paths.length === 0) return back('none');
  return planAgain(visit, changed, back);
}

function wishOf(word: string, value: string): Partial<DraftChange> {
  const left = fromAddress(value);
  if (word === 'leave' && left !== undefined) return { leaveOut: [left] };
  if (word === 'to' && (value === 'place' || value === 'folder')) return { goesTo: value };
  if (word === 'mode' && (value === 'exact' || value === 'merge')) return { mode: value };
  return {};
}

/** What was confirmed is what runs; a plan that was confirmed twice runs once. */
async function run(visit: AccountVisit, { report, job }: ShownPlan): Promise<Reply> {
  const { ask, account, link } = visit;
  if (job !== undefined) return redirect(link(`/jobs/${job}`));
  const isTyped = visit.field('typed')?.trim() === account;
  if (report.counts.deleted > 0 && report.purpose === 'restore' && !isTyped) {
    return redirect(link(`/plans/${report.plan}`, { draft: visit.query('draft'), said: 'type' }));
  }
  const begun = await ask({ kind: 'enqueue', work: { kind: 'run-plan', account, plan: report.plan } });
  return redirect(link(`/jobs/${begun.job.id}`));
}

const linesAtOnce = 5000;

/** All that a plan lists, for a spreadsheet. */
export async function listPlan(visit: AccountVisit): Promise<Reply> {
  const first = await askPlan(visit, 0, 1);
  if (isShownOfDatabase(first)) return errorWords('missing', 404, visit);
  const { report } = first;
  const headers = {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="plan-${report.plan}.csv"`,
  };
  return {
    kind: 'bytes',
    headers,
    write: async (sink) => {
      await sink(Buffer.from('\uFEFFaction,path,type,bytes,modified_now,modified_then\r\n'));
      for (let offset = 0, total = 1; offset < total; offset += linesAtOnce) {
        const shown = await askPlan(visit, offset, linesAtOnce);
        if (isShownOfDatabase(shown)) return;
        total = shown.total;
        const lines = shown.report.entries.map((entry) =>
          [
            entry.action,
            showWhole(entry.path),
            entry.type,
            String(entry.sizeBytes ?? entry.sizeNow ?? ''),
            entry.modifiedNow ?? '',
            entry.modified ?? '',
          ]
            .map(quote)
            .join(','),
        );
        await sink(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
      }
    },
  };
}

/** No name may become a formula of whoever opens the list. */
function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${showName(safe).replaceAll('"', '""')}"`;
}
