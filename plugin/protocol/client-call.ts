import { parseCarriedFailure, toFailure } from '../domain/carried-failure.ts';
import { Failure } from '../domain/failure.ts';
import { broken, countMembers, isFields, parseJson, type Fields } from './frames.ts';
import type { Progress } from './requests.ts';

/** The longest answer, in characters. */
const answerLimit = 64 * 1024 * 1024;
/** So long the server may take to stop. */
const stopMilliseconds = 10_000;

export interface CallOptions {
  readonly session: string | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Told the secret of the stream; absent where no stream is expected. */
  readonly onStream?: (secret: string) => void;
}

/** One request that waits for its answer. */
export class ClientCall {
  readonly kind: string;
  readonly #options: CallOptions;
  readonly #sendStop: () => void;
  readonly #settling = Promise.withResolvers<object>();
  #parts: string[] = [];
  #length = 0;
  #hasStream = false;
  #stopTimer: NodeJS.Timeout | undefined;

  constructor(kind: string, options: CallOptions, sendStop: () => void) {
    this.kind = kind;
    this.#options = options;
    this.#sendStop = sendStop;
    options.signal.addEventListener('abort', this.#stop, { once: true });
  }

  get answer(): Promise<object> {
    return this.#settling.promise;
  }

  /** @throws {Failure} `protocol-broken` when no such frame may come now. */
  take(frame: Fields): void {
    const { progress, part, end, failure, stream } = frame;
    if (Object.keys(frame).length !== 2) throw broken('an answer has other fields than it may have');
    if (isFields(progress)) return this.#tell(progress);
    if (typeof part === 'string') return this.#add(part);
    if (typeof stream === 'string') return this.#beginStream(stream);
    if (end === true) return this.#finish();
    if (failure !== undefined) return this.fail(toFailure(parseCarriedFailure(failure)));
    throw broken('an answer has other fields than it may have');
  }

  fail(failure: Failure): void {
    this.#settling.reject(failure);
  }

  close(): void {
    this.#parts = [];
    clearTimeout(this.#stopTimer);
    this.#options.signal.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => {
    this.#sendStop();
    const failure = new Failure('cancelled', { action: this.kind });
    this.#stopTimer = setTimeout(() => this.fail(failure), stopMilliseconds);
  };

  /** What this version does not know is left out. */
  #tell(progress: Fields): void {
    if (isProgress(progress)) this.#options.onProgress(progress);
  }

  #add(part: string): void {
    this.#length += part.length;
    if (this.#length > answerLimit) throw broken('an answer is too long');
    this.#parts.push(part);
  }

  #beginStream(secret: string): void {
    if (this.#hasStream || this.#options.onStream === undefined) throw broken('a stream that nobody asked for');
    this.#hasStream = true;
    this.#options.onStream(secret);
  }

  #finish(): void {
    const answer = parseJson(this.#parts.join(''));
    countMembers(answer);
    if (!isFields(answer)) throw broken('an answer is no object');
    this.#settling.resolve(answer);
  }
}

const neededFields: { readonly [Kind in Progress['kind']]: (progress: Fields) => boolean } = {
  'account-started': ({ account }) => typeof account === 'string',
  'account-finished': ({ report }) => isFields(report),
  job: ({ job }) => isFields(job),
  advance: ({ account, step, items, bytes }) =>
    typeof account === 'string' && typeof step === 'string' && typeof items === 'number' && typeof bytes === 'number',
};

function isProgress(progress: Fields): progress is Fields & Progress {
  const { kind } = progress;
  if (typeof kind !== 'string' || !Object.hasOwn(neededFields, kind)) return false;
  return neededFields[kind as Progress['kind']](progress);
}
