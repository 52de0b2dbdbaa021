import type { ObjectStore } from '../contracts/object-store.ts';

/** Time and waiting, so that tests need none. */
export interface Pace {
  elapsedMilliseconds(): number;
  wait(milliseconds: number): Promise<void>;
}

/** Spreads bytes over time: who would be ahead of the rate waits first. Shared by all that use one line. */
export class Bandwidth {
  readonly #bytesPerSecond: number;
  readonly #pace: Pace;
  #freeAt = 0;

  constructor(bytesPerSecond: number, pace: Pace) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#pace = pace;
  }

  async spend(bytes: number): Promise<void> {
    const now = this.#pace.elapsedMilliseconds();
    const begin = Math.max(now, this.#freeAt);
    this.#freeAt = begin + (bytes / this.#bytesPerSecond) * 1000;
    if (begin > now) await this.#pace.wait(begin - now);
  }
}

/** Whole objects are sent as quickly as they go; over a minute the rate holds. */
export function withBandwidthLimit(store: ObjectStore, sending: Bandwidth, receiving: Bandwidth): ObjectStore {
  return {
    location: store.location,
    async write(key, bytes, options) {
      await sending.spend(bytes.length);
      await store.write(key, bytes, options);
    },
    async read(key) {
      await receiving.spend(0);
      const bytes = await store.read(key);
      await receiving.spend(bytes.length);
      return bytes;
    },
    async readRange(key, offset, length, target) {
      await receiving.spend(length);
      return store.readRange(key, offset, length, target);
    },
    list: (prefix) => store.list(prefix),
    remove: (key, options) => store.remove(key, options),
    listUnfinished: (before) => store.listUnfinished(before),
  };
}
