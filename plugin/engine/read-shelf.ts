import type { SnapshotId } from '../domain/ids.ts';
import { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';

export interface ShelfLimits {
  /** Of all indexes together; the one asked for last stays, however large it is. */
  readonly blobs: number;
  readonly snapshots: number;
}

interface KeptIndex {
  readonly files: readonly string[];
  readonly index: RepositoryIndex;
}

/**
 * What a process that answers one question after the other keeps of repositories in between. What lies in them never
 * changes under its name: what is there is listed each time, and only what is new is read. The indexes are for reading
 * alone: nobody adds to them.
 */
export class ReadShelf {
  readonly #limits: ShelfLimits;
  /** The one used last is the last. */
  readonly #indexes = new Map<string, KeptIndex>();
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(limits: ShelfLimits) {
    this.#limits = limits;
  }

  /** @throws {Failure} as `RepositoryIndex.load`; what was kept of the repository is forgotten then. */
  async index(repository: Repository): Promise<RepositoryIndex> {
    const place = placeOf(repository);
    const kept = this.#indexes.get(place);
    this.#indexes.delete(place);
    const files = await repository.listIds('index');
    const index = await bringUpToDate(repository, kept, files);
    this.#indexes.set(place, { files, index });
    this.#dropIndexes();
    return index;
  }

  snapshot(repository: Repository, id: SnapshotId): Snapshot | undefined {
    return this.#snapshots.get(`${placeOf(repository)} ${id}`);
  }

  keep(repository: Repository, snapshot: Snapshot): void {
    this.#snapshots.set(`${placeOf(repository)} ${snapshot.id}`, snapshot);
    if (this.#snapshots.size > this.#limits.snapshots) dropFirst(this.#snapshots);
  }

  #dropIndexes(): void {
    const count = (): number => [...this.#indexes.values()].reduce((sum, { index }) => sum + blobsOf(index), 0);
    while (this.#indexes.size > 1 && count() > this.#limits.blobs) dropFirst(this.#indexes);
  }
}

/** The index of a repository for reading: kept from the question before where the process keeps any. */
export function readIndex(repository: Repository): Promise<RepositoryIndex> {
  return repository.workspace.shelf?.index(repository) ?? RepositoryIndex.load(repository);
}

/** Where an index file is gone, blobs may lie elsewhere than it said. */
async function bringUpToDate(
  repository: Repository,
  kept: KeptIndex | undefined,
  files: readonly string[],
): Promise<RepositoryIndex> {
  const now = new Set(files);
  if (kept === undefined || !kept.files.every((id) => now.has(id))) return RepositoryIndex.load(repository, files);
  await kept.index.learnPlaces(repository, new Set(kept.files));
  return kept.index;
}

function placeOf({ id, store }: Repository): string {
  return `${id} ${store.location}`;
}

function blobsOf({ data, tree }: RepositoryIndex): number {
  return data.size + tree.size;
}

function dropFirst(map: Map<string, unknown>): void {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
