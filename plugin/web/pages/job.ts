import { isFailure } from '../../domain/failure.ts';
import type { JobLine } from '../../protocol/jobs.ts';
import type { ReceiptReport, ShownPlan } from '../../protocol/plans.ts';
import { plannedEntries, presentDone, presentRunning } from '../presenters/job.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';

/** A job while it waits and runs, and what it came to: the same address all along. */
export async function showJob(visit: AccountVisit): Promise<Reply> {
  const told = await askJob(visit);
  const shown = await planOf(visit, told.plan);
  const { job } = told;
  switch (job.state) {
    case 'waiting':
    case 'running':
      return runningPage(visit, job, shown);
    case 'done':
      return donePage(visit, job, told.result);
    case 'failed':
    case 'cancelled':
      return failedPage(visit, job, shown);
  }
}

function askJob({ ask, account, param }: AccountVisit) {
  return ask({ kind: 'job', account, job: param('job') });
}

/** Plans of files; what became of others is told without. */
async function planOf({ ask, account }: AccountVisit, plan: string | undefined): Promise<ShownPlan | undefined> {
  if (plan === undefined) return undefined;
  try {
    return await ask({ kind: 'show-plan', account, plan, offset: 0, limit: 1 });
  } catch (error) {
    if (isFailure(error, 'unknown-plan')) return undefined;
    throw error;
  }
}

function runningPage({ say, who, link }: AccountVisit, job: JobLine, shown: ShownPlan | undefined): Reply {
  const isUndo = shown?.report.purpose === 'undo';
  const key = shown === undefined ? (job.kind === 'backup' ? 'prog.backup' : 'prog.other') : 'prog.title';
  const title = isUndo ? say('prog.undo') : say(key, { count: shown === undefined ? 0 : plannedEntries(shown) });
  return page('progress', {
    title,
    running: presentRunning(job),
    isRestore: shown !== undefined,
    isUndo,
    pointTime: shown?.report.point?.time,
    safetyBytes: shown?.report.counts.safetyBytes ?? 0,
    email: who.email,
    here: link(`/jobs/${job.id}`),
    events: link(`/jobs/${job.id}/events`),
  });
}

function donePage({ say, link }: AccountVisit, job: JobLine, result: unknown): Reply {
  if (!isReceipt(result)) return page('finished', { title: say('done.other'), job, here: link(`/jobs/${job.id}`) });
  const done = presentDone(job, result);
  const title =
    done.purpose === 'undo'
      ? say('done.undone')
      : say(done.problemCount > 0 ? 'done.part' : 'done.title', { count: done.entries });
  return page('done', { title, done, here: link(`/jobs/${job.id}`) });
}

function isReceipt(result: unknown): result is ReceiptReport {
  return (
    typeof result === 'object' && result !== null && 'counts' in result && 'target' in result && 'problems' in result
  );
}

/** Failures of a restore for which the pages have words, `stopped.<code>`. */
const explained = ['plan-changed', 'no-space', 'quota-exceeded', 'cancelled', 'interrupted', 'busy', 'unknown-plan'];

function failedPage({ say, link }: AccountVisit, job: JobLine, shown: ShownPlan | undefined): Reply {
  const code = job.failure?.code ?? 'cancelled';
  const word = explained.includes(code) ? code : 'other';
  const next = code === 'plan-changed' ? job.failure?.facts['plan'] : undefined;
  const changes = job.failure?.facts['changes'];
  return page('stopped', {
    title: say(shown === undefined ? 'stopped.job' : `stopped.${word}`),
    word,
    isRestore: shown !== undefined,
    next: typeof next === 'string' ? next : undefined,
    changes: typeof changes === 'number' ? changes : 1,
    here: link(`/jobs/${job.id}`),
  });
}

/** `do`: `stop` ends it and puts back what it began; `undo` takes it back when it is done. */
export async function changeJob(visit: AccountVisit): Promise<Reply> {
  const { ask, account, param, field, link } = visit;
  const job = param('job');
  if (field('do') === 'undo') return undo(visit, job);
  if (field('do') === 'stop') await ask({ kind: 'cancel', account, job });
  else await askJob(visit);
  return redirect(link(`/jobs/${job}`));
}

/** One click when nothing was changed since; else the changes are shown first. */
async function undo({ ask, account, link }: AccountVisit, job: string): Promise<Reply> {
  const report = await ask({ kind: 'plan-undo', account, job });
  const isClear = 'entries' in report && report.warnings.length === 0 && report.counts.refused === 0;
  if (!isClear) return redirect(link(`/plans/${report.plan}`));
  const begun = await ask({ kind: 'enqueue', work: { kind: 'run-plan', account, plan: report.plan } });
  return redirect(link(`/jobs/${begun.job.id}`));
}

/** The same as JSON, for scripts. */
export async function tellJob(visit: AccountVisit): Promise<Reply> {
  const { job } = await askJob(visit);
  return { kind: 'json', body: job };
}

const shortestMilliseconds = 700;

/** Tells that there is something new to see; what it is, the page shows. */
export async function sendJobEvents(visit: AccountVisit): Promise<Reply> {
  const { ask, account, param } = visit;
  const job = param('job');
  await ask({ kind: 'job', account, job }); // not found is a page, not a stream
  return {
    kind: 'events',
    run: async (send, signal) => {
      const tell = atMostEvery(shortestMilliseconds, () => send({ news: true }));
      try {
        const followed = await ask({ kind: 'follow', account, job }, { onProgress: () => tell.call(), signal });
        send({ end: followed.job.state });
      } catch (error) {
        if (!isFailure(error)) throw error; // the page that polls says what is wrong
      } finally {
        tell.stop();
      }
    },
  };
}

/** Calls now, or once when the time is over. */
function atMostEvery(milliseconds: number, act: () => void): { call: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let isAsked = false;
  const begin = (): void => {
    timer = setTimeout(() => {
      timer = undefined;
      if (isAsked) call();
    }, milliseconds);
  };
  const call = (): void => {
    isAsked = timer !== undefined;
    if (isAsked) return;
    act();
    begin();
  };
  return { call, stop: () => clearTimeout(timer) };
}
