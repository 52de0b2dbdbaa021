/**
 * Shared memory between who reads blobs and a thread that opens them. One side asks, by places in packs; the other
 * hands back what it opened, in the same order, in a ring of bytes. Asking and handing back are counted; the number of
 * a request tells its slot.
 */

const controlWords = 8;
/** How many requests were made, and how many are answered, modulo 2^30. */
export const askedWord = 0;
export const answeredWord = 1;
/** Up to where the bytes were read; positions count bytes for ever, modulo 2^30. */
export const readWord = 2;
/** How many answers whoever reads would like to find when it is woken. */
export const wishedWord = 3;
/** 1 while who opens waits for requests: waking who does not wait costs too. */
export const idleWord = 4;
export const countMask = 2 ** 30 - 1;

/** So many requests can be open. */
export const slotCount = 1024;
export const slotWords = 24;
export const slotBytes = slotWords * 4;
// Words of a slot; the first 16 are the two ids.
export const placeAt = 16; // offset, length, plain length
export const answerAt = 19; // where the bytes begin, how many they are, the position after them
export const notOpened = 0xffff_ffff;

export const dataBytes = 16 * 1024 * 1024;
/** Larger ones could wait for room for ever. */
export const largestOpened = dataBytes / 2;
export const dataStart = controlWords * 4 + slotCount * slotBytes;
const ringBytes = dataStart + dataBytes;

/** Waiting ends at the latest then, to look again. */
export const waitMilliseconds = 100;
/** Waking the other side for less costs more than it gains. */
export const wishedAnswers = 16;
export const wakingBytes = 512 * 1024;

/** A blob by its place. */
export interface OpenRequest {
  readonly id: string;
  readonly packId: string;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
}

export interface OpenedBlob {
  readonly bytes: Buffer;
  /** The position after it. */
  readonly end: number;
}

export function makeOpenedRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(ringBytes);
}

export class RingMemory {
  readonly control: Int32Array;
  readonly slots: Uint32Array;
  readonly ids: Buffer;
  readonly data: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, controlWords);
    this.slots = new Uint32Array(memory, controlWords * 4, slotCount * slotWords);
    this.ids = Buffer.from(memory, controlWords * 4, slotCount * slotBytes);
    this.data = Buffer.from(memory, dataStart, dataBytes);
  }

  /** Whether the counter has passed the number. */
  isPast(word: number, number: number): boolean {
    const ahead = (Atomics.load(this.control, word) - number) & countMask;
    return ahead > 0 && ahead <= slotCount;
  }

  set(word: number, count: number): void {
    Atomics.store(this.control, word, count & countMask);
  }

  wake(word: number): void {
    Atomics.notify(this.control, word);
  }
}
