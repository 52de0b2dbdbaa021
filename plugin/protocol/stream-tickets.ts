import { Failure } from '../domain/failure.ts';
import type { Channel } from './channel.ts';

/** The connection that came for a stream. */
export interface Arrival {
  readonly channel: Channel;
  /** Fires when the other side has gone. */
  readonly gone: AbortSignal;
}

/** One-time secrets with which a second connection of the same socket takes a stream over. */
export class StreamTickets {
  readonly #waiting = new Map<string, (arrival: Arrival) => void>();

  /**
   * Waits for whoever brings the secret.
   * @throws {Failure} `interrupted` when nobody came in time; the signal's reason when it fires before.
   */
  async await(secret: string, milliseconds: number, signal: AbortSignal): Promise<Arrival> {
    const { promise, resolve, reject } = Promise.withResolvers<Arrival>();
    const giveUp = (): void => reject(signal.reason as Error);
    const timer = setTimeout(() => reject(nobodyCame()), milliseconds);
    signal.addEventListener('abort', giveUp, { once: true });
    this.#waiting.set(secret, resolve);
    try {
      signal.throwIfAborted();
      return await promise;
    } finally {
      this.#waiting.delete(secret);
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Of any number of connections exactly one gets the stream. @returns undefined when the secret is unknown, used or too old. */
  claim(secret: string): ((arrival: Arrival) => void) | undefined {
    const claimed = this.#waiting.get(secret);
    this.#waiting.delete(secret);
    return claimed;
  }
}

function nobodyCame(): Failure {
  return new Failure('interrupted', { action: 'download', after: 'nobody came for its bytes' });
}
