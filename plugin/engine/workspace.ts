import type { Arena, Codec } from '../contracts/codec.ts';
import { FramePool } from './frame-pool.ts';

/**
 * What one thread works with: its codec and the large arenas it lends out.
 * Arenas are lent and given back, so that a thread that backs up a hundred accounts allocates for one.
 */
export class Workspace {
  readonly codec: Codec;
  readonly frames: FramePool;
  readonly #free: Arena[] = [];

  constructor(codec: Codec) {
    this.codec = codec;
    this.frames = new FramePool(codec.allocate);
  }

  /** An arena of at least `sizeBytes`, contents undefined. */
  borrow(sizeBytes: number): Arena {
    const index = this.#free.findIndex(
      (arena) => arena.bytes.length >= sizeBytes && arena.bytes.length < sizeBytes * 2,
    );
    const found = index < 0 ? undefined : this.#free.splice(index, 1)[0];
    return found ?? this.codec.allocate(sizeBytes);
  }

  /** The arena must not be used by the caller any more. */
  giveBack(arena: Arena): void {
    if (this.#free.length < 16) this.#free.push(arena);
  }
}
