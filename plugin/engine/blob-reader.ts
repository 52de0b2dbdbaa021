import type { PackedBlob } from '../contracts/tree-writer.ts';
import { Failure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import { BlobOpener, damagedBlob, isPossible } from './blob-opener.ts';
import type { BlobPlace } from './blob-table.ts';
import type { BlobType } from './format.ts';
import type { KeptTrees } from './kept-trees.ts';
import { PackWindows, type PackReading } from './pack-windows.ts';
import { placeOf } from './place-of.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

/** Where a blob lies, by the pack's own name. */
export interface PackPlace extends Omit<BlobPlace, 'pack'> {
  readonly packId: string;
}

/** Reads blobs out of packs: fetch, check the seal, decompress, check the hash. */
export class BlobReader {
  readonly #index: RepositoryIndex;
  readonly #packs: PackReading;
  readonly #opener: BlobOpener;
  /** Where trees are kept that were read, and under which name those of this repository. */
  readonly trees: KeptTrees | undefined;
  readonly repository: string;

  /** @param reading how packs are read, or how much of one to fetch at once; 0 for single blobs. */
  constructor(repository: Repository, index: RepositoryIndex, reading: PackReading | number) {
    this.#index = index;
    this.#packs = typeof reading === 'number' ? new PackWindows(repository.store, reading) : reading;
    this.#opener = new BlobOpener(repository);
    this.trees = repository.workspace.shelf?.trees;
    this.repository = placeOf(repository);
  }

  /**
   * The blob's plain content, valid until the next call.
   * @throws {Failure} `repository-damaged` naming the blob when it is missing, altered or larger than a blob may be.
   */
  async read(type: BlobType, id: string): Promise<Buffer> {
    const place = this.#find(type, id);
    const sealed = await this.#fetch(type, id, place);
    return this.#opener.open(type, id, sealed, place.plainLength);
  }

  /**
   * A data blob's content as it is stored, valid until the next call. Its seal was checked; whoever unpacks it compares
   * it with its name.
   * @returns undefined when it is stored in more than `mostBytes`: nothing is read then. @throws {Failure} as `read`.
   */
  async readPacked(id: BlobId, mostBytes: number): Promise<PackedBlob | undefined> {
    const place = this.#find('data', id);
    if (place.length > mostBytes) return undefined;
    const sealed = await this.#fetch('data', id, place);
    const { plainLength } = place;
    return { id, plainLength, bytes: this.#opener.unseal({ type: 'data', id, plainLength }, sealed) };
  }

  /** Where the blob lies; undefined when no index names it. Nothing is read. */
  placeOf(type: BlobType, id: string): PackPlace | undefined {
    const entry = this.#index.find(type, id);
    if (entry < 0) return undefined;
    const { pack, offset, length, plainLength } = this.#index.table(type).place(entry);
    return { packId: this.#index.packId(pack), offset, length, plainLength };
  }

  /** @throws {Failure} `repository-damaged` when no index names the blob. Nothing is read. */
  requireKnown(type: BlobType, id: string): void {
    if (this.#index.find(type, id) < 0) throw damagedBlob(type, id, 'is in no index');
  }

  /** Gives its memory back; the reader and what it returned must not be used any more. */
  close(): void {
    this.#opener.close();
    this.#packs.clear();
  }

  #find(type: BlobType, id: string): BlobPlace {
    const entry = this.#index.find(type, id);
    if (entry < 0) throw damagedBlob(type, id, 'is in no index');
    const place = this.#index.table(type).place(entry);
    if (!isPossible(type, place)) throw damagedBlob(type, id, 'claims an impossible size');
    return place;
  }

  async #fetch(type: BlobType, id: string, place: BlobPlace): Promise<Buffer> {
    const packId = this.#index.packId(place.pack);
    try {
      const sealed = await this.#packs.read(packId, place.offset, place.length);
      if (sealed.length === place.length) return sealed;
    } catch (cause) {
      if (cause instanceof Failure && cause.code !== 'not-found') throw cause;
      const problem = `is missing; ${type} ${id} lies in it`;
      throw new Failure('repository-damaged', { object: `pack ${packId}`, problem }, { cause });
    }
    throw damagedBlob(type, id, 'lies beyond the end of its pack');
  }
}
