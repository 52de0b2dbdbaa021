import type { BlobPlace } from './blob-table.ts';
import type { BlobType } from './format.ts';

const fields = 6;

/** Further places of blobs that a table knows already: rare, but a crash may leave many, so they are plain numbers. */
export class BlobCopies {
  readonly #numbers: number[] = [];

  get count(): number {
    return this.#numbers.length / fields;
  }

  add(type: BlobType, entry: number, place: BlobPlace): void {
    const { pack, offset, length, plainLength } = place;
    this.#numbers.push(type === 'data' ? 0 : 1, entry, pack, offset, length, plainLength);
  }

  type(copy: number): BlobType {
    return this.#numbers[copy * fields] === 0 ? 'data' : 'tree';
  }

  /** The blob's entry in the table of its type. */
  entry(copy: number): number {
    return this.#numbers[copy * fields + 1] ?? 0;
  }

  place(copy: number): BlobPlace {
    const [pack = 0, offset = 0, length = 0, plainLength = 0] = this.#numbers.slice(
      copy * fields + 2,
      (copy + 1) * fields,
    );
    return { pack, offset, length, plainLength };
  }

  setPlace(copy: number, place: BlobPlace): void {
    const { pack, offset, length, plainLength } = place;
    [pack, offset, length, plainLength].forEach((number, index) => {
      this.#numbers[copy * fields + 2 + index] = number;
    });
  }
}
