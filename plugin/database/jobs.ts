import type { Job, JobQueue } from '../contracts/job-queue.ts';
import type { Generation } from '../domain/ids.ts';
import type { JobId } from '../domain/job.ts';
import { addJob } from './add-job.ts';
import { cancelJob } from './cancel-job.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { claimJob, endLeases, finishJob, renewJob, retryJob } from './held-jobs.ts';
import { jobsOf, readJobs, type JobBook } from './job-rows.ts';
import { readOpenJobs } from './open-jobs.ts';

/** Waiting jobs of one account and weight that `open` gives. */
const openLimit = 100;
/** Done jobs that say how long one typically takes. */
const typicalCount = 9;
/** Rows that one statement deletes: no more are locked at a time. */
const removeCount = 500;

/** The queue in the database that `book` reaches. Each statement stands for itself. */
export function toJobQueue(book: JobBook): JobQueue {
  const oneByOne = queueUp();
  return {
    add: (job) => explainUnreachable(() => oneByOne(() => addJob(book, job))),
    open: () => explainUnreachable(() => readOpenJobs(book, openLimit)),
    claim: (job, holder, lease) => explainUnreachable(() => claimJob(book, job, holder, lease)),
    renew: (job, lease, progress) => explainUnreachable(() => renewJob(book, job, lease, progress)),
    finish: (job, ending) => explainUnreachable(() => finishJob(book, job, ending)),
    retry: (job, delay, reason) => explainUnreachable(() => retryJob(book, job, delay, reason)),
    endLeases: () => explainUnreachable(() => endLeases(book)),
    cancel: (generation, id) => explainUnreachable(() => cancelJob(book, generation, id)),
    find: (generation, id) => explainUnreachable(() => findJob(book, generation, id)),
    list: (generation, limit) => explainUnreachable(() => listJobs(book, generation, limit)),
    setUndo: (generation, id, until) => explainUnreachable(() => setUndo(book, generation, id, until)),
    typicalSeconds: (generation, kind) => explainUnreachable(() => typicalSeconds(book, generation, kind)),
    removeEndedBefore: (time) => explainUnreachable(() => removeEndedBefore(book, time)),
  };
}

/** @returns what does one piece of work after the other, whatever becomes of them. */
function queueUp(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

async function findJob(book: JobBook, generation: Generation, start: string): Promise<Job | undefined> {
  if (!/^[a-z0-9]{6,20}$/.test(start)) return undefined;
  const afterAll = `${start}{`; // follows `z`
  const found = await readJobs(book, (jobs) =>
    jobs.where({ generation }).where('id', '>=', start).where('id', '<', afterAll).limit(2),
  );
  return found.length === 1 ? found[0] : undefined;
}

async function listJobs(book: JobBook, generation: Generation, limit: number): Promise<Job[]> {
  return readJobs(book, (jobs) => jobs.where({ generation }).orderBy('number', 'desc').limit(limit));
}

async function setUndo(book: JobBook, generation: Generation, id: JobId, until: Date | undefined): Promise<void> {
  await jobsOf(book)
    .where({ generation, id })
    .update({ undo_until: until?.getTime() ?? null });
}

async function typicalSeconds(book: JobBook, generation: Generation, kind: string): Promise<number | undefined> {
  const rows = await jobsOf(book)
    .where({ generation, kind, state: 'done' })
    .orderBy('number', 'desc')
    .limit(typicalCount)
    .select('started_at', 'finished_at');
  const seconds = rows.map((row) => Math.max(0, (row.finished_at ?? 0) - (row.started_at ?? 0)) / 1000);
  return seconds.toSorted((one, other) => one - other)[Math.floor(seconds.length / 2)];
}

async function removeEndedBefore(book: JobBook, time: Date): Promise<number> {
  let removed = 0;
  for (let last = removeCount; last === removeCount; removed += last) {
    const rows = await jobsOf(book)
      .where('finished_at', '<', time.getTime())
      .whereRaw(`(undo_until IS NULL OR undo_until <= ${book.now})`)
      .limit(removeCount)
      .select('number');
    const numbers = rows.map(({ number }) => number);
    last = numbers.length === 0 ? 0 : await jobsOf(book).whereIn('number', numbers).delete();
  }
  return removed;
}
