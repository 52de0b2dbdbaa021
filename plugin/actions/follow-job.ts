import type { Job } from '../contracts/job-queue.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/job.ts';
import type { Answer, Progress, QueuedRequest } from '../protocol/requests.ts';
import { findJob, toLine } from './jobs.ts';
import type { Performing, Services } from './services.ts';

/** Tells when a job may have changed: in the worker at once, elsewhere every moment. */
export interface JobChanges {
  /** Calls `listener` with progress, or with `undefined` when the state may have changed. @returns how to stop. */
  watch(id: JobId, listener: (progress: unknown) => void): () => void;
}

/**
 * Resolves when a job has ended, however. Progress goes on meanwhile; the signal ends the watching, not the job.
 * @throws {Failure} `unknown-job`; `cancelled` when the signal fired.
 */
export async function followJob(
  { services, onProgress, signal }: Performing,
  request: { account: string; job: string },
  changes: JobChanges,
): Promise<Answer<'follow'>> {
  const { id } = await findJob(services, request.account, request.job);
  const news = listen(id, changes, onProgress, signal);
  try {
    for (;;) {
      const job = await findJob(services, request.account, id);
      const line = await toLine(services, job);
      onProgress({ kind: 'job', job: line });
      if (job.state !== 'waiting' && job.state !== 'running') return { job: line, result: resultOf(job) };
      await news.next();
    }
  } finally {
    news.end();
  }
}

/** A job as it is at this moment. @throws {Failure} `unknown-job`, also for a job of another account. */
export async function tellJob(services: Services, request: { account: string; job: string }): Promise<Answer<'job'>> {
  const job = await findJob(services, request.account, request.job);
  return { job: await toLine(services, job), result: resultOf(job), plan: planIn(job.request) };
}

function planIn(request: string): string | undefined {
  const work = JSON.parse(request) as QueuedRequest;
  return work.kind === 'run-plan' ? work.plan : undefined;
}

function resultOf(job: Job): unknown {
  return job.result === undefined ? undefined : (JSON.parse(job.result) as unknown);
}

/** Waits for the next change of state; passes progress on meanwhile. What changes while nobody waits is not missed. */
function listen(id: JobId, changes: JobChanges, onProgress: (progress: Progress) => void, signal: AbortSignal) {
  let wake: (() => void) | undefined;
  let isNew = false;
  const change = (): void => {
    isNew = true;
    wake?.();
  };
  const unwatch = changes.watch(id, (progress) =>
    progress === undefined ? change() : onProgress(progress as Progress),
  );
  signal.addEventListener('abort', change);
  return {
    async next(): Promise<void> {
      if (!isNew) await new Promise<void>((resolve) => (wake = resolve));
      isNew = false;
      if (signal.aborted) throw new Failure('cancelled', { action: 'follow' });
    },
    end(): void {
      signal.removeEventListener('abort', change);
      unwatch();
    },
  };
}
