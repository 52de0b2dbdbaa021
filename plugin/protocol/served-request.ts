import { carryFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { cutText } from './cut-text.ts';
import { encodeFrame, isFields } from './frames.ts';
import type { Progress } from './requests.ts';
import type { ServedDoor, Sink } from './server.ts';
import type { Arrival } from './stream-tickets.ts';

/** Characters in a `part`: at most three bytes each, or two with a backslash. */
const partCharacters = 20_000;
/** Progress that waits for a slow reader. */
const waitingProgress = 16;
/** Bytes of a download that are handed over at a time. */
const streamBytes = 256 * 1024;

type Send = (frame: object) => Promise<void>;

/** One request of a client, from its frame to the last frame of its answer. */
export class ServedRequest {
  readonly #door: ServedDoor;
  readonly #id: number;
  readonly #send: Send;
  readonly #stopping = new AbortController();
  #kind = 'request';
  #progressWaiting = 0;
  #arrival: Arrival | undefined;
  #isStreamOpen = false;
  #isOver = false;

  constructor(door: ServedDoor, id: number, send: Send) {
    this.#door = door;
    this.#id = id;
    this.#send = send;
  }

  stop(): void {
    this.#stopping.abort(new Failure('cancelled', { action: this.#kind }));
    this.#arrival?.channel.close(); // nobody waits for a reader that takes nothing
  }

  /** @returns the frame that ends the request, not sent yet. Never throws. */
  async perform(value: unknown, session: string | undefined): Promise<object> {
    try {
      const answer = await this.#handle(value, session);
      this.#isOver = true;
      await this.#sendAnswer(JSON.stringify(answer));
      return { id: this.#id, end: true };
    } catch (error) {
      if (!isFailure(error)) this.#door.options.onFault(error);
      return this.#failureFrame(error);
    } finally {
      this.#isOver = true;
      this.#arrival?.channel.close();
    }
  }

  async #handle(value: unknown, session: string | undefined): Promise<object> {
    if (isFields(value) && typeof value['kind'] === 'string') this.#kind = cutText(value['kind'], 100);
    const { caller, request } = await this.#door.admit(value, session);
    this.#kind = request.kind;
    const answer = await this.#door.options.handle(caller, request, {
      session,
      signal: this.#stopping.signal,
      onProgress: (progress) => this.#tell(progress),
      openSink: () => this.#openSink(),
    });
    this.#arrival?.channel.close(); // its last byte was accepted: the reader sees the end
    return answer;
  }

  /** The whole text is held until it was read, so all texts together are bounded. */
  async #sendAnswer(text: string): Promise<void> {
    const door = this.#door;
    if (door.heldCharacters + text.length > door.limits.heldCharacters) throw door.busy();
    door.heldCharacters += text.length;
    try {
      for (let at = 0; at < text.length;) {
        const part = cutText(text.slice(at, at + partCharacters), partCharacters);
        at += part.length;
        await this.#send({ id: this.#id, part });
      }
    } finally {
      door.heldCharacters -= text.length;
    }
  }

  #tell(progress: Progress): void {
    if (this.#isOver || this.#stopping.signal.aborted || this.#progressWaiting >= waitingProgress) return;
    this.#progressWaiting++;
    this.#send({ id: this.#id, progress })
      .catch(() => {}) // too long for a frame: nobody needs it
      .finally(() => this.#progressWaiting--);
  }

  async #openSink(): Promise<Sink> {
    if (this.#isStreamOpen) throw new Error('a request has one stream');
    this.#isStreamOpen = true;
    const { options, limits, tickets } = this.#door;
    const secret = Buffer.from(options.randomSecret()).toString('hex');
    const { signal } = this.#stopping;
    const arriving = tickets.await(secret, limits.claimMilliseconds, signal);
    void this.#send({ id: this.#id, stream: secret });
    const arrival = await arriving;
    this.#arrival = arrival;
    if (arrival.gone.aborted) this.stop();
    arrival.gone.addEventListener('abort', () => this.stop(), { once: true });
    return (bytes) => this.#pour(arrival, bytes);
  }

  async #pour({ channel }: Arrival, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += streamBytes) {
      this.#stopping.signal.throwIfAborted();
      const timer = setTimeout(() => channel.close(), this.#door.limits.streamMilliseconds);
      try {
        await channel.send(bytes.subarray(at, at + streamBytes));
      } catch (cause) {
        throw new Failure('cancelled', { action: this.#kind }, { cause });
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** Facts may be long, a frame may not. */
  #failureFrame(error: unknown): object {
    const frame = { id: this.#id, failure: carryFailure(error, this.#kind) };
    try {
      encodeFrame(frame);
      return frame;
    } catch {
      const facts = { action: this.#kind, after: 'what went wrong is too long to tell' };
      return { id: this.#id, failure: { code: 'interrupted', facts } };
    }
  }
}
