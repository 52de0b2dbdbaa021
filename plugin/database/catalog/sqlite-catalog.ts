import type {
  Catalog,
  CatalogChanges,
  CatalogInterval,
  CatalogPoint,
  FoundNames,
  NameSearch,
} from '../../contracts/catalog.ts';
import type { SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { changedPoints } from './changed-points.ts';
import { readIntervals } from './intervals.ts';
import { keepCount, keptCount, mailboxesAt } from './mailboxes.ts';
import { findNames } from './name-search.ts';
import { PathBook } from './path-book.ts';
import { Timeline } from './timeline.ts';

/** Each answer sees one state of the file, even while another process writes. */
export class SqliteCatalog implements Catalog {
  readonly #file: CatalogFile;

  constructor(file: CatalogFile) {
    this.#file = file;
  }

  points(): CatalogPoint[] {
    return this.#read(() => [...Timeline.load(this.#file).points]);
  }

  countPaths(): number {
    return this.#read(() => Number(this.#file.values('SELECT count(*) FROM paths').get()));
  }

  async write(work: (changes: CatalogChanges) => Promise<void>): Promise<void> {
    await this.#file.transact(() => work(new CatalogWriter(this.#file)));
  }

  find(search: NameSearch): FoundNames {
    return this.#read(() => findNames(this.#file, search));
  }

  history(path: readonly Uint8Array[]): CatalogInterval[] | undefined {
    return this.#read(() => {
      const id = new PathBook(this.#file).find(path);
      const intervals = id === undefined ? [] : readIntervals(this.#file, Timeline.load(this.#file), id);
      return intervals.length === 0 ? undefined : intervals;
    });
  }

  changedPoints(path: readonly Uint8Array[]): SnapshotId[] {
    return this.#read(() => {
      const id = new PathBook(this.#file).find(path);
      return id === undefined ? [] : changedPoints(this.#file, Timeline.load(this.#file), id);
    });
  }

  mailboxes(point: SnapshotId): (readonly Uint8Array[])[] | undefined {
    return this.#read(() => {
      const placed = Timeline.load(this.#file).find(point);
      return placed === undefined ? undefined : mailboxesAt(this.#file, placed);
    });
  }

  countMailboxes(point: SnapshotId): number | undefined {
    const kept = this.#read(() => keptCount(this.#file, point));
    if (kept !== undefined) return kept;
    const count = this.mailboxes(point)?.length;
    if (count !== undefined) this.#file.keepIfFree(() => keepCount(this.#file, point, count));
    return count;
  }

  close(): void {
    this.#file.close();
  }

  #read<Result>(work: () => Result): Result {
    return this.#file.use(() => {
      if (this.#file.database.inTransaction) return work();
      this.#file.change('BEGIN').run();
      try {
        return work();
      } finally {
        this.#file.change('COMMIT').run();
      }
    });
  }
}
