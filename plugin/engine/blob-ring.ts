/**
 * A ring in shared memory through which a thread that backs up hands new blobs to another thread that has nothing to
 * do. The helper compresses, seals and stores them into the same repository. One side writes, one side reads; a blob
 * that finds no room is packed by the thread that has it.
 */
import type { Arena } from '../contracts/codec.ts';
import { Failure, isFailure, type FailureCode, type FailureFacts } from '../domain/failure.ts';
import type { BlobHelper } from './blob-writer.ts';
import type { NewBlob } from './pack-writer.ts';

const controlWords = 8;
const controlBytes = controlWords * 4;
/** Room for what the helper's failure says. */
const failureBytes = 4096;
const dataBytes = 12 * 1024 * 1024;
const recordHeaderBytes = 36; // length 4, id 32
/** In a record's length: compress it densely. */
const denseBit = 0x8000_0000;
/** Stands for a record's length where the rest of the ring is left empty. */
const wrapMark = 0xffff_ffff;

// Words of the control block. Phase: order number · 4 + one of the phases below.
const phaseWord = 0;
const writtenWord = 1;
const readWord = 2;
const storedKibWord = 3;
const phases = { running: 0, helped: 1, closing: 2, closed: 3 } as const;
/** Besides the phases: what the helper left behind. */
const resultWord = 4;
const results = { none: 0, done: 1, failed: 2 } as const;

const failureLengthWord = 5;

export const ringBytes = controlBytes + failureBytes + dataBytes;

/** Only large backups are worth a second thread's memory: an ordinary night adds less than this to an account. */
const helpAfterBytes = 64 * 1024 * 1024;

/** Positions count bytes for ever, modulo 2^30, so that a full ring differs from an empty one. */
const positionMask = 2 ** 30 - 1;

class RingMemory {
  readonly control: Int32Array;
  readonly #failure: Buffer;
  readonly data: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, controlWords);
    this.#failure = Buffer.from(memory, controlBytes, failureBytes);
    this.data = Buffer.from(memory, controlBytes + failureBytes, dataBytes);
  }

  get used(): number {
    return (Atomics.load(this.control, writtenWord) - Atomics.load(this.control, readWord)) & positionMask;
  }

  advance(word: number, by: number): void {
    Atomics.store(this.control, word, (Atomics.load(this.control, word) + by) & positionMask);
    Atomics.notify(this.control, word);
  }

  /** Keeps an expected failure for the other side; of any other error that there was one must do. */
  putFailure(error: unknown): void {
    if (!isFailure(error)) return;
    const json = Buffer.from(JSON.stringify({ code: error.code, facts: error.facts }));
    if (json.length > failureBytes) return;
    json.copy(this.#failure);
    Atomics.store(this.control, failureLengthWord, json.length);
  }

  takeFailure(): Error {
    const length = Atomics.load(this.control, failureLengthWord);
    if (length === 0) return new Error('the helping thread failed');
    const { code, facts } = JSON.parse(this.#failure.toString('utf8', 0, length)) as SharedFailure;
    return new Failure(code, facts);
  }
}

interface SharedFailure {
  readonly code: FailureCode;
  readonly facts: FailureFacts[FailureCode];
}

/** The side that backs up. */
export class RingProducer implements BlobHelper {
  readonly #ring: RingMemory;
  readonly #order: number;
  #writeAt = 0;
  #offeredBytes = 0;

  /** Readies the ring for one backup. No helper may be using it. @param order differs from backup to backup. */
  constructor(memory: SharedArrayBuffer, order: number) {
    this.#ring = new RingMemory(memory);
    this.#order = order;
    const { control } = this.#ring;
    control.fill(0);
    Atomics.store(control, phaseWord, order * 4 + phases.running);
  }

  get storedBytes(): number {
    return Atomics.load(this.#ring.control, storedKibWord) * 1024;
  }

  offer({ id, effort }: NewBlob, source: Arena, offset: number, length: number): boolean {
    this.#offeredBytes += length;
    if (this.#offeredBytes < helpAfterBytes) return false;
    if (Atomics.load(this.#ring.control, phaseWord) !== this.#order * 4 + phases.helped) return false;
    const record = (recordHeaderBytes + length + 7) & ~7;
    const atEnd = dataBytes - this.#writeAt;
    const skipped = record > atEnd ? atEnd : 0;
    if (this.#ring.used + skipped + record >= dataBytes) return false;
    if (skipped > 0) this.#skipTo(0, skipped);
    const { data } = this.#ring;
    data.writeUInt32LE(effort === 'dense' ? length + denseBit : length, this.#writeAt);
    id.copy(data, this.#writeAt + 4);
    source.bytes.copy(data, this.#writeAt + recordHeaderBytes, offset, offset + length);
    this.#writeAt = (this.#writeAt + record) % dataBytes;
    this.#ring.advance(writtenWord, record);
    return true;
  }

  /** May be called again; later calls tell the same. */
  async finish(): Promise<void> {
    const { control } = this.#ring;
    const base = this.#order * 4;
    const before = Atomics.compareExchange(control, phaseWord, base + phases.running, base + phases.closed);
    if (before === base + phases.running || before === base + phases.closed) return;
    Atomics.store(control, phaseWord, base + phases.closing);
    Atomics.notify(control, writtenWord);
    await changeOf(control, resultWord, results.none);
    if (Atomics.load(control, resultWord) === results.failed) throw this.#ring.takeFailure();
  }

  #skipTo(position: number, skipped: number): void {
    if (skipped >= 4) this.#ring.data.writeUInt32LE(wrapMark, this.#writeAt);
    this.#writeAt = position;
    this.#ring.advance(writtenWord, skipped);
  }
}

/** What a helper does with each blob; `source` holds its content from 0 on. */
export interface RingSink {
  add(blob: NewBlob, source: Arena, length: number): Promise<void> | undefined;
  /** Stores and indexes everything. */
  finish(): Promise<void>;
  readonly storedBytes: number;
}

/**
 * The side that helps: takes blobs until the backup ends, then stores what is left.
 * @returns false when that backup had ended already; nothing was done then.
 */
export async function consumeRing(
  memory: SharedArrayBuffer,
  order: number,
  sink: RingSink,
  allocate: (sizeBytes: number) => Arena,
): Promise<boolean> {
  const ring = new RingMemory(memory);
  const { control } = ring;
  const running = order * 4 + phases.running;
  if (Atomics.compareExchange(control, phaseWord, running, order * 4 + phases.helped) !== running) return false;
  try {
    await drain(ring, order, sink, allocate(8 * 1024 * 1024));
    await sink.finish();
    Atomics.store(control, storedKibWord, Math.ceil(sink.storedBytes / 1024));
    Atomics.store(control, resultWord, results.done);
  } catch (error) {
    ring.putFailure(error);
    Atomics.store(control, resultWord, results.failed);
    throw error;
  } finally {
    Atomics.notify(control, resultWord);
  }
  return true;
}

async function drain(ring: RingMemory, order: number, sink: RingSink, scratch: Arena): Promise<void> {
  const { control, data } = ring;
  const id = Buffer.alloc(32);
  for (let readAt = 0; ;) {
    const written = Atomics.load(control, writtenWord);
    if (ring.used === 0) {
      if (Atomics.load(control, phaseWord) === order * 4 + phases.closing && ring.used === 0) return;
      await changeOf(control, writtenWord, written);
      continue;
    }
    const atEnd = dataBytes - readAt;
    const word = atEnd >= 4 ? data.readUInt32LE(readAt) : wrapMark;
    if (word === wrapMark) {
      readAt = 0;
      ring.advance(readWord, atEnd);
      continue;
    }
    const effort = word >= denseBit ? 'dense' : 'quick';
    const length = word % denseBit;
    data.copy(id, 0, readAt + 4, readAt + recordHeaderBytes);
    data.copy(scratch.bytes, 0, readAt + recordHeaderBytes, readAt + recordHeaderBytes + length);
    const record = (recordHeaderBytes + length + 7) & ~7;
    readAt = (readAt + record) % dataBytes;
    ring.advance(readWord, record);
    await sink.add({ id, effort }, scratch, length);
  }
}

/** Waits until the word is something else; looks again at the latest after a tenth of a second. */
async function changeOf(control: Int32Array, word: number, value: number): Promise<void> {
  const limitMilliseconds = 100;
  while (Atomics.load(control, word) === value) {
    const wait = Atomics.waitAsync(control, word, value, limitMilliseconds);
    if (!wait.async) return;
    await wait.value;
    if (word === writtenWord) return; // the phase may have changed instead
  }
}
