import { carryFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { Channel } from './channel.ts';
import { parseClientFrame, type ClientFrame } from './envelope.ts';
import { broken, encodeFrame, FrameDecoder, type Fields } from './frames.ts';
import { ServedRequest } from './served-request.ts';
import type { ServedDoor } from './server.ts';

/** One connection of a client: its open requests, or the bytes of one download. */
export class ServedConnection {
  readonly #door: ServedDoor;
  readonly #channel: Channel;
  readonly #open = new Map<number, ServedRequest>();
  readonly #settling = new Set<Promise<void>>();
  readonly #gone = new AbortController();
  #idleTimer: NodeJS.Timeout | undefined;
  #purpose: 'unknown' | 'requests' | 'stream' = 'unknown';

  constructor(door: ServedDoor, channel: Channel) {
    this.#door = door;
    this.#channel = channel;
  }

  /** Resolves when the connection has closed. */
  async serve(): Promise<void> {
    try {
      await this.#door.pace.step();
      this.#rest();
      void this.send({ hello: this.#door.hello });
      await this.#read();
    } catch (error) {
      if (!isFailure(error, 'protocol-broken')) this.#door.options.onFault(error);
      if (this.#purpose !== 'stream') await this.send({ failure: carryFailure(error, 'read') });
    } finally {
      this.#end();
    }
  }

  /** Resolves when everything that was asked for has settled. */
  async settle(): Promise<void> {
    await Promise.all(this.#settling);
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Sends a frame; a reader that does not take it is cut off, and who has gone is noticed by reading.
   * @throws {RangeError} when it is longer than a frame may be.
   */
  async send(frame: object): Promise<void> {
    const bytes = encodeFrame(frame);
    const timer = setTimeout(() => this.#channel.close(), this.#door.limits.sendMilliseconds);
    try {
      await this.#channel.send(bytes);
    } catch {
      this.#channel.close();
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<void> {
    const decoder = new FrameDecoder();
    for await (const chunk of this.#channel.chunks) {
      for (const frame of decoder.read(chunk)) {
        await this.#door.pace.step();
        if (!this.#take(frame)) return;
      }
      if (this.#purpose === 'stream' && decoder.isWithinFrame) return;
    }
  }

  /** @returns false when there is nothing more to read. */
  #take(fields: Fields): boolean {
    if (this.#purpose === 'stream') return false;
    const frame = parseClientFrame(fields);
    if (frame.kind === 'stream') return this.#carry(frame.secret);
    this.#purpose = 'requests';
    if (frame.kind === 'stop') this.#open.get(frame.id)?.stop();
    else this.#begin(frame);
    return true;
  }

  /** What is sent from here on are the bytes of a file: an unknown secret is told nothing. */
  #carry(secret: string): boolean {
    if (this.#purpose === 'requests') throw broken('a connection with requests asked for a stream');
    this.#purpose = 'stream';
    const claim = this.#door.tickets.claim(secret);
    if (claim === undefined) return false;
    clearTimeout(this.#idleTimer);
    claim({ channel: this.#channel, gone: this.#gone.signal });
    return true;
  }

  #begin({ id, request, session }: Extract<ClientFrame, { kind: 'request' }>): void {
    const { limits, options } = this.#door;
    if (this.#open.has(id)) throw broken('two requests have the same id');
    if (session !== undefined && options.caller.kind !== 'web') throw broken('a session on this socket');
    const isFull = this.#open.size >= limits.requests || this.#door.openRequests >= limits.requestsTogether;
    const settling = isFull ? this.#refuse(id) : this.#perform(id, request, session);
    const settled = settling.catch(options.onFault);
    this.#settling.add(settled);
    void settled.finally(() => this.#settling.delete(settled));
  }

  /** Counts as a frame that waits to be read, so that who only asks and never reads is not read any more either. */
  async #refuse(id: number): Promise<void> {
    if (this.#settling.size > 4 * this.#door.limits.requests) return this.#channel.close();
    await this.send({ id, failure: carryFailure(this.#door.busy(), 'read') });
  }

  async #perform(id: number, request: unknown, session: string | undefined): Promise<void> {
    clearTimeout(this.#idleTimer);
    const served = new ServedRequest(this.#door, id, (frame) => this.send(frame));
    this.#open.set(id, served);
    this.#door.openRequests++;
    const last = await served.perform(request, session);
    this.#open.delete(id);
    this.#door.openRequests--;
    if (this.#open.size === 0) this.#rest();
    await this.send(last);
  }

  /** Waits for the next request, but not for ever. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    if (this.#gone.signal.aborted) return;
    this.#idleTimer = setTimeout(() => this.#channel.close(), this.#door.limits.idleMilliseconds);
  }

  #end(): void {
    this.#channel.close();
    this.#gone.abort(new Failure('cancelled', { action: 'download' }));
    clearTimeout(this.#idleTimer);
    for (const served of this.#open.values()) served.stop();
  }
}
