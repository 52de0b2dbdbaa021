import { BlobTable } from './blob-table.ts';
import type { BlobType } from './format.ts';
import { parseIndexFile, type IndexedPack } from './index-file.ts';
import type { Repository } from './repository.ts';

/** All index files of a repository in memory: two tables, because the same id may name a data blob and a tree blob. */
export class RepositoryIndex {
  readonly data = new BlobTable();
  readonly tree = new BlobTable();
  readonly #packs: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #idBytes = Buffer.alloc(32);
  readonly #idWords = new Int32Array(this.#idBytes.buffer, this.#idBytes.byteOffset, 8);

  /** One index file is held as text at a time. @param files ids of these; all, unless told. @throws {Failure} `repository-damaged`. */
  static async load(repository: Repository, files?: readonly string[]): Promise<RepositoryIndex> {
    const index = new RepositoryIndex();
    for (const id of files ?? (await repository.listIds('index'))) {
      const text = await repository.loadUnpacked('index', id);
      for (const pack of parseIndexFile(id, text)) index.addPack(pack);
    }
    return index;
  }

  table(type: BlobType): BlobTable {
    return type === 'data' ? this.data : this.tree;
  }

  /**
   * Learns from index files that came since `known` where blobs lie that are new or were taken in without a place.
   * @param files ids of those that there are; listed, unless told.
   */
  async learnPlaces(repository: Repository, known: ReadonlySet<string>, files?: readonly string[]): Promise<void> {
    for (const id of files ?? (await repository.listIds('index'))) {
      if (known.has(id)) continue;
      for (const pack of parseIndexFile(id, await repository.loadUnpacked('index', id))) this.addPack(pack);
    }
  }

  /** A blob that has a place already keeps it. */
  addPack(pack: IndexedPack): void {
    const number = this.packNumber(pack.id);
    for (const blob of pack.blobs) {
      this.#idBytes.write(blob.id, 'hex');
      const table = this.table(blob.type);
      const added = table.add(this.#idWords);
      const entry = added < 0 ? table.find(this.#idWords) : added;
      if (added < 0 && table.place(entry).length > 0) continue;
      const { offset, length, plainLength } = blob;
      table.setPlace(entry, { pack: number, offset, length, plainLength });
    }
  }

  /** @returns the blob's entry in its table, or -1. */
  find(type: BlobType, id: string): number {
    if (this.#idBytes.write(id, 'hex') !== 32) return -1;
    return this.table(type).find(this.#idWords);
  }

  packNumber(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#packs.push(id);
    this.#numbers.set(id, this.#packs.length - 1);
    return this.#packs.length - 1;
  }

  packId(number: number): string {
    const id = this.#packs[number];
    if (id === undefined) throw new RangeError(`no pack ${number}`);
    return id;
  }

  get packs(): readonly string[] {
    return this.#packs;
  }
}
