/**
 * The index with what only prune and check need: which index file names which pack, and every further copy of a
 * blob. A blob may lie in two packs, and a pack may stand in two index files: an interrupted prune leaves both.
 */
import { BlobCopies } from './blob-copies.ts';
import type { BlobPlace } from './blob-table.ts';
import type { IndexedPack } from './index-file.ts';
import { parseIndexFile } from './index-file.ts';
import { isOneObjectsFault } from './read-fault.ts';
import { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

export interface IndexFile {
  readonly id: string;
  readonly packs: readonly PackMention[];
  readonly blobs: number;
}

/** A pack, by its number, and how many blobs of it the index file names. */
export interface PackMention {
  readonly pack: number;
  readonly blobs: number;
}

export class FullIndex {
  readonly index = new RepositoryIndex();
  readonly files: IndexFile[] = [];
  readonly copies = new BlobCopies();

  /**
   * One index file is held as text at a time.
   * @param onDamage called with each file that cannot be read; without it the first one is thrown.
   * @throws {Failure} `repository-damaged`.
   */
  static async load(repository: Repository, onDamage?: (id: string) => void): Promise<FullIndex> {
    const full = new FullIndex();
    for (const id of await repository.listIds('index')) {
      try {
        full.#addFile(id, parseIndexFile(id, await repository.loadUnpacked('index', id)));
      } catch (error) {
        if (onDamage === undefined || !(await isOneObjectsFault(repository, error))) throw error;
        onDamage(id);
      }
    }
    return full;
  }

  /** Where a blob has several copies, one in a pack that `isWhole` becomes its place. */
  preferCopies(isWhole: (pack: number, end: number) => boolean): void {
    const isThere = (place: BlobPlace): boolean => isWhole(place.pack, place.offset + place.length);
    for (let copy = 0; copy < this.copies.count; copy++) {
      const place = this.index.table(this.copies.type(copy)).place(this.copies.entry(copy));
      if (!isThere(place) && isThere(this.copies.place(copy))) this.swapPlace(copy);
    }
  }

  /** Makes a copy of a blob its place, and its place a copy. */
  swapPlace(copy: number): void {
    const table = this.index.table(this.copies.type(copy));
    const entry = this.copies.entry(copy);
    const place = table.place(entry);
    table.setPlace(entry, this.copies.place(copy));
    this.copies.setPlace(copy, place);
  }

  #addFile(id: string, packs: readonly IndexedPack[]): void {
    let blobs = 0;
    const mentions = packs.map((pack) => {
      blobs += pack.blobs.length;
      return { pack: this.#addPack(pack), blobs: pack.blobs.length };
    });
    this.files.push({ id, packs: mentions, blobs });
  }

  #addPack(pack: IndexedPack): number {
    const { index } = this;
    const known = index.data.size + index.tree.size;
    index.addPack(pack);
    const number = index.packNumber(pack.id);
    if (index.data.size + index.tree.size - known < pack.blobs.length) this.#addCopies(number, pack);
    return number;
  }

  #addCopies(number: number, pack: IndexedPack): void {
    for (const blob of pack.blobs) {
      const entry = this.index.find(blob.type, blob.id);
      const place = this.index.table(blob.type).place(entry);
      if (place.pack !== number || place.offset !== blob.offset)
        this.copies.add(blob.type, entry, { ...blob, pack: number });
    }
  }
}
