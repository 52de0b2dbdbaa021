import type { ObjectStore } from '../contracts/object-store.ts';

/** Lets only so many through at a time; the others wait in the order in which they came. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/** At most as many requests at the same time as the gate lets through, over all stores that share it. */
export function withParallelism(store: ObjectStore, gate: Gate): ObjectStore {
  return {
    location: store.location,
    write: (key, bytes, options) => gate.pass(() => store.write(key, bytes, options)),
    read: (key) => gate.pass(() => store.read(key)),
    readRange: (key, offset, length, target) => gate.pass(() => store.readRange(key, offset, length, target)),
    list: (prefix) => gate.pass(() => store.list(prefix)),
    remove: (key, options) => gate.pass(() => store.remove(key, options)),
    listUnfinished: (before) => gate.pass(() => store.listUnfinished(before)),
  };
}
