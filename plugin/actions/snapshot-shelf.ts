import { isFailure } from '../domain/failure.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import type { Repository } from '../engine/repository.ts';
import { loadSnapshot, type Snapshot } from '../engine/snapshot.ts';

/** The snapshots that were in a repository at one moment, each read when it is first needed. */
export class SnapshotShelf {
  readonly ids: ReadonlySet<SnapshotId>;
  readonly #repository: Repository;
  readonly #loaded = new Map<SnapshotId, Snapshot | undefined>();

  private constructor(repository: Repository, ids: readonly string[]) {
    this.#repository = repository;
    this.ids = new Set(ids.map(parseSnapshotId));
  }

  static async open(repository: Repository): Promise<SnapshotShelf> {
    return new SnapshotShelf(repository, await repository.listIds('snapshots'));
  }

  /** Undefined when it is gone or damaged. */
  async load(id: SnapshotId): Promise<Snapshot | undefined> {
    if (!this.#loaded.has(id)) this.#loaded.set(id, await this.#read(id));
    return this.#loaded.get(id);
  }

  /** Those that are not among `known` and can be read. */
  async loadOthers(known: readonly { readonly id: SnapshotId }[]): Promise<Snapshot[]> {
    const knownIds = new Set(known.map(({ id }) => id));
    const others: Snapshot[] = [];
    for (const id of this.ids) {
      const snapshot = knownIds.has(id) ? undefined : await this.load(id);
      if (snapshot !== undefined) others.push(snapshot);
    }
    return others;
  }

  async #read(id: SnapshotId): Promise<Snapshot | undefined> {
    try {
      return await loadSnapshot(this.#repository, id);
    } catch (error) {
      if (isFailure(error, 'not-found') || isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }
}
