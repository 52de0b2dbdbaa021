import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ZipSink } from '../contracts/zip-writer.ts';

/** Pieces shorter than this are copied together: headers come in a dozen pieces of a few bytes each. */
const smallBytes = 4096;
const blockBytes = 65_536;

/** What a zip consists of so far and the sink has not taken yet, in order. */
export class OutputQueue {
  readonly #sink: ZipSink;
  readonly #onChange: () => void;
  readonly #ready: Buffer[] = [];
  #block = Buffer.alloc(0);
  #blockFilled = 0;
  #isDraining = false;
  #isClosed = false;
  heldBytes = 0;
  takenBytes = 0;
  /** What the sink threw. */
  problem: { readonly error: unknown } | undefined;

  /** @param onChange whenever the sink has taken something, or thrown. */
  constructor(sink: ZipSink, onChange: () => void) {
    this.#sink = sink;
    this.#onChange = onChange;
  }

  push(bytes: Buffer): void {
    if (this.#isClosed || bytes.length === 0) return;
    this.heldBytes += bytes.length;
    if (bytes.length < smallBytes) this.#gather(bytes);
    else {
      this.#endBlock();
      this.#ready.push(bytes);
    }
    if (!this.#isDraining) void this.#drain();
  }

  /** Drops what is left; nothing more goes to the sink. */
  close(): void {
    this.#isClosed = true;
    this.#ready.length = 0;
    this.#blockFilled = 0;
    this.heldBytes = 0;
  }

  #gather(bytes: Buffer): void {
    if (this.#blockFilled + bytes.length > this.#block.length) {
      this.#endBlock();
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
    }
    bytes.copy(this.#block, this.#blockFilled);
    this.#blockFilled += bytes.length;
  }

  #endBlock(): void {
    if (this.#blockFilled === 0) return;
    this.#ready.push(this.#block.subarray(0, this.#blockFilled));
    this.#block = this.#block.subarray(this.#blockFilled);
    this.#blockFilled = 0;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      await nextTurn(); // what comes in the same turn goes together
      while (this.heldBytes > 0) await this.#handOver();
    } catch (error) {
      this.problem = { error };
      this.close();
    }
    this.#isDraining = false;
    this.#onChange();
  }

  async #handOver(): Promise<void> {
    if (this.#ready.length === 0) this.#endBlock();
    const bytes = this.#ready.shift();
    if (bytes === undefined) throw new Error('bytes are held that are nowhere');
    await this.#sink(bytes);
    this.takenBytes += bytes.length;
    if (!this.#isClosed) this.heldBytes -= bytes.length;
    this.#onChange();
  }
}
