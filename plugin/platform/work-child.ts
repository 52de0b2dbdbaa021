import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Errand, WorkChild } from '../contracts/work-child.ts';
import { parseCarriedFailure, toFailure, type CarriedFailure } from '../domain/carried-failure.ts';
import { Failure } from '../domain/failure.ts';

/** What a child is told. */
export type ChildOrder =
  | {
      readonly kind: 'perform';
      readonly request: object;
      readonly generation: string | undefined;
      readonly jobId: string | undefined;
      readonly streams: boolean;
    }
  | { readonly kind: 'stop' };

/** What a child says. Whatever it says is checked: a fault in it must not become a fault of the worker. */
export type ChildAnswer =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly failure: CarriedFailure };

/** Tells a child that it is to read only, and again and again. */
export const readingWord = 'reading';

/** The descriptor on which a child writes the bytes of a download. */
export const streamDescriptor = 4;

export interface WorkChildOptions {
  /** The program, a file that Node runs. */
  readonly program: string;
  readonly environment: { readonly [name: string]: string | undefined };
  /** It answers one reading request after the other. Somebody waits: it is not held as small as this process. */
  readonly isReader?: boolean;
}

/**
 * Starts a process that performs requests. It ends by itself when this process ends, however that comes.
 * Its standard error is ours.
 */
export function startWorkChild({ program, environment, isReader = false }: WorkChildOptions): WorkChild {
  const words = isReader ? [program, readingWord] : [program];
  const child = spawn(process.execPath, [...optionsFor(isReader), ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
    env: { ...environment },
    serialization: 'json',
  });
  return new ProcessChild(child);
}

/**
 * A reader is quick: without the first option V8 looks a folder or a plan through in two thirds to half of the time, and
 * with a larger space what a large folder is read into is not taken for something that stays. A job is small.
 */
function optionsFor(isReader: boolean): string[] {
  const others = process.execArgv.filter((option) => !option.startsWith('--max-semi-space-size='));
  if (!isReader) return [...others, '--max-semi-space-size=1'];
  return [...others.filter((option) => option !== '--optimize-for-size'), '--max-semi-space-size=8'];
}

class ProcessChild implements WorkChild {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #isAlive = true;
  #settle: ((answer: ChildAnswer | undefined) => void) | undefined;
  #onProgress: Errand['onProgress'] = () => {};

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => this.#leave(resolve));
      child.once('error', () => this.#leave(resolve)); // it could not be started
    });
    child.on('message', (message) => this.#take(message as ChildAnswer));
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  async perform({ request, generation, jobId, signal, onProgress, sink }: Errand): Promise<unknown> {
    this.#onProgress = onProgress;
    const answered = new Promise<ChildAnswer | undefined>((resolve) => (this.#settle = resolve));
    const stop = (): void => this.#tell({ kind: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (this.#isAlive) this.#tell({ kind: 'perform', request, generation, jobId, streams: sink !== undefined });
      else this.#settle?.(undefined);
      if (signal.aborted) stop();
      const drained = sink === undefined ? undefined : drain(this.#child.stdio[streamDescriptor] as Readable, sink);
      drained?.catch(() => this.kill());
      const answer = await answered;
      if (answer?.kind === 'answer') await drained;
      return openAnswer(answer);
    } finally {
      signal.removeEventListener('abort', stop);
      this.#settle = undefined;
      this.#onProgress = () => {};
    }
  }

  async kill(): Promise<void> {
    if (this.#isAlive) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #tell(order: ChildOrder): void {
    if (this.#isAlive && this.#child.connected) this.#child.send(order, () => {});
  }

  #take(message: ChildAnswer): void {
    if (message.kind === 'progress') this.#onProgress(message.progress);
    else this.#settle?.(message);
  }

  #leave(resolve: () => void): void {
    this.#isAlive = false;
    this.#settle?.(undefined);
    resolve();
  }
}

/** A download's bytes, each piece taken before the next is read. Ends when the child closes its side. */
async function drain(stream: Readable, sink: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const bytes of stream) await sink(bytes as Uint8Array);
}

function openAnswer(answer: ChildAnswer | undefined): unknown {
  if (answer?.kind === 'answer') return answer.answer;
  if (answer?.kind === 'failure') throw toFailure(parseCarriedFailure(answer.failure));
  throw new Failure('interrupted', { action: 'the request', after: 'its process ended early' });
}
