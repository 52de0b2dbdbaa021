import type { BlobType } from './format.ts';
import type { RepositoryIndex } from './repository-index.ts';

/** Which blobs cannot be had, and by which finding. Four bytes a blob, and only when there is damage at all. */
export class DamageMap {
  readonly #index: RepositoryIndex;
  readonly #byEntry: { [type in BlobType]: Int32Array | undefined } = { data: undefined, tree: undefined };
  /** Of blobs that no index names. */
  readonly #byId = { data: new Map<string, number>(), tree: new Map<string, number>() };

  constructor(index: RepositoryIndex) {
    this.#index = index;
  }

  get isEmpty(): boolean {
    const { data, tree } = this.#byEntry;
    return data === undefined && tree === undefined && this.#byId.data.size + this.#byId.tree.size === 0;
  }

  /** The first finding stays. */
  set(type: BlobType, entry: number, finding: number): void {
    const map = (this.#byEntry[type] ??= new Int32Array(this.#index.table(type).size));
    if (map[entry] === 0) map[entry] = finding + 1;
  }

  setMissing(type: BlobType, id: string, finding: number): void {
    this.#byId[type].set(id, finding);
  }

  isMissing(type: BlobType, id: string): boolean {
    return this.#byId[type].has(id);
  }

  /** @returns the finding, or undefined for a blob that can be had. */
  findingOf(type: BlobType, id: string): number | undefined {
    const entry = this.#index.find(type, id);
    if (entry < 0) return this.#byId[type].get(id);
    const found = this.#byEntry[type]?.[entry] ?? 0;
    return found === 0 ? undefined : found - 1;
  }
}
