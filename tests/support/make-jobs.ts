import type { Job, JobQueue, NewJob } from '../../plugin/contracts/job-queue.ts';
import { parseAccountName, parseGeneration } from '../../plugin/domain/ids.ts';

export const maria = parseGeneration('1'.repeat(32));
export const nikos = parseGeneration('2'.repeat(32));

/** Longer than any test takes. */
export const longLease = 600_000;

export function newJob(change: Partial<NewJob> = {}): NewJob {
  return {
    generation: maria,
    accountName: parseAccountName('maria'),
    kind: 'backup',
    weight: 'large',
    label: undefined,
    request: '{"kind":"backup"}',
    askedBy: 'account',
    uniqueKey: undefined,
    ...change,
  };
}

/** A job that `holder` runs. */
export async function runningJob(jobs: JobQueue, change: Partial<NewJob> = {}, lease = longLease): Promise<Job> {
  return claimed(jobs, await jobs.add(newJob(change)), lease);
}

export async function claimed(jobs: JobQueue, job: Pick<Job, 'id' | 'fence'>, lease = longLease): Promise<Job> {
  const taken = await jobs.claim(job, 'holder', lease);
  if (taken === undefined) throw new Error(`job ${job.id} could not be claimed`);
  return taken;
}

export const done = { state: 'done', result: '{}', undoUntil: undefined } as const;
