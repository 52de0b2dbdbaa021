import type { BlobId } from '../domain/ids.ts';
import type { BlobReader } from './blob-reader.ts';
import type { BlobType } from './format.ts';
import type { OpeningThread } from './opening-thread.ts';

/** Less is read sooner than a thread is started. */
const worthwhileBytes = 8 * 1024 * 1024;

/** The content of one file that was announced. */
export interface Announced {
  readonly ids: readonly BlobId[];
  asked: number;
  taken: number;
}

/** Whether so much is worth a thread. */
export function isWorthThread(bytes: number): boolean {
  return bytes >= worthwhileBytes;
}

/**
 * Reads the contents of files that are announced in the order in which they will be read. Where there is much to read,
 * a thread opens them meanwhile; else, and where it could not, they are read when they are needed. Either way each blob
 * was checked against its name.
 */
export class BlobsAhead {
  readonly #reader: BlobReader;
  readonly #thread: OpeningThread;
  /** What is announced and not finished, and what of it is not wholly asked for; in order. */
  readonly #announced: Announced[] = [];
  readonly #unasked: Announced[] = [];
  #bytes = 0;

  constructor(reader: BlobReader, thread: OpeningThread) {
    this.#reader = reader;
    this.#thread = thread;
  }

  /**
   * A file's blobs will be read next after all that were announced before; then it is finished.
   * @param sizeBytes about what they are together.
   * @returns undefined while no thread is told: there is nothing to finish then.
   */
  announce(ids: readonly BlobId[], sizeBytes: number): Announced | undefined {
    this.#bytes += sizeBytes;
    if (!this.#thread.isStarted && isWorthThread(this.#bytes)) this.#thread.start();
    if (!this.#thread.isStarted || ids.length === 0) return undefined;
    const announced = { ids, asked: 0, taken: 0 };
    this.#announced.push(announced);
    this.#unasked.push(announced);
    this.#ask();
    return announced;
  }

  /**
   * As `BlobReader.read`; also blobs that were not announced can be read.
   * @throws {Error} when the thread has ended.
   */
  async read(type: BlobType, id: BlobId): Promise<Buffer> {
    this.#ask();
    const [next] = this.#announced;
    const isNext = type === 'data' && next !== undefined && next.asked > next.taken && next.ids[next.taken] === id;
    const opened = isNext ? await this.#take(next) : undefined;
    return opened ?? this.#reader.read(type, id);
  }

  /** No more of it will be read, whether or not all of it was. */
  async finish(announced: Announced): Promise<void> {
    if (this.#unasked[0] === announced) this.#unasked.shift();
    while (announced.taken < announced.asked) await this.#take(announced);
    this.#announced.shift();
    this.#thread.release();
  }

  #take(announced: Announced): Promise<Buffer | undefined> {
    announced.taken++;
    return this.#thread.take();
  }

  /** Keeps the thread in work. */
  #ask(): void {
    for (let next = this.#unasked[0]; next !== undefined && this.#thread.hasRoom; next = this.#unasked[0]) {
      const id = next.ids[next.asked];
      if (id === undefined) {
        this.#unasked.shift();
        continue;
      }
      const place = this.#reader.placeOf('data', id);
      this.#thread.ask(place === undefined ? undefined : { id, ...place });
      next.asked++;
    }
  }
}
