import type { SnapshotId } from '../domain/ids.ts';
import { KeptTrees } from './kept-trees.ts';
import { placeOf } from './place-of.ts';
import { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';

export interface ShelfLimits {
  /** Of memory, of all indexes together; the one asked for last stays, however large it is. */
  readonly indexBytes: number;
  readonly snapshots: number;
  /** Of memory, of all folders together. */
  readonly treeBytes: number;
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
  readonly trees: KeptTrees;
  /** The one used last is the last. */
  readonly #indexes = new Map<string, KeptIndex>();
  readonly #snapshots = new Map<string, Snapshot>();
  /** The last question about the index of a place, where it is not answered yet. */
  readonly #asked = new Map<string, Promise<RepositoryIndex>>();

  constructor(limits: ShelfLimits) {
    this.#limits = limits;
    this.trees = new KeptTrees(limits.treeBytes);
  }

  /**
   * Who asks while another is answered waits for what that one gets.
   * @throws {Failure} as `RepositoryIndex.load`; what was kept of the repository is forgotten then.
   */
  async index(repository: Repository): Promise<RepositoryIndex> {
    const place = placeOf(repository);
    const earlier = this.#asked.get(place);
    const asked = (earlier?.catch(() => {}) ?? Promise.resolve()).then(() => this.#update(repository, place));
    this.#asked.set(place, asked);
    try {
      return await asked;
    } finally {
      if (this.#asked.get(place) === asked) this.#asked.delete(place);
    }
  }

  async #update(repository: Repository, place: string): Promise<RepositoryIndex> {
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
    const held = (): number => [...this.#indexes.values()].reduce((sum, { index }) => sum + bytesOf(index), 0);
    while (this.#indexes.size > 1 && held() > this.#limits.indexBytes) dropFirst(this.#indexes);
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
  await kept.index.learnPlaces(repository, new Set(kept.files), files);
  return kept.index;
}

function bytesOf({ data, tree }: RepositoryIndex): number {
  return data.heldBytes + tree.heldBytes;
}

function dropFirst(map: Map<string, unknown>): void {
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
