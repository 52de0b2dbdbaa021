import type { BlobType } from './format.ts';
import type { RepositoryIndex } from './repository-index.ts';

/** Where another repository has blobs of an index: those that `isWanted` of its entries, and that the other names at all. */
export function* heldPlaces(
  index: RepositoryIndex,
  isWanted: (type: BlobType, entry: number) => boolean,
  held: RepositoryIndex,
): Generator<{ readonly pack: string; readonly end: number }> {
  for (const type of ['data', 'tree'] as const) {
    const table = index.table(type);
    for (let entry = 0; entry < table.size; entry++) {
      if (!isWanted(type, entry)) continue;
      const known = held.find(type, table.idHex(entry));
      if (known < 0) continue;
      const { pack, offset, length } = held.table(type).place(known);
      yield { pack: held.packId(pack), end: offset + length };
    }
  }
}
