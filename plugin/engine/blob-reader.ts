import { Failure } from '../domain/failure.ts';
import { BlobOpener, damagedBlob, isPossible } from './blob-opener.ts';
import type { BlobPlace } from './blob-table.ts';
import { packKey, type BlobType } from './format.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

const windowCount = 4;

interface Window {
  readonly pack: number;
  readonly offset: number;
  readonly bytes: Buffer;
  /** What it was read into, to be used again. */
  readonly memory: Buffer | undefined;
}

/**
 * Reads blobs out of packs: fetch, check the seal, decompress, check the hash. Neighbours are fetched together,
 * because what was backed up together lies together.
 */
export class BlobReader {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #readAheadBytes: number;
  readonly #windows: Window[] = [];
  readonly #opener: BlobOpener;
  /** Memory of windows that were closed: fresh memory for each would keep the garbage collector busy. */
  readonly #spare: Buffer[] = [];

  /** @param readAheadBytes how much of a pack to fetch at once; 0 for single blobs. */
  constructor(repository: Repository, index: RepositoryIndex, readAheadBytes: number) {
    this.#repository = repository;
    this.#index = index;
    this.#readAheadBytes = readAheadBytes;
    this.#opener = new BlobOpener(repository);
  }

  /**
   * The blob's plain content, valid until the next call.
   * @throws {Failure} `repository-damaged` naming the blob when it is missing, altered or larger than a blob may be.
   */
  async read(type: BlobType, id: string): Promise<Buffer> {
    const entry = this.#index.find(type, id);
    if (entry < 0) throw damagedBlob(type, id, 'is in no index');
    const place = this.#index.table(type).place(entry);
    if (!isPossible(type, place)) throw damagedBlob(type, id, 'claims an impossible size');
    const sealed = await this.#fetch(type, id, place);
    return this.#opener.open(type, id, sealed, place.plainLength);
  }

  /** Gives its memory back; the reader and what it returned must not be used any more. */
  close(): void {
    this.#opener.close();
    this.#windows.length = 0;
  }

  async #fetch(type: BlobType, id: string, place: BlobPlace): Promise<Buffer> {
    const known = this.#windows.find((window) => covers(window, place));
    const window = known ?? (await this.#openWindow(type, id, place));
    const from = place.offset - window.offset;
    if (from + place.length > window.bytes.length) throw damagedBlob(type, id, 'lies beyond the end of its pack');
    return window.bytes.subarray(from, from + place.length);
  }

  async #openWindow(type: BlobType, id: string, place: BlobPlace): Promise<Window> {
    const length = Math.max(place.length, this.#readAheadBytes);
    const packId = this.#index.packId(place.pack);
    try {
      const memory = this.#readAheadBytes > 0 ? this.#memory() : undefined;
      const bytes = await this.#repository.store.readRange(packKey(packId), place.offset, length, memory);
      const window = { pack: place.pack, offset: place.offset, bytes, memory };
      if (this.#readAheadBytes > 0) this.#remember(window);
      return window;
    } catch (cause) {
      if (cause instanceof Failure && cause.code !== 'not-found') throw cause;
      throw new Failure(
        'repository-damaged',
        { object: `pack ${packId}`, problem: `is missing; ${type} ${id} lies in it` },
        { cause },
      );
    }
  }

  #remember(window: Window): void {
    this.#windows.unshift(window);
    const closed = this.#windows.length > windowCount ? this.#windows.pop()?.memory : undefined;
    if (closed !== undefined) this.#spare.push(closed);
  }

  #memory(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#readAheadBytes);
  }
}

function covers(window: Window, place: BlobPlace): boolean {
  const from = place.offset - window.offset;
  return window.pack === place.pack && from >= 0 && from + place.length <= window.bytes.length;
}
