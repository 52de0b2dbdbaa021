import type { ArchiveIndex } from './archive-index.ts';
import { compareEntries, type ArchivedEntry, type IndexedEntry } from './archived-entry.ts';

/** Fields that are all as they were when nothing happened to an entry. */
const telling = [
  'type',
  'name',
  'path',
  'mode',
  'uid',
  'gid',
  'size',
  'modified',
  'changed',
  'inode',
  'target',
] as const;

/** Goes through the index of a full archive beside a walk in the same order, so that neither is held whole. */
export class FullCursor {
  readonly #entries: AsyncIterator<IndexedEntry> | undefined;
  /** Entries changed from this second on may have changed again within it, unseen. */
  readonly #racySeconds: number;
  #next: IndexedEntry | undefined;
  #hasBegun = false;

  constructor(full: ArchiveIndex | undefined) {
    this.#entries = full?.entries()[Symbol.asyncIterator]();
    const startedAt = full?.head.facts.startedAt;
    this.#racySeconds = startedAt === undefined ? 0 : Math.floor(Date.parse(startedAt) / 1000) - 1;
  }

  /** @returns the entry in the full archive that is surely this one, unchanged; its bytes, if any, are there. */
  async findSame(entry: ArchivedEntry): Promise<IndexedEntry | undefined> {
    if (!this.#hasBegun) await this.#advance();
    this.#hasBegun = true;
    while (this.#next !== undefined && compareEntries(this.#next, entry) < 0) await this.#advance();
    const found = this.#next;
    if (found === undefined || telling.some((field) => found[field] !== entry[field])) return undefined;
    if (Number(entry.changed.split('.')[0]) >= this.#racySeconds) return undefined;
    return found.in === 'this' ? { ...found, in: 'full' } : found;
  }

  async #advance(): Promise<void> {
    const step = await this.#entries?.next();
    this.#next = step === undefined || step.done === true ? undefined : step.value;
  }
}
