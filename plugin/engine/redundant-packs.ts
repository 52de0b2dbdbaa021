/** After an interrupted prune, packs and their replacements lie side by side: one of the two is not needed. */
import type { FullIndex } from './full-index.ts';
import type { PackContents, PackedBlob } from './pack-contents.ts';
import type { UsedBlobs } from './used-blobs.ts';

interface Candidate {
  readonly pack: number;
  /** Blobs with a use. */
  readonly used: readonly PackedBlob[];
  readonly wasteShare: number;
}

/**
 * Where everything of use in a pack has a copy in other packs, readers are sent to these, so that the pack holds
 * nothing of use any more; the most wasteful packs first. `contents` describes the index no longer afterwards.
 * @param isWhole whether the store holds the pack up to that byte.
 */
export function emptyRedundantPacks(
  full: FullIndex,
  contents: PackContents,
  used: UsedBlobs,
  isWhole: (pack: number, end: number) => boolean,
): void {
  const copies = copiesByBlob(full);
  const emptied = new Set<number>();
  /** A copy that can stand in for the blob in this pack. */
  const standIn = (blob: PackedBlob, pack: number): number | undefined => {
    return copies.get(keyOf(blob))?.find((copy) => {
      const place = full.copies.place(copy);
      return place.pack !== pack && !emptied.has(place.pack) && isWhole(place.pack, place.offset + place.length);
    });
  };
  for (const { pack, used: blobs } of findCandidates(full, contents, used)) {
    const places = blobs.filter((blob) => full.index.table(blob.type).packOf(blob.entry) === pack);
    const standIns = places.map((blob) => standIn(blob, pack));
    if (standIns.includes(undefined)) continue;
    emptied.add(pack);
    for (const copy of standIns) if (copy !== undefined) full.swapPlace(copy);
  }
}

function findCandidates(full: FullIndex, contents: PackContents, used: UsedBlobs): Candidate[] {
  const packs = new Set<number>();
  for (let copy = 0; copy < full.copies.count; copy++) {
    packs.add(full.copies.place(copy).pack);
    packs.add(full.index.table(full.copies.type(copy)).packOf(full.copies.entry(copy)));
  }
  const candidates = [...packs].map((pack) => describe(pack, contents.blobs(pack), used));
  return candidates.toSorted((left, right) => right.wasteShare - left.wasteShare);
}

function describe(pack: number, blobs: readonly PackedBlob[], used: UsedBlobs): Candidate {
  const ofUse = blobs.filter((blob) => used.isUsed(blob.type, blob.entry));
  const sum = (some: readonly PackedBlob[]): number => some.reduce((total, { length }) => total + length, 0);
  return { pack, used: ofUse, wasteShare: 1 - sum(ofUse) / Math.max(1, sum(blobs)) };
}

function copiesByBlob(full: FullIndex): Map<number, number[]> {
  const byBlob = new Map<number, number[]>();
  for (let copy = 0; copy < full.copies.count; copy++) {
    const key = keyOf({ type: full.copies.type(copy), entry: full.copies.entry(copy) });
    const known = byBlob.get(key);
    if (known === undefined) byBlob.set(key, [copy]);
    else known.push(copy);
  }
  return byBlob;
}

function keyOf({ type, entry }: Pick<PackedBlob, 'type' | 'entry'>): number {
  return entry * 2 + (type === 'tree' ? 1 : 0);
}
