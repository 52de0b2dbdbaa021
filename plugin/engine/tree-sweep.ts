/**
 * Reads every tree below some roots, each once. Order does not matter to those who need this, so trees are taken pack
 * by pack: what was backed up together lies together, and a pack is fetched once for all that is known to be in it.
 */
import { Failure, isFailure } from '../domain/failure.ts';
import { Bitmap } from './bitmap.ts';
import { BlobOpener, damagedBlob, isPossible } from './blob-opener.ts';
import type { BlobPlace } from './blob-table.ts';
import { packKey } from './format.ts';
import { isOneObjectsFault } from './read-fault.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

/** Packs up to this size are fetched whole. */
const wholePackBytes = 16 * 1024 * 1024;

export interface SweptTree {
  readonly entry: number;
  readonly id: string;
  /** Valid until the next tree. */
  readonly bytes: Buffer;
}

export class TreeSweep {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #packSizes: ReadonlyMap<string, number>;
  readonly #opener: BlobOpener;
  readonly #seen: Bitmap;
  /** Tree entries that are still to be read, by the number of their pack. */
  readonly #waiting = new Map<number, number[]>();

  /** @param packSizes of the packs that the store holds. */
  constructor(repository: Repository, index: RepositoryIndex, packSizes: ReadonlyMap<string, number>) {
    this.#repository = repository;
    this.#index = index;
    this.#packSizes = packSizes;
    this.#opener = new BlobOpener(repository);
    this.#seen = new Bitmap(index.tree.size);
  }

  /** Notes a tree to be read. @returns false when no index names it. */
  add(id: string): boolean {
    const entry = this.#index.find('tree', id);
    if (entry < 0) return false;
    if (!this.#seen.add(entry)) return true;
    const pack = this.#index.tree.packOf(entry);
    const waiting = this.#waiting.get(pack);
    if (waiting === undefined) this.#waiting.set(pack, [entry]);
    else waiting.push(entry);
    return true;
  }

  /** Whether the tree with this entry was ever noted. */
  has(entry: number): boolean {
    return this.#seen.has(entry);
  }

  /**
   * Calls `visit` with each tree until none is left; `visit` adds what it finds.
   * @param onDamage called with each tree that cannot be read. @throws whatever either of them throws.
   */
  async run(
    visit: (tree: SweptTree) => void,
    onDamage: (entry: number, failure: Failure) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const pack = this.#fullestPack();
      if (pack === undefined) return;
      signal.throwIfAborted();
      await this.#readPack(pack, (entry, sealed) => {
        const tree = sealed instanceof Failure ? sealed : this.#open(entry, sealed);
        if (tree instanceof Failure) onDamage(entry, tree);
        else visit(tree);
      });
    }
  }

  close(): void {
    this.#opener.close();
  }

  #fullestPack(): number | undefined {
    let fullest: number | undefined;
    let most = 0;
    for (const [pack, entries] of this.#waiting) {
      if (entries.length <= most) continue;
      fullest = pack;
      most = entries.length;
    }
    return fullest;
  }

  /** Hands over every tree of the pack that waits, also those that turn up meanwhile. */
  async #readPack(pack: number, take: (entry: number, sealed: Buffer | Failure) => void): Promise<void> {
    const id = this.#index.packId(pack);
    const size = this.#packSizes.get(id);
    const whole = size === undefined || size > wholePackBytes ? undefined : await this.#fetch(id, 0, size);
    const waiting = this.#waiting.get(pack) ?? [];
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      const place = this.#index.tree.place(entry);
      take(
        entry,
        this.#problem(entry, place, size) ?? cut(whole, place) ?? (await this.#fetch(id, place.offset, place.length)),
      );
    }
    this.#waiting.delete(pack);
  }

  #problem(entry: number, place: BlobPlace, size: number | undefined): Failure | undefined {
    const damaged = (problem: string): Failure => damagedBlob('tree', this.#index.tree.idHex(entry), problem);
    if (size === undefined) return damaged(`lies in pack ${this.#index.packId(place.pack)}, which is missing`);
    if (place.offset + place.length > size) return damaged('lies beyond the end of its pack');
    return isPossible('tree', place) ? undefined : damaged('claims an impossible size');
  }

  async #fetch(packId: string, offset: number, length: number): Promise<Buffer | Failure> {
    try {
      return await this.#repository.store.readRange(packKey(packId), offset, length);
    } catch (error) {
      if (!(await isOneObjectsFault(this.#repository, error))) throw error;
      const problem = isFailure(error, 'not-found') ? 'is missing' : 'cannot be read';
      return new Failure('repository-damaged', { object: `pack ${packId}`, problem }, { cause: error });
    }
  }

  #open(entry: number, sealed: Buffer): SweptTree | Failure {
    const id = this.#index.tree.idHex(entry);
    try {
      return { entry, id, bytes: this.#opener.open('tree', id, sealed, this.#index.tree.place(entry).plainLength) };
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return error;
      throw error;
    }
  }
}

/** The blob's part of its pack; a failure to read the pack stays one. */
function cut(whole: Buffer | Failure | undefined, place: BlobPlace): Buffer | Failure | undefined {
  return whole instanceof Buffer ? whole.subarray(place.offset, place.offset + place.length) : whole;
}
