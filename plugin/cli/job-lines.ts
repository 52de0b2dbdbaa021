import type { JobLine } from '../protocol/jobs.ts';
import type { Session } from './command.ts';
import { explainFailure } from './failure-report.ts';
import type { Page } from './page.ts';
import { shortId, showText } from './show-text.ts';
import { renderFitting, type Column } from './table.ts';

/** Jobs as a table, in the order given. Where it is too wide, when they were asked for is left out. */
export function renderJobs(jobs: readonly JobLine[], page: Page): readonly string[] {
  const { texts } = page;
  const id = { title: texts.say('column.job'), colour: 'cyan', show: (job: JobLine) => shortId(job.id) } as const;
  const work = { title: texts.say('column.work'), show: (job: JobLine) => showWork(job, page) };
  const since = {
    title: texts.say('column.since'),
    colour: 'grey',
    show: (job: JobLine) => page.ago(job.createdAt),
  } as const;
  const state = { title: texts.say('column.state'), show: (job: JobLine) => showState(job, page) };
  const toTable = (columns: readonly (Column & { show: (job: JobLine) => string })[]) => ({
    columns,
    rows: jobs.map((job) => columns.map(({ show }) => show(job))),
  });
  return renderFitting([toTable([id, work, since, state]), toTable([id, work, state])], page.columns, page.paint);
}

/** `1a2b3c4d: There is no space left…`, for each job that failed. */
export function explainJobs(jobs: readonly JobLine[], page: Page): string[] {
  return jobs.flatMap(({ id, state, failure }) =>
    state !== 'failed' || failure === undefined
      ? []
      : [page.mark('bad', `${shortId(id)}: ${explainFailure(failure.code, failure.facts, page.texts)}`)],
  );
}

/** Where a job that was just queued stands, and how to follow it. */
export async function describeEnqueued(job: JobLine, session: Session): Promise<string[]> {
  const { texts } = session.page;
  const larder = await session.larder(job.account);
  const place = (await session.hasWorker()) ? showWait(job, session.page) : texts.say('job.noWorker');
  const sentence = `${place.charAt(0).toLocaleUpperCase(texts.language)}${place.slice(1)}`;
  return [sentence.endsWith('.') ? sentence : `${sentence}.`, texts.say('job.follow', { command: `${larder} jobs` })];
}

/** `backup “before 7.0”`. */
export function showWork({ kind, label }: Pick<JobLine, 'kind' | 'label'>, { texts }: Page): string {
  const key = `work.${kind}`;
  const name = texts.has(key) ? texts.say(key) : showText(kind);
  return label === undefined || label === '' ? name : texts.say('job.labelled', { work: name, label });
}

/** How far a job is, in a few words. */
export function showState(job: JobLine, page: Page): string {
  const { texts } = page;
  if (job.state === 'waiting') return showWait(job, page);
  if (job.state === 'running') return showRun(job, page);
  if (job.undoUntil !== undefined) return texts.say('job.undoable', { day: page.day(job.undoUntil) });
  return texts.say(`job.state.${job.state}`);
}

/** `waiting, 2 jobs before it, about 3 min`. */
export function showWait(job: JobLine, page: Page): string {
  const { position, secondsLeft } = job;
  const place = position === 0 ? showBlocker(job, page) : page.texts.say('job.before', { count: position });
  return secondsLeft === undefined ? place : `${place}, ${showLeft(secondsLeft, page)}`;
}

/** `waits for: restore`, of one that is next. */
function showBlocker({ waitsFor }: JobLine, page: Page): string {
  const { texts } = page;
  if (waitsFor === undefined) return texts.say('job.next');
  if (waitsFor.by === 'others') return texts.say('job.waitsForOthers');
  return texts.say('job.waitsFor', { work: showWork({ kind: waitsFor.kind, label: undefined }, page) });
}

function showRun({ progress, secondsLeft }: JobLine, page: Page): string {
  const { texts } = page;
  const { bytes = 0, bytesTotal = 0 } = progress ?? {};
  const share = bytesTotal > 0 ? `, ${page.number(Math.floor(Math.min(1, bytes / bytesTotal) * 100))} %` : '';
  const left = secondsLeft === undefined || secondsLeft < 1 ? '' : `, ${showLeft(secondsLeft, page)}`;
  return `${texts.say('job.state.running')}${share}${left}`;
}

function showLeft(seconds: number, page: Page): string {
  const minutes = Math.round(seconds / 60);
  const isLong = seconds >= 90 && seconds < 3600;
  const time = isLong ? page.texts.say('duration.wholeMinutes', { minutes }) : page.duration(Math.max(1, seconds));
  return page.texts.say('job.about', { time });
}
