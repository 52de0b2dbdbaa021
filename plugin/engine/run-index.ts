import type { SnapshotId } from '../domain/ids.ts';
import type { PointLook } from '../domain/point-state.ts';
import type { ArchiveJob } from './archive-job.ts';
import { lookAtPoint } from './look-at-point.ts';
import type { Repository } from './repository.ts';
import { RepositoryIndex } from './repository-index.ts';

/** The index of one backup: read when it first stores something, and used once more to look at what it made. */
export class RunIndex {
  readonly #repository: Repository;
  #known: ReadonlySet<string> = new Set();
  #index: RepositoryIndex | undefined;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  get isLoaded(): boolean {
    return this.#index !== undefined;
  }

  async load(): Promise<RepositoryIndex> {
    const files = await this.#repository.listIds('index');
    this.#known = new Set(files);
    return (this.#index = await RepositoryIndex.load(this.#repository, files));
  }

  /** Where what was stored lies is read back from the index files that were written for it. */
  async look(snapshotId: SnapshotId, order: ArchiveJob['look']): Promise<PointLook | undefined> {
    const index = this.#index;
    if (index === undefined || order === undefined) return undefined;
    this.#repository.workspace.releaseLarge(); // what the backup worked with
    await index.learnPlaces(this.#repository, this.#known);
    return lookAtPoint({ repository: this.#repository, index, random: order.random }, snapshotId, order);
  }
}
