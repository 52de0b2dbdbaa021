import { readSync } from 'node:fs';
import { readErrorCode } from '../../platform/error-code.ts';
import { frameHeaderBytes, largestData, largestFrame } from './frame-format.ts';

const bufferBytes = 2 * largestData;

export interface Frame {
  readonly kind: number;
  /** Good until the next frame is read. */
  readonly bytes: Buffer;
}

/** Reads frames from a descriptor, waiting for each: a writer has nothing else to do. */
export class FrameInput {
  readonly #descriptor: number;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #start = 0;
  #end = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** @returns undefined when the input ends, also in the middle of a frame. @throws {RangeError} when one is too large. */
  next(): Frame | undefined {
    if (!this.#fill(frameHeaderBytes)) return undefined;
    const kind = this.#buffer.readUInt8(this.#start);
    const length = this.#buffer.readUInt32LE(this.#start + 1);
    if (length > largestFrame) throw new RangeError('a frame is too large');
    if (!this.#fill(frameHeaderBytes + length)) return undefined;
    const from = this.#start + frameHeaderBytes;
    this.#start = from + length;
    return { kind, bytes: this.#buffer.subarray(from, from + length) };
  }

  /** Reads until `wanted` bytes stand from the start on. */
  #fill(wanted: number): boolean {
    if (this.#start + wanted > this.#buffer.length) this.#makeRoom(wanted);
    while (this.#end - this.#start < wanted) {
      const read = this.#read();
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  #makeRoom(wanted: number): void {
    const target = wanted > this.#buffer.length ? Buffer.allocUnsafeSlow(wanted) : this.#buffer;
    this.#buffer.copy(target, 0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = target;
  }

  #read(): number {
    try {
      return readSync(this.#descriptor, this.#buffer, this.#end, this.#buffer.length - this.#end, null);
    } catch (error) {
      if (readErrorCode(error) === 'EOF') return 0;
      throw error;
    }
  }
}
