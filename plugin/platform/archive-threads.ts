import { Worker } from 'node:worker_threads';
import type { ArchiveOrder, ArchiveOutcome, ArchivePool } from '../contracts/archive-pool.ts';
import { Failure, isFailure, type FailureCode, type FailureFacts } from '../domain/failure.ts';

/** What the pool says to a thread. A backup is known by its number, which never comes again. */
export type ThreadRequest =
  | { readonly kind: 'archive'; readonly number: number; readonly order: ArchiveOrder }
  | { readonly kind: 'help'; readonly number: number; readonly order: ArchiveOrder; readonly ring: SharedArrayBuffer }
  | { readonly kind: 'cancel' };

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly ring: SharedArrayBuffer;
  readonly programVersion: string;
}

export type ThreadAnswer =
  | { readonly kind: 'done'; readonly outcome: ArchiveOutcome }
  | { readonly kind: 'helped' }
  | { readonly kind: 'progress'; readonly files: number; readonly bytes: number }
  | ({ readonly kind: 'failed' } & DescribedError);

interface DescribedError {
  readonly code: FailureCode | undefined;
  readonly facts: unknown;
  readonly text: string;
}

/** An error as it crosses to another thread. */
export function describeError(error: unknown): DescribedError {
  if (isFailure(error)) return { code: error.code, facts: error.facts, text: error.message };
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', facts: { action: 'backup' }, text: error.message };
  }
  return {
    code: undefined,
    facts: undefined,
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** A thread's large things lie in arenas; short-lived objects need no more than this. */
const youngGenerationMegabytes = 3;

interface Job {
  readonly number: number;
  readonly order: ArchiveOrder;
  readonly onProgress: (files: number, bytes: number) => void;
  readonly signal: AbortSignal;
  readonly resolve: (outcome: ArchiveOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly ring: SharedArrayBuffer;
  job: Job | undefined;
  /** Number of the backup it helps with. */
  helping: number | undefined;
  /** A thread helps each backup once: it stays until that ends. */
  helpedBy: Thread | undefined;
}

export interface ArchiveThreadsOptions {
  readonly script: URL;
  readonly size: number;
  readonly ringBytes: number;
  readonly programVersion: string;
}

/** Threads are started when orders come or are announced, never more than `size`. */
export function openArchiveThreads(options: ArchiveThreadsOptions): ArchivePool {
  return new ArchiveThreads(options);
}

class ArchiveThreads implements ArchivePool {
  readonly size: number;
  readonly #options: ArchiveThreadsOptions;
  readonly #threads: Thread[] = [];
  readonly #waiting: Job[] = [];
  #lastNumber = 0;
  #failure: Error | undefined;
  #isClosing = false;

  constructor(options: ArchiveThreadsOptions) {
    this.#options = options;
    this.size = options.size;
  }

  prepare(orders: number): void {
    while (this.#threads.length < orders && this.#startThread() !== undefined);
  }

  run(
    order: ArchiveOrder,
    onProgress: (files: number, bytes: number) => void,
    signal: AbortSignal,
  ): Promise<ArchiveOutcome> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Failure('cancelled', { action: 'backup' }));
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ number: ++this.#lastNumber, order, onProgress, signal, resolve, reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
    this.#threads.length = 0;
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idleThread() ?? this.#startThread();
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || job === undefined) break;
      this.#begin(thread, job);
    }
    this.#assignHelpers();
  }

  #begin(thread: Thread, job: Job): void {
    thread.job = job;
    thread.helpedBy = undefined;
    thread.worker.ref();
    const cancel = (): void => thread.worker.postMessage({ kind: 'cancel' } satisfies ThreadRequest);
    job.signal.addEventListener('abort', cancel, { once: true });
    thread.worker.postMessage({ kind: 'archive', number: job.number, order: job.order } satisfies ThreadRequest);
  }

  /** Threads without work help those that have it, one helper each. A single backup gets a second thread for that. */
  #assignHelpers(): void {
    for (const busy of this.#threads) {
      if (busy.job === undefined || busy.helpedBy !== undefined) continue;
      const idle = this.#idleThread() ?? this.#startThread();
      if (idle === undefined) return;
      const { number, order } = busy.job;
      idle.helping = number;
      busy.helpedBy = idle;
      idle.worker.postMessage({ kind: 'help', number, order, ring: busy.ring } satisfies ThreadRequest);
    }
  }

  #idleThread(): Thread | undefined {
    return this.#threads.find((thread) => thread.job === undefined && thread.helping === undefined);
  }

  #startThread(): Thread | undefined {
    if (this.#threads.length >= this.size) return undefined;
    const ring = new SharedArrayBuffer(this.#options.ringBytes);
    const workerData: ThreadData = { ring, programVersion: this.#options.programVersion };
    const worker = new Worker(this.#options.script, {
      workerData,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
    });
    const thread: Thread = { worker, ring, job: undefined, helping: undefined, helpedBy: undefined };
    worker.on('message', (answer: ThreadAnswer) => this.#take(thread, answer));
    worker.on('error', (error) => this.#breakDown(error));
    worker.unref(); // a listener holds it again; waiting for work must not keep a process whose start has failed
    this.#threads.push(thread);
    return thread;
  }

  #take(thread: Thread, answer: ThreadAnswer): void {
    if (answer.kind === 'progress') return thread.job?.onProgress(answer.files, answer.bytes);
    const job = thread.job;
    thread.job = undefined;
    thread.helping = undefined;
    if (!this.#isClosing) thread.worker.unref(); // else nothing would hold the process until the thread has ended
    if (answer.kind === 'done') job?.resolve(answer.outcome);
    if (answer.kind === 'failed') job?.reject(toError(answer));
    this.#assign();
  }

  /** A thread that breaks down takes the run with it: what it had in hand is unknown. */
  #breakDown(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    for (const job of this.#waiting.splice(0)) job.reject(this.#failure);
    for (const thread of this.#threads) thread.job?.reject(this.#failure);
  }
}

function toError(answer: DescribedError): Error {
  if (answer.code === undefined) return new Error(answer.text);
  return new Failure(answer.code, answer.facts as FailureFacts[FailureCode]);
}
