/** Packs that an index at a copy names, and that are not there any more: what is sent must not lean on them. */
import { FullIndex } from './full-index.ts';
import { heldPlaces } from './held-places.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import type { UsedBlobs } from './used-blobs.ts';

/** @param there sizes of the packs that the repository lists. @returns its index; of several places of a blob one that is there. */
export async function loadHeld(repository: Repository, there: ReadonlyMap<string, number>): Promise<RepositoryIndex> {
  const full = await FullIndex.load(repository);
  full.preferCopies((pack, end) => (there.get(full.index.packId(pack)) ?? -1) >= end);
  return full.index;
}

/**
 * @param source in which `used` are entries. @param held the index of the copy.
 * @returns the packs of the copy in which something of use should lie, and that are gone or cut.
 */
export function findLostPacks(
  source: RepositoryIndex,
  used: UsedBlobs,
  held: RepositoryIndex,
  there: ReadonlyMap<string, number>,
): Set<string> {
  const lost = new Set<string>();
  for (const { pack, end } of heldPlaces(source, (type, entry) => used.isUsed(type, entry), held)) {
    if ((there.get(pack) ?? -1) < end) lost.add(pack);
  }
  return lost;
}
