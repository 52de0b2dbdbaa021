import type { Arena, Codec } from '../contracts/codec.ts';
import { FramePool } from './frame-pool.ts';
import type { ReadShelf } from './read-shelf.ts';

/** Larger arenas are not kept from one account to the next. */
const keptBytes = 262_144;

/**
 * What one thread works with: its codec and the large arenas it lends out.
 * Arenas are lent and given back, so that an account of a thousand packs allocates for a few.
 */
export class Workspace {
  readonly codec: Codec;
  readonly frames: FramePool;
  /** Only where many questions about the same repositories are answered. */
  readonly shelf: ReadShelf | undefined;
  #free: Arena[] = [];

  constructor(codec: Codec, shelf?: ReadShelf) {
    this.codec = codec;
    this.shelf = shelf;
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
    else release(arena);
  }

  /** The system gets the large arenas that nobody has: garbage would be collected much later. */
  releaseLarge(): void {
    const isLarge = ({ bytes }: Arena): boolean => bytes.length > keptBytes;
    this.#free.filter(isLarge).forEach(release);
    this.#free = this.#free.filter((arena) => !isLarge(arena));
  }
}

/** Memory that is moved away from its owner is freed at once. */
function release({ bytes }: Arena): void {
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}
