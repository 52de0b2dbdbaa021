import { isFailure } from '../../domain/failure.ts';
import type { JobLine } from '../../protocol/jobs.ts';
import { isOfDatabase, isShownOfDatabase } from '../../protocol/plan-kind.ts';
import type { Answer } from '../../protocol/requests.ts';
import { presentDatabaseDone, type DoneDatabase } from '../presenters/database-plan.ts';
import { presentDone, presentRunning, presentShown } from '../presenters/job.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';
import type { Say } from '../words.ts';

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

type Shown = Answer<'show-plan'>;
type Receipt = Answer<'run-plan'>;

async function planOf({ ask, account }: AccountVisit, plan: string | undefined): Promise<Shown | undefined> {
  if (plan === undefined) return undefined;
  try {
    return await ask({ kind: 'show-plan', account, plan, offset: 0, limit: 1 });
  } catch (error) {
    if (isFailure(error, 'unknown-plan')) return undefined;
    throw error;
  }
}

function runningPage(visit: AccountVisit, job: JobLine, shown: Shown | undefined): Reply {
  const { who, link } = visit;
  const about = shown === undefined ? undefined : presentShown(shown);
  return page('progress', {
    title: runningTitle(visit, job, about),
    running: presentRunning(job),
    about,
    email: who.email,
    here: link(`/jobs/${job.id}`),
    events: link(`/jobs/${job.id}/events`),
  });
}

function runningTitle({ say }: AccountVisit, job: JobLine, about: ReturnType<typeof presentShown> | undefined): string {
  if (about === undefined) return say(job.kind === 'backup' ? 'prog.backup' : 'prog.other');
  if (about.isUndo) return say('prog.undo');
  if (about.database !== undefined) return say('prog.db_title', { name: about.database });
  return say('prog.title', { count: about.entries });
}

function donePage({ say, link }: AccountVisit, job: JobLine, result: unknown): Reply {
  const here = link(`/jobs/${job.id}`);
  if (!isReceipt(result)) return page('finished', { title: say('done.other'), job, here });
  if (isOfDatabase(result)) {
    const done = presentDatabaseDone(job, result);
    const title = databaseTitle(say, done);
    return page('done-database', { title, done, here });
  }
  const done = presentDone(job, result);
  const title =
    done.purpose === 'undo'
      ? say('done.undone')
      : say(done.problemCount > 0 ? 'done.part' : 'done.title', { count: done.entries });
  return page('done', { title, done, here });
}

function databaseTitle(say: Say, { isUndo, isWhole, problemCount, name, counts }: DoneDatabase): string {
  if (isUndo) return say('done.undone');
  if (problemCount > 0) return say('db.d_part', { name });
  return isWhole ? say('db.d_title', { name }) : say('db.d_some', { name, count: counts.comesBack + counts.replaced });
}

function isReceipt(result: unknown): result is Receipt {
  return (
    typeof result === 'object' &&
    result !== null &&
    'purpose' in result &&
    'counts' in result &&
    'target' in result &&
    'problems' in result
  );
}

/** Failures of a restore for which the pages have words, `stopped.<word>`; some are told otherwise of a database. */
const explained = ['plan-changed', 'no-space', 'quota-exceeded', 'cancelled', 'interrupted', 'busy', 'unknown-plan'];
const explainedOfDatabase = ['plan-changed', 'database-busy', 'database-refused'];

function failedPage({ say, link }: AccountVisit, job: JobLine, shown: Shown | undefined): Reply {
  const word = shown?.state === 'writing' ? 'half' : wordOf(job.failure?.code ?? 'cancelled', shown);
  const next = job.failure?.code === 'plan-changed' ? job.failure.facts['plan'] : undefined;
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

function wordOf(code: string, shown: Shown | undefined): string {
  const isOfOne = shown !== undefined && isShownOfDatabase(shown);
  if (isOfOne && explainedOfDatabase.includes(code)) return `db_${code}`;
  return explained.includes(code) ? code : 'other';
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
  const isClear = isOfDatabase(report)
    ? report.warnings.every(({ kind }) => kind !== 'changed-since' && kind !== 'no-space')
    : report.warnings.length === 0 && report.counts.refused === 0;
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
