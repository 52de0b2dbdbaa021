import type { ObjectStore } from '../contracts/object-store.ts';
import { packKey } from './format.ts';

interface Window {
  readonly packId: string;
  readonly offset: number;
  readonly bytes: Buffer;
  /** What it was read into, to be used again. */
  readonly memory: Buffer | undefined;
}

/** Reads stretches of packs. */
export interface PackReading {
  /**
   * @returns the bytes, fewer where the pack ends before; valid until the next call.
   * @throws {Failure} `not-found`, `destination-unreachable`.
   */
  read(packId: string, offset: number, length: number): Promise<Buffer>;
  /** Forgets what is at hand. */
  clear(): void;
}

/**
 * Reads stretches of packs. Neighbours are fetched together, because what was backed up together lies together; the
 * last few stretches that were fetched stay at hand.
 */
export class PackWindows implements PackReading {
  readonly #store: ObjectStore;
  readonly #readAheadBytes: number;
  readonly #mostWindows: number;
  readonly #windows: Window[] = [];
  /** Memory of windows that were closed: fresh memory for each would keep the garbage collector busy. */
  readonly #spare: Buffer[] = [];

  /** @param readAheadBytes how much of a pack to fetch at once; 0 for single stretches. */
  constructor(store: ObjectStore, readAheadBytes: number, mostWindows = 4) {
    this.#store = store;
    this.#readAheadBytes = readAheadBytes;
    this.#mostWindows = mostWindows;
  }

  async read(packId: string, offset: number, length: number): Promise<Buffer> {
    const known = this.#windows.find((window) => covers(window, packId, offset, length));
    const window = known ?? (await this.#open(packId, offset, length));
    const from = offset - window.offset;
    return window.bytes.subarray(from, from + length);
  }

  clear(): void {
    this.#windows.length = 0;
  }

  async #open(packId: string, offset: number, length: number): Promise<Window> {
    const memory = this.#readAheadBytes > 0 ? this.#memory() : undefined;
    const wanted = Math.max(length, this.#readAheadBytes);
    const bytes = await this.#store.readRange(packKey(packId), offset, wanted, memory);
    const window = { packId, offset, bytes, memory };
    if (memory !== undefined) this.#remember(window);
    return window;
  }

  #remember(window: Window): void {
    this.#windows.unshift(window);
    const closed = this.#windows.length > this.#mostWindows ? this.#windows.pop()?.memory : undefined;
    if (closed !== undefined) this.#spare.push(closed);
  }

  #memory(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#readAheadBytes);
  }
}

function covers(window: Window, packId: string, offset: number, length: number): boolean {
  const from = offset - window.offset;
  return window.packId === packId && from >= 0 && from + length <= window.bytes.length;
}
