import type { Knex } from 'knex';
import type { Job, JobEnding } from '../contracts/job-queue.ts';
import { dueSql, jobsOf, readJobs, type JobBook, type JobRow } from './job-rows.ts';

type Held = Pick<Job, 'id' | 'fence'>;

/** How many reasons of earlier tries are kept. */
const reasonLimit = 10;

/** `JobQueue.claim`. Whoever changes the row first changes its fence, so that the others change nothing. */
export async function claimJob(
  book: JobBook,
  { id, fence }: Held,
  holder: string,
  leaseMilliseconds: number,
): Promise<Job | undefined> {
  const before = await jobsOf(book).where({ id, fence }).first();
  if (before === undefined) return undefined;
  const changed = await jobsOf(book)
    .where({ id, fence })
    .whereRaw(dueSql(book.now))
    .update({
      ...holdFor(book, leaseMilliseconds),
      state: 'running',
      fence: fence + 1,
      attempts: before.attempts + 1,
      turn: await nextTurn(book),
      started_at: book.connection.raw(book.now),
      holder,
      retry_reasons: before.state === 'running' ? addReason(before, lostHolder(before)) : before.retry_reasons,
    });
  if (changed !== 1) return undefined;
  const [claimed] = await readJobs(book, (jobs) => jobs.where({ id, fence: fence + 1 }));
  return claimed;
}

/** `JobQueue.renew` */
export async function renewJob(
  book: JobBook,
  job: Held,
  leaseMilliseconds: number,
  progress: string | undefined,
): Promise<'held' | 'cancel-wanted' | 'lost'> {
  const changed = await held(book, job).update({
    ...holdFor(book, leaseMilliseconds),
    ...(progress === undefined ? {} : { progress }),
  });
  if (changed !== 1) return 'lost';
  const row = await held(book, job).first('is_cancel_wanted');
  if (row === undefined) return 'lost';
  return row.is_cancel_wanted === 1 ? 'cancel-wanted' : 'held';
}

/** `JobQueue.finish` */
export async function finishJob(book: JobBook, job: Held, ending: JobEnding): Promise<boolean> {
  const changed = await held(book, job).update({
    state: ending.state,
    result: ending.state === 'done' ? ending.result : null,
    failure: ending.state === 'done' ? null : ending.failure,
    undo_until: ending.undoUntil?.getTime() ?? null,
    finished_at: book.connection.raw(book.now),
  });
  return changed === 1;
}

/** `JobQueue.retry`. What it reads stays as it is: only the holder writes it. */
export async function retryJob(book: JobBook, job: Held, delayMilliseconds: number, reason: string): Promise<boolean> {
  const before = await held(book, job).first();
  if (before === undefined) return false;
  const changed = await held(book, job).update({
    ...holdFor(book, delayMilliseconds),
    state: 'waiting',
    retry_reasons: addReason(before, reason),
  });
  return changed === 1;
}

/** `JobQueue.endLeases` */
export async function endLeases(book: JobBook): Promise<number> {
  return jobsOf(book).where({ state: 'running' }).update(holdFor(book, 0));
}

function held(book: JobBook, { id, fence }: Held): Knex.QueryBuilder<JobRow, JobRow[]> {
  return jobsOf(book).where({ id, fence, state: 'running' });
}

/** Columns that keep others away for as long. */
function holdFor({ connection, now }: JobBook, milliseconds: number): { held_from: Knex.Raw; held_until: Knex.Raw } {
  return { held_from: connection.raw(now), held_until: connection.raw(`${now} + ?`, [Math.round(milliseconds)]) };
}

/** Two claims at the same moment may get the same turn: then the older job comes first. */
async function nextTurn(book: JobBook): Promise<number> {
  const last = await jobsOf(book).max({ turn: 'turn' }).first<{ turn: number | null } | undefined>();
  return (last?.turn ?? 0) + 1;
}

function lostHolder({ kind, holder }: JobRow): string {
  return JSON.stringify({ code: 'interrupted', facts: { action: kind, after: `"${holder}" gave no sign` } });
}

function addReason({ retry_reasons: reasons }: JobRow, reason: string): string {
  const earlier = JSON.parse(reasons ?? '[]') as string[];
  return JSON.stringify([...earlier, reason].slice(-reasonLimit));
}
