import type { Job, JobQueue, OpenJob } from '../contracts/job-queue.ts';
import type { Log } from '../contracts/log.ts';
import type { JobId } from '../domain/job.ts';
import { startJobRun, type JobRun, type JobRunOptions } from './job-run.ts';

/** The worker's queue at work. */
export interface QueueRunner {
  /** Looks at the queue at once: something was added, or somebody wants a job to stop. */
  wake(): void;
  /** Tells the progress of a job while it runs here, and `undefined` each time its state may have changed. */
  watch(id: JobId, listener: (progress: unknown) => void): () => void;
  /** A job that runs here is asked to stop. */
  cancel(id: JobId): void;
  /**
   * Takes no more jobs. What runs may end within `patienceMilliseconds`; then it is interrupted and waits for the
   * next worker.
   */
  stop(patienceMilliseconds: number): Promise<void>;
}

export interface QueueRunnerOptions extends Omit<JobRunOptions, 'onProgress'> {
  readonly jobs: JobQueue;
  readonly holder: string;
  readonly log: Log;
  /** Which jobs to take up now. Only the wiring knows the rule's slots. */
  readonly choose: (open: readonly OpenJob[]) => readonly OpenJob[];
  /** How often to look when nobody wakes. */
  readonly pollMilliseconds: number;
}

export function startQueue(options: QueueRunnerOptions): QueueRunner {
  const runner = new PollingRunner(options);
  runner.wake();
  return runner;
}

type Listener = (progress: unknown) => void;

class PollingRunner implements QueueRunner {
  readonly #options: QueueRunnerOptions;
  readonly #runs = new Map<JobId, JobRun>();
  readonly #listeners = new Map<JobId, Set<Listener>>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(options: QueueRunnerOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#isWanted = true;
    this.#turn ??= this.#turns().finally(() => (this.#turn = undefined));
  }

  watch(id: JobId, listener: Listener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  cancel(id: JobId): void {
    this.#runs.get(id)?.cancel();
    this.#tell(id, undefined);
  }

  async stop(patienceMilliseconds: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    const runs = [...this.#runs.values()];
    const patience = new Promise((resolve) => setTimeout(resolve, patienceMilliseconds).unref());
    await Promise.race([Promise.all(runs.map((run) => run.over)), patience]);
    await Promise.all([...this.#runs.values()].map((run) => run.interrupt()));
  }

  async #turns(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      clearTimeout(this.#timer);
      try {
        await this.#claimSome();
      } catch (error) {
        this.#options.log.error('queue-not-read', { error });
      }
      if (!this.#isStopped) this.#timer = setTimeout(() => this.wake(), this.#options.pollMilliseconds);
    }
  }

  async #claimSome(): Promise<void> {
    const { jobs, choose, holder, leaseMilliseconds } = this.#options;
    const open = await jobs.open();
    for (const job of open) if (job.isCancelWanted) this.#runs.get(job.id)?.cancel();
    for (const job of choose(open.map((job) => this.#asSeenHere(job)))) {
      if (this.#isStopped) return;
      const claimed = await jobs.claim(job, holder, leaseMilliseconds);
      if (claimed !== undefined) this.#begin(claimed);
    }
  }

  /** What runs here runs, also when its lease has lapsed because the database did not answer. */
  #asSeenHere(job: OpenJob): OpenJob {
    return this.#runs.has(job.id) ? { ...job, state: 'running', isDue: false } : job;
  }

  #begin(job: Job): void {
    const run = startJobRun(job, { ...this.#options, onProgress: ({ id }, progress) => this.#tell(id, progress) });
    this.#runs.set(job.id, run);
    this.#tell(job.id, undefined);
    void run.over.then(() => {
      this.#runs.delete(job.id);
      this.#tell(job.id, undefined);
      this.wake();
    });
  }

  #tell(id: JobId, progress: unknown): void {
    for (const listener of this.#listeners.get(id) ?? []) listener(progress);
  }
}
