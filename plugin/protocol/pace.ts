export interface PaceLimits {
  /** Steps in a row that need not wait. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Slows down who asks too often, all connections of a socket together. */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param now monotonic milliseconds. */
  constructor(limits: PaceLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#tokens = limits.burst;
    this.#filledAt = now();
  }

  /** Takes one step. @returns a promise when it must wait first: its turn then comes after those before it. */
  step(): Promise<void> | undefined {
    const { burst, perSecond } = this.#limits;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond) - 1;
    this.#filledAt = now;
    if (this.#tokens >= 0) return undefined;
    return new Promise((resolve) => setTimeout(resolve, (-this.#tokens / perSecond) * 1000));
  }
}
