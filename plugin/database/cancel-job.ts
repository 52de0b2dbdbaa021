import type { Job } from '../contracts/job-queue.ts';
import type { Generation } from '../domain/ids.ts';
import type { JobId } from '../domain/job.ts';
import { jobsOf, readJobs, type JobBook } from './job-rows.ts';

/** `JobQueue.cancel`. Looks again when the job was claimed, or ended, in between. */
export async function cancelJob(book: JobBook, generation: Generation, id: JobId): Promise<Job | undefined> {
  for (;;) {
    const [job] = await readJobs(book, (jobs) => jobs.where({ generation, id }));
    if (job === undefined || job.isCancelWanted || !isOpen(job)) return job;
    await (job.attempts === 0 ? endWaiting(book, job) : askToStop(book, job));
  }
}

function isOpen({ state }: Job): boolean {
  return state === 'waiting' || state === 'running';
}

async function endWaiting(book: JobBook, { id, fence, kind }: Job): Promise<void> {
  await jobsOf(book)
    .where({ id, fence, state: 'waiting' })
    .update({
      state: 'cancelled',
      failure: JSON.stringify({ code: 'cancelled', facts: { action: kind } }),
      finished_at: book.connection.raw(book.now),
    });
}

/** One that waits to be begun again is due at once. */
async function askToStop(book: JobBook, { id, fence, state }: Job): Promise<void> {
  const now = book.connection.raw(book.now);
  await jobsOf(book)
    .where({ id, fence, state })
    .update({ is_cancel_wanted: 1, ...(state === 'waiting' ? { held_from: now, held_until: now } : {}) });
}
