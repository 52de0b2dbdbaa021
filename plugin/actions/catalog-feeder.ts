import type { CatalogContent } from '../contracts/catalog.ts';
import type { Repository } from '../engine/repository.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { applyChanges } from './apply-changes.ts';
import type { SnapshotComparer } from './snapshot-comparer.ts';
import type { JustBackedUp } from './update-catalog.ts';

/** Tells catalogs what differs between snapshots. Loads and opens what it needs when it first needs it. */
export class CatalogFeeder {
  readonly #repository: Repository;
  readonly #signal: AbortSignal;
  readonly #backedUp: JustBackedUp | undefined;
  #comparer: SnapshotComparer | undefined;

  constructor(repository: Repository, signal: AbortSignal, backedUp?: JustBackedUp) {
    this.#repository = repository;
    this.#signal = signal;
    this.#backedUp = backedUp;
  }

  /** @param previous what `content` holds now; both are of the same paths. A folder that cannot be read is empty. */
  async feed(content: CatalogContent, previous: Snapshot | undefined, snapshot: Snapshot): Promise<void> {
    const changes = snapshot.id === this.#backedUp?.snapshotId ? this.#backedUp.changes : undefined;
    if (changes !== undefined && changes.tree === previous?.tree) applyChanges(content, changes.folders);
    else if (previous?.tree !== snapshot.tree) await this.#compare(content, previous, snapshot);
    content.finish();
  }

  close(): void {
    this.#comparer?.close();
  }

  async #compare(content: CatalogContent, previous: Snapshot | undefined, snapshot: Snapshot): Promise<void> {
    const { SnapshotComparer } = await import('./snapshot-comparer.ts');
    this.#comparer ??= await SnapshotComparer.open(this.#repository, this.#signal);
    await this.#comparer.compare(content, previous, snapshot);
  }
}
