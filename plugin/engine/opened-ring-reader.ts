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
  wishedAnswers,
  wishedWord,
  RingMemory,
  type OpenedBlob,
  type OpenRequest,
} from './opened-ring.ts';

/** The side that reads. */
export class OpenedRingReader {
  readonly #ring: RingMemory;
  /** Since the other side was last told that there is room. */
  #releasedBytes = 0;
  /** Many requests in a row are for one pack. */
  #packId = '';
  readonly #packIdBytes = Buffer.alloc(idBytes);

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingMemory(memory);
  }

  /** No more than `slotCount` may be open: asked for, and not yet taken. @param request undefined asks for nothing. */
  ask(number: number, request: OpenRequest | undefined): void {
    const { slots, ids } = this.#ring;
    const slot = number % slotCount;
    const { id = '', packId = '', offset = 0, length = 0, plainLength = 0 } = request ?? {};
    ids.write(id, slot * slotBytes, idBytes, 'hex');
    if (packId !== this.#packId) this.#packIdBytes.write(packId, 'hex');
    this.#packId = packId;
    this.#packIdBytes.copy(ids, slot * slotBytes + idBytes);
    const place = slot * slotWords + placeAt;
    slots[place] = offset;
    slots[place + 1] = length;
    slots[place + 2] = plainLength;
    this.#ring.set(askedWord, number + 1);
    if (Atomics.load(this.#ring.control, idleWord) === 1) this.#ring.wake(askedWord);
  }

  isAnswered(number: number): boolean {
    return this.#ring.isPast(answeredWord, number);
  }

  /** Resolves when more is answered than was, best some of it; after a tenth of a second; or when it is woken. */
  async nextAnswer(number: number): Promise<void> {
    const { control } = this.#ring;
    const before = Atomics.load(control, answeredWord);
    if (this.isAnswered(number)) return;
    this.#tellRoom();
    this.#ring.set(wishedWord, number + wishedAnswers);
    const wait = Atomics.waitAsync(control, answeredWord, before, waitMilliseconds);
    if (wait.async) await wait.value;
  }

  wake(): void {
    this.#ring.wake(answeredWord);
  }

  /** What a request that is answered got: undefined when the blob was not opened, for whatever reason. */
  take(number: number): OpenedBlob | undefined {
    const at = (number % slotCount) * slotWords + answerAt;
    const { slots, data } = this.#ring;
    const [start, length, end] = [slots[at] ?? 0, slots[at + 1] ?? 0, slots[at + 2] ?? 0];
    return length === notOpened ? undefined : { bytes: data.subarray(start, start + length), end };
  }

  /** Blobs up to this one are not needed any more. */
  release({ bytes, end }: OpenedBlob): void {
    this.#ring.set(readWord, end);
    this.#releasedBytes += bytes.length;
    if (this.#releasedBytes >= wakingBytes) this.#tellRoom();
  }

  #tellRoom(): void {
    this.#releasedBytes = 0;
    this.#ring.wake(readWord);
  }
}
