import type { Job, JobEnding, JobQueue } from '../contracts/job-queue.ts';
import type { Log } from '../contracts/log.ts';
import type { WorkChild } from '../contracts/work-child.ts';
import { carryFailure } from '../domain/carried-failure.ts';
import { isServerWork } from '../domain/server-work.ts';
import { patienceFor, planAfterFailure } from '../domain/plan-job-ending.ts';
import { isFailure } from '../domain/failure.ts';

export interface JobRunOptions {
  readonly jobs: JobQueue;
  readonly start: () => WorkChild;
  readonly log: Log;
  readonly leaseMilliseconds: number;
  /** How long a job that shall stop may take to do so in order; one that puts back gets `patienceFor` more. */
  readonly patienceMilliseconds: number;
  readonly onProgress: (job: Job, progress: unknown) => void;
  /** The job has ended, and it was written down. */
  readonly onEnded?: ((job: Job) => void) | undefined;
}

/** One try of a job that this worker has claimed. */
export interface JobRun {
  readonly job: Job;
  /** Settles when the job has ended, waits again, or is another worker's; never rejects. */
  readonly over: Promise<void>;
  /** Asks it to stop in order, as its owner would. */
  cancel(): void;
  /** Ends its process at once; the job waits for the next worker. */
  interrupt(): Promise<void>;
}

/** Starts a process for the job, keeps the lease while it works, and writes down how it ended. */
export function startJobRun(job: Job, options: JobRunOptions): JobRun {
  return new ChildRun(job, options);
}

class ChildRun implements JobRun {
  readonly job: Job;
  readonly over: Promise<void>;
  readonly #options: JobRunOptions;
  readonly #child: WorkChild;
  readonly #stop = new AbortController();
  readonly #renewal: NodeJS.Timeout;
  #progress: string | undefined;
  #patience: NodeJS.Timeout | undefined;
  #isCancelWanted: boolean;
  #isInterrupted = false;
  #isLost = false;

  constructor(job: Job, options: JobRunOptions) {
    this.job = job;
    this.#options = options;
    this.#isCancelWanted = job.isCancelWanted;
    this.#child = options.start();
    this.#renewal = setInterval(() => void this.#renew(), options.leaseMilliseconds / 4);
    this.over = this.#run();
    if (job.isCancelWanted) this.cancel();
  }

  cancel(): void {
    this.#isCancelWanted = true;
    this.#stop.abort();
    this.#patience ??= setTimeout(() => this.#endOrWait(), this.#options.patienceMilliseconds);
  }

  /** Killed while it puts back, a home would stay between before and after. */
  #endOrWait(): void {
    const patience = patienceFor(this.#progress);
    if (patience === 0) void this.#child.kill();
    else this.#patience = setTimeout(() => void this.#child.kill(), patience);
  }

  async interrupt(): Promise<void> {
    this.#isInterrupted = true;
    await this.#child.kill();
    await this.over;
  }

  async #run(): Promise<void> {
    const { jobs, log } = this.#options;
    try {
      const ending = await this.#perform();
      const isOurs = this.#isLost ? false : await (ending === undefined || jobs.finish(this.job, ending));
      if (ending !== undefined && isOurs) this.#options.onEnded?.(this.job);
      log.info('job-ended', { job: this.job.id, kind: this.job.kind, state: ending?.state ?? 'waiting', isOurs });
    } catch (error) {
      log.error('job-not-recorded', { job: this.job.id, error }); // its lease ends, and somebody takes it up again
    } finally {
      clearInterval(this.#renewal);
      clearTimeout(this.#patience);
      await this.#child.kill();
    }
  }

  /** @returns undefined when the job waits again. */
  async #perform(): Promise<JobEnding | undefined> {
    try {
      const answer = await this.#child.perform({
        request: JSON.parse(this.job.request) as object,
        generation: isServerWork(this.job.generation) ? undefined : this.job.generation,
        jobId: this.job.id,
        signal: this.#stop.signal,
        sink: undefined,
        onProgress: (progress) => this.#take(progress),
      });
      return { state: 'done', result: JSON.stringify(answer), undoUntil: undoUntilOf(answer) };
    } catch (error) {
      return await this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<JobEnding | undefined> {
    const { jobs, log } = this.#options;
    const failure = carryFailure(error, this.job.kind);
    log.warn('job-failed', { job: this.job.id, kind: this.job.kind, attempts: this.job.attempts, error });
    const childDied = !this.#child.isAlive && isFailure(error, 'interrupted');
    const isCancelWanted = this.#isCancelWanted;
    const { attempts } = this.job;
    const after = planAfterFailure({ attempts, code: failure.code, childDied, isCancelWanted });
    const again = this.#isInterrupted ? { step: 'retry' as const, delayMilliseconds: 0 } : after;
    if (again.step === 'end') return { state: again.state, failure: JSON.stringify(failure), undoUntil: undefined };
    await jobs.retry(this.job, again.delayMilliseconds, JSON.stringify(failure));
    return undefined;
  }

  #take(progress: unknown): void {
    this.#progress = JSON.stringify(progress);
    this.#options.onProgress(this.job, progress);
  }

  async #renew(): Promise<void> {
    const { jobs, leaseMilliseconds, log } = this.#options;
    try {
      const held = await jobs.renew(this.job, leaseMilliseconds, this.#progress);
      if (held === 'cancel-wanted') this.cancel();
      if (held !== 'lost') return;
      this.#isLost = true;
      await this.#child.kill();
    } catch (error) {
      log.warn('lease-not-renewed', { job: this.job.id, error });
    }
  }
}

/** Restores say in their receipt until when they can be taken back. */
function undoUntilOf(answer: unknown): Date | undefined {
  const until = typeof answer === 'object' && answer !== null && 'undoUntil' in answer ? answer.undoUntil : undefined;
  return typeof until === 'string' ? new Date(until) : undefined;
}
