import { idBytes } from './format.ts';
import {
  answerAt,
  answeredWord,
  askedWord,
  idleWord,
  notOpened,
  placeAt,
  readWord,
  slotBytes,
  slotCount,
  slotWords,
  waitMilliseconds,
  wakingBytes,
  wishedWord,
  RingMemory,
  countMask,
  dataBytes,
  dataStart,
  type OpenRequest,
} from './opened-ring.ts';

/** The side that opens. It waits by standing still: its thread has nothing else to do. */
export class OpenedRingWriter {
  readonly #ring: RingMemory;
  #number = 0;
  /** Where the next bytes go, counted for ever. */
  #position = 0;
  /** Since the other side was last woken. */
  #answeredBytes = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
  }

  /** Waits for the next request; one that asks for nothing has no length. */
  next(): OpenRequest {
    const { control, slots, ids } = this.#ring;
    while (!this.#ring.isPast(askedWord, this.#number)) {
      this.#wakeReader();
      Atomics.store(control, idleWord, 1);
      Atomics.wait(control, askedWord, this.#number & countMask, waitMilliseconds);
      Atomics.store(control, idleWord, 0);
    }
    const slot = this.#number % slotCount;
    const idAt = slot * slotBytes;
    const place = slot * slotWords + placeAt;
    const [offset = 0, length = 0, plainLength = 0] = slots.subarray(place, place + 3);
    return {
      id: ids.toString('hex', idAt, idAt + idBytes),
      packId: ids.toString('hex', idAt + idBytes, idAt + 2 * idBytes),
      offset,
      length,
      plainLength,
    };
  }

  /** Waits until so many bytes can stand together. @returns where, from the beginning of the memory. */
  makeRoom(length: number): number {
    const at = this.#position % dataBytes; // 2^30 is a multiple of the ring's length
    const skipped = at + length > dataBytes ? dataBytes - at : 0;
    this.#position = (this.#position + skipped) & countMask;
    const { control } = this.#ring;
    for (let read = Atomics.load(control, readWord); ; read = Atomics.load(control, readWord)) {
      const used = (this.#position - read) & countMask;
      if (used + length <= dataBytes) return dataStart + (this.#position % dataBytes);
      this.#wakeReader();
      Atomics.wait(control, readWord, read, waitMilliseconds);
    }
  }

  /** Hands over what was put into the room that was made last. */
  answer(bytes: Buffer): void {
    const start = bytes.byteOffset - dataStart;
    const end = this.#position - (this.#position % dataBytes) + start + bytes.length;
    this.#position = end & countMask;
    this.#tell(start, bytes.length);
  }

  /** Tells that the blob was not opened. */
  refuse(): void {
    this.#tell(0, notOpened);
  }

  #tell(start: number, length: number): void {
    const at = (this.#number % slotCount) * slotWords + answerAt;
    this.#ring.slots.set([start, length, this.#position], at);
    this.#ring.set(answeredWord, ++this.#number);
    this.#answeredBytes += length === notOpened ? 0 : length;
    const isWished = Atomics.load(this.#ring.control, wishedWord) === (this.#number & countMask);
    if (isWished || this.#answeredBytes >= wakingBytes) this.#wakeReader();
  }

  #wakeReader(): void {
    this.#answeredBytes = 0;
    this.#ring.wake(answeredWord);
  }
}
