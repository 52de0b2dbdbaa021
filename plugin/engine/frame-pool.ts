import type { Arena } from '../contracts/codec.ts';
import { FolderFrame } from './folder-frame.ts';

/** Beyond this a frame's memory is not kept for the next account. */
const keptBytes = 131_072;

/** The frames of one thread, one for each level of a tree: made once, used by one walk after another. */
export class FramePool {
  readonly #allocate: (sizeBytes: number) => Arena;
  readonly #frames: FolderFrame[] = [];

  constructor(allocate: (sizeBytes: number) => Arena) {
    this.#allocate = allocate;
  }

  /** The frame of a level, with whatever the last walk left in it. */
  at(level: number): FolderFrame {
    const frame = (this.#frames[level] ??= new FolderFrame(this.#allocate));
    return frame;
  }

  /** A walk has ended: lets go of what only a large folder needed, and of unusually deep levels. */
  trim(): void {
    const deepest = 64;
    this.#frames.length = Math.min(this.#frames.length, deepest);
    for (const [level, frame] of this.#frames.entries()) {
      if (frame !== undefined && frame.heldBytes > keptBytes) this.#frames[level] = new FolderFrame(this.#allocate);
    }
  }
}
