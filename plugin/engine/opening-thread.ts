import type { BlobThread } from '../contracts/blob-thread.ts';
import { makeOpenedRing, slotCount, type OpenedBlob, type OpenRequest } from './opened-ring.ts';
import { OpenedRingReader } from './opened-ring-reader.ts';

/** Starts the thread on the ring. @param onEnd as `StartBlobThread` says. */
export type StartOnRing = (memory: SharedArrayBuffer, onEnd: (cause: Error) => void) => BlobThread;

/** A thread that opens blobs, as who asks it sees it. It is started when there is enough for it to do. */
export class OpeningThread {
  readonly #start: StartOnRing;
  #thread: BlobThread | undefined;
  #ring: OpenedRingReader | undefined;
  #problem: Error | undefined;
  /** Requests that were made, and those of them whose answers were taken. */
  #asked = 0;
  #taken = 0;
  /** What was given out last. */
  #lent: OpenedBlob | undefined;

  constructor(start: StartOnRing) {
    this.#start = start;
  }

  get isStarted(): boolean {
    return this.#ring !== undefined;
  }

  start(): void {
    const memory = makeOpenedRing();
    const ring = new OpenedRingReader(memory);
    this.#ring = ring;
    this.#thread = this.#start(memory, (cause) => {
      this.#problem ??= new Error(`the thread that opens blobs has ended: ${cause.message}`, { cause });
      ring.wake();
    });
  }

  /** Whether another request finds room. */
  get hasRoom(): boolean {
    return this.#asked - this.#taken < slotCount;
  }

  /** @param request undefined where nothing can be opened: that takes its turn too. */
  ask(request: OpenRequest | undefined): void {
    this.#ring?.ask(this.#asked++, request);
  }

  /**
   * The answer to the oldest request: the blob, valid until `release` or the next call; undefined when it was not opened.
   * @throws {Error} when the thread has ended.
   */
  async take(): Promise<Buffer | undefined> {
    this.release();
    const ring = this.#ring;
    if (ring === undefined) return undefined;
    while (!ring.isAnswered(this.#taken)) {
      if (this.#problem !== undefined) throw this.#problem;
      await ring.nextAnswer(this.#taken);
    }
    this.#lent = ring.take(this.#taken++);
    return this.#lent?.bytes;
  }

  /** What was taken last is not needed any more. */
  release(): void {
    if (this.#lent !== undefined) this.#ring?.release(this.#lent);
    this.#lent = undefined;
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
