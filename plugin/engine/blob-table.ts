import { idBytes } from './format.ts';

const segmentBits = 11;
const segmentEntries = 2 ** segmentBits;
const segmentMask = segmentEntries - 1;
const keyWords = 8;
const placeWords = 4;

/** Where a sealed blob lies: the pack's number, its place in the pack, and its plain length when compressed (else 0). */
export interface BlobPlace {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
}

/**
 * Blob ids and their places: a hash table with open addressing over plain memory, about 56 bytes a blob.
 * Entries are numbered from 0 in the order they came and keep their number; they are never removed.
 * An id is 32 bytes, taken as eight words from any word-aligned view.
 */
export class BlobTable {
  readonly #keys: Int32Array[] = [];
  readonly #places: Uint32Array[] = [];
  #slots = new Int32Array(4096);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What it takes of memory, however few blobs it holds. */
  get heldBytes(): number {
    return this.#keys.length * segmentEntries * (keyWords + placeWords) * 4 + this.#slots.byteLength;
  }

  /** @returns the entry of the id that stands at `words[at]…`, or -1. */
  find(words: Int32Array, at = 0): number {
    const mask = this.#slots.length - 1;
    for (let slot = (words[at] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0 || this.#holds(entry, words, at)) return entry;
    }
  }

  /** Takes the id in. @returns its new entry, or -1 when it was known. Its place is unknown (all zero) until `setPlace`. */
  add(words: Int32Array, at = 0): number {
    if (this.#size * 2 >= this.#slots.length) this.#growSlots();
    const mask = this.#slots.length - 1;
    let slot = (words[at] ?? 0) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) break;
      if (this.#holds(entry, words, at)) return -1;
    }
    const entry = this.#append(words, at);
    this.#slots[slot] = entry + 1;
    return entry;
  }

  setPlace(entry: number, place: BlobPlace): void {
    const places = this.#places[entry >> segmentBits];
    if (places === undefined) throw new RangeError(`no blob ${entry}`);
    const at = (entry & segmentMask) * placeWords;
    places[at] = place.pack;
    places[at + 1] = place.offset;
    places[at + 2] = place.length;
    places[at + 3] = place.plainLength;
  }

  place(entry: number): BlobPlace {
    const places = this.#places[entry >> segmentBits];
    const at = (entry & segmentMask) * placeWords;
    if (places === undefined) throw new RangeError(`no blob ${entry}`);
    return {
      pack: places[at] ?? 0,
      offset: places[at + 1] ?? 0,
      length: places[at + 2] ?? 0,
      plainLength: places[at + 3] ?? 0,
    };
  }

  /** The pack's number alone, for loops over all entries. */
  packOf(entry: number): number {
    return this.#places[entry >> segmentBits]?.[(entry & segmentMask) * placeWords] ?? 0;
  }

  /** The sealed length alone. */
  lengthOf(entry: number): number {
    return this.#places[entry >> segmentBits]?.[(entry & segmentMask) * placeWords + 2] ?? 0;
  }

  /** Copies the 32 bytes of an entry's id. */
  copyId(entry: number, target: Buffer, offset: number): void {
    this.#idBytes(entry).copy(target, offset);
  }

  idHex(entry: number): string {
    return this.#idBytes(entry).toString('hex');
  }

  #idBytes(entry: number): Buffer {
    const keys = this.#keys[entry >> segmentBits];
    if (keys === undefined) throw new RangeError(`no blob ${entry}`);
    return Buffer.from(keys.buffer, (entry & segmentMask) * idBytes, idBytes);
  }

  #holds(entry: number, words: Int32Array, at: number): boolean {
    const keys = this.#keys[entry >> segmentBits];
    if (keys === undefined) return false;
    const from = (entry & segmentMask) * keyWords;
    for (let index = 0; index < keyWords; index++) {
      if (keys[from + index] !== words[at + index]) return false;
    }
    return true;
  }

  #append(words: Int32Array, at: number): number {
    const entry = this.#size++;
    if ((entry & segmentMask) === 0) {
      this.#keys.push(new Int32Array(segmentEntries * keyWords));
      this.#places.push(new Uint32Array(segmentEntries * placeWords));
    }
    const keys = this.#keys[entry >> segmentBits];
    const from = (entry & segmentMask) * keyWords;
    if (keys !== undefined) for (let index = 0; index < keyWords; index++) keys[from + index] = words[at + index] ?? 0;
    return entry;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#size; entry++) {
      const first = this.#keys[entry >> segmentBits]?.[(entry & segmentMask) * keyWords] ?? 0;
      let slot = first & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}
