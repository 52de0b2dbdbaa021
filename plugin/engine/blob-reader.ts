import type { Arena } from '../contracts/codec.ts';
import { Failure } from '../domain/failure.ts';
import type { BlobPlace } from './blob-table.ts';
import { largestDataBlobBytes, largestTreeBlobBytes, nonceBytes, packKey, sealOverheadBytes, type BlobType } from './format.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

const windowCount = 4;

interface Window {
  readonly pack: number;
  readonly offset: number;
  readonly bytes: Buffer;
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
  #sealed: Arena;
  #plain: Arena;

  /** @param readAheadBytes how much of a pack to fetch at once; 0 for single blobs. */
  constructor(repository: Repository, index: RepositoryIndex, readAheadBytes: number) {
    this.#repository = repository;
    this.#index = index;
    this.#readAheadBytes = readAheadBytes;
    this.#sealed = repository.workspace.borrow(1_048_576);
    this.#plain = repository.workspace.borrow(1_048_576);
  }

  /**
   * The blob's plain content, valid until the next call.
   * @throws {Failure} `repository-damaged` naming the blob when it is missing, altered or larger than a blob may be.
   */
  async read(type: BlobType, id: string): Promise<Buffer> {
    const entry = this.#index.find(type, id);
    if (entry < 0) throw damaged(type, id, 'is in no index');
    const place = this.#index.table(type).place(entry);
    const limit = type === 'data' ? largestDataBlobBytes : largestTreeBlobBytes;
    if (place.length > limit || place.plainLength > limit) throw damaged(type, id, 'claims an impossible size');
    const sealed = await this.#fetch(type, id, place);
    return this.#open(type, id, place, sealed);
  }

  /** Gives its memory back; the reader and what it returned must not be used any more. */
  close(): void {
    this.#repository.workspace.giveBack(this.#sealed);
    this.#repository.workspace.giveBack(this.#plain);
    this.#windows.length = 0;
  }

  #open(type: BlobType, id: string, place: BlobPlace, sealed: Buffer): Buffer {
    const { codec } = this.#repository.workspace;
    this.#sealed = this.#atLeast(this.#sealed, sealed.length);
    sealed.copy(this.#sealed.bytes);
    const length = this.#repository.sealer.open(this.#sealed, 0, sealed.length);
    if (length < 0) throw damaged(type, id, 'is not authentic');
    const compressed = place.plainLength > 0;
    if (compressed) {
      this.#plain = this.#atLeast(this.#plain, place.plainLength);
      if (!codec.decompress(this.#sealed, nonceBytes, length, this.#plain, 0, place.plainLength)) {
        throw damaged(type, id, 'cannot be decompressed to the size it claims');
      }
    }
    const arena = compressed ? this.#plain : this.#sealed;
    const start = compressed ? 0 : nonceBytes;
    const size = compressed ? place.plainLength : length;
    codec.hash(arena, start, size);
    if (codec.digest.toString('hex') !== id) throw damaged(type, id, 'does not match its name');
    return arena.bytes.subarray(start, start + size);
  }

  async #fetch(type: BlobType, id: string, place: BlobPlace): Promise<Buffer> {
    if (place.length < sealOverheadBytes) throw damaged(type, id, 'claims an impossible size');
    const known = this.#windows.find((window) => covers(window, place));
    const window = known ?? (await this.#openWindow(type, id, place));
    const from = place.offset - window.offset;
    if (from + place.length > window.bytes.length) throw damaged(type, id, 'lies beyond the end of its pack');
    return window.bytes.subarray(from, from + place.length);
  }

  async #openWindow(type: BlobType, id: string, place: BlobPlace): Promise<Window> {
    const length = Math.max(place.length, this.#readAheadBytes);
    const packId = this.#index.packId(place.pack);
    try {
      const bytes = await this.#repository.store.readRange(packKey(packId), place.offset, length);
      const window = { pack: place.pack, offset: place.offset, bytes };
      if (this.#readAheadBytes > 0) this.#remember(window);
      return window;
    } catch (cause) {
      if (cause instanceof Failure && cause.code !== 'not-found') throw cause;
      throw new Failure('repository-damaged', { object: `pack ${packId}`, problem: `is missing; ${type} ${id} lies in it` }, { cause });
    }
  }

  #remember(window: Window): void {
    this.#windows.unshift(window);
    this.#windows.length = Math.min(this.#windows.length, windowCount);
  }

  #atLeast(arena: Arena, sizeBytes: number): Arena {
    return arena.bytes.length >= sizeBytes ? arena : this.#repository.workspace.codec.allocate(sizeBytes * 1.25);
  }
}

function covers(window: Window, place: BlobPlace): boolean {
  const from = place.offset - window.offset;
  return window.pack === place.pack && from >= 0 && from + place.length <= window.bytes.length;
}

function damaged(type: BlobType, id: string, problem: string): Failure {
  return new Failure('repository-damaged', { object: `${type} ${id}`, problem });
}
