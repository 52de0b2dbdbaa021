/** Packs that lie at a copy already, and come into use there again. */
import type { BlobType } from './format.ts';
import type { FullIndex } from './full-index.ts';
import { heldPlaces } from './held-places.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import { findUsedBlobs, type UsedBlobs } from './used-blobs.ts';

export interface ReuseSearch {
  readonly source: Repository;
  readonly full: FullIndex;
  /** Of the packs that the source holds. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What is about to be sent needs these. */
  readonly used: UsedBlobs;
  /** Where the copy has its blobs. */
  readonly known: RepositoryIndex;
  /** That the copy holds; fewer than it does make the answer longer, never too short. */
  readonly before: readonly Snapshot[];
  readonly signal: AbortSignal;
}

/** @returns the packs of the copy that hold what is needed, and what none of the snapshots before needs. */
export async function findReusedPacks(search: ReuseSearch): Promise<Set<string>> {
  const { source, full, sizes, used, known, before, signal } = search;
  const { index } = full;
  const usedBefore = await findUsedBlobs({
    repository: source,
    index,
    packSizes: sizes,
    snapshots: { snapshots: [...before], unreadable: [] },
    signal,
    onLost() {}, // nobody knows what it needed: so that counts as not used
  });
  const isNew = (type: BlobType, entry: number) => used.isUsed(type, entry) && !usedBefore.isUsed(type, entry);
  const packs = new Set<string>();
  for (const { pack } of heldPlaces(index, isNew, known)) packs.add(pack);
  return packs;
}
