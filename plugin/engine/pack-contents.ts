import type { BlobPlace, BlobTable } from './blob-table.ts';
import type { BlobType } from './format.ts';
import type { FullIndex } from './full-index.ts';

/** A blob as an index places it in a pack. */
export interface PackedBlob {
  readonly type: BlobType;
  /** In the table of its type. */
  readonly entry: number;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
  /** True where readers look for the blob; false for a further copy. */
  readonly isPlace: boolean;
}

/**
 * All blobs of the index pack by pack: numbers grouped by pack, four bytes a blob, so that a million blobs are
 * no burden. Blobs become objects only for the pack that is asked for.
 */
export class PackContents {
  readonly #full: FullIndex;
  readonly #starts: Uint32Array;
  readonly #placements: Uint32Array;

  /** @param full must not change afterwards. */
  constructor(full: FullIndex) {
    this.#full = full;
    const { index, copies } = full;
    const total = index.data.size + index.tree.size + copies.count;
    this.#starts = new Uint32Array(index.packs.length + 1);
    for (let placement = 0; placement < total; placement++) this.#count(this.#packOf(placement) + 1);
    for (let pack = 1; pack < this.#starts.length; pack++) this.#count(pack, this.#starts[pack - 1]);
    this.#placements = new Uint32Array(total);
    const next = this.#starts.slice();
    for (let placement = 0; placement < total; placement++) {
      const pack = this.#packOf(placement);
      const at = next[pack] ?? 0;
      this.#placements[at] = placement;
      next[pack] = at + 1;
    }
  }

  /** In order of offset; a blob that two index files place alike comes once. */
  blobs(pack: number): PackedBlob[] {
    const blobs: PackedBlob[] = [];
    const end = this.#starts[pack + 1] ?? 0;
    for (let at = this.#starts[pack] ?? end; at < end; at++) blobs.push(this.#blob(this.#placements[at] ?? 0));
    if (blobs.some((blob, index) => index > 0 && !isAfter(blob, blobs[index - 1]))) blobs.sort(compare);
    return blobs.filter((blob, index) => index === 0 || !isSame(blob, blobs[index - 1]));
  }

  /** How many different blobs lie in the pack. */
  blobCount(pack: number): number {
    const count = (this.#starts[pack + 1] ?? 0) - (this.#starts[pack] ?? 0);
    return this.#full.copies.count === 0 ? count : this.blobs(pack).length;
  }

  #count(at: number, by = 1): void {
    this.#starts[at] = (this.#starts[at] ?? 0) + by;
  }

  /** Data entries are numbered first, then tree entries, then copies. */
  #packOf(placement: number): number {
    const { index, copies } = this.#full;
    if (placement < index.data.size) return index.data.packOf(placement);
    const next = placement - index.data.size;
    return next < index.tree.size ? index.tree.packOf(next) : copies.place(next - index.tree.size).pack;
  }

  #blob(placement: number): PackedBlob {
    const { index, copies } = this.#full;
    if (placement < index.data.size) return placed('data', index.data, placement);
    const next = placement - index.data.size;
    if (next < index.tree.size) return placed('tree', index.tree, next);
    const copy = next - index.tree.size;
    return packed(copies.type(copy), copies.entry(copy), copies.place(copy), false);
  }
}

function placed(type: BlobType, table: BlobTable, entry: number): PackedBlob {
  return packed(type, entry, table.place(entry), true);
}

function packed(type: BlobType, entry: number, place: BlobPlace, isPlace: boolean): PackedBlob {
  return { type, entry, offset: place.offset, length: place.length, plainLength: place.plainLength, isPlace };
}

/** A blob's place before its copies. */
function compare(left: PackedBlob, right: PackedBlob): number {
  return left.offset - right.offset || Number(right.isPlace) - Number(left.isPlace);
}

function isAfter(blob: PackedBlob, previous: PackedBlob | undefined): boolean {
  return previous !== undefined && blob.offset > previous.offset;
}

function isSame(blob: PackedBlob, previous: PackedBlob | undefined): boolean {
  return (
    previous !== undefined &&
    blob.offset === previous.offset &&
    blob.entry === previous.entry &&
    blob.type === previous.type &&
    blob.length === previous.length
  );
}
