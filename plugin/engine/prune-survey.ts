/** What prune must know before it decides: which packs there are, what lies in them, and what is of use. */
import { FullIndex } from './full-index.ts';
import { compressedEntryBytes, headerLengthBytes, plainEntryBytes, sealOverheadBytes } from './format.ts';
import { PackContents, type PackedBlob } from './pack-contents.ts';
import type { PackUse } from './prune-plan.ts';
import type { Repository } from './repository.ts';
import { emptyRedundantPacks } from './redundant-packs.ts';
import { findUsedBlobs, type UsedBlobs } from './used-blobs.ts';
import { listSnapshots } from './snapshot.ts';

export interface PruneSurvey {
  readonly full: FullIndex;
  readonly contents: PackContents;
  readonly used: UsedBlobs;
  readonly snapshots: number;
  /** Every pack that is stored or indexed; the indexed ones first, in the index's order. */
  readonly packs: readonly PackUse[];
}

/**
 * Snapshots are listed first, then the index, then the packs, so that a backup that ends meanwhile does no harm.
 * @throws {Failure} `repository-damaged` when anything that tells what is of use cannot be read.
 */
export async function surveyRepository(repository: Repository, signal: AbortSignal): Promise<PruneSurvey> {
  const snapshots = await listSnapshots(repository);
  const full = await FullIndex.load(repository);
  const sizes = new Map((await repository.listPacks()).map(({ id, sizeBytes }) => [id, sizeBytes]));
  const isWhole = (pack: number, end: number): boolean => (sizes.get(full.index.packId(pack)) ?? -1) >= end;
  full.preferCopies(isWhole);
  const used = await findUsedBlobs({ repository, index: full.index, packSizes: sizes, snapshots, signal });
  if (full.copies.count > 0) emptyRedundantPacks(full, new PackContents(full), used, isWhole);
  const contents = new PackContents(full);
  const packs = describePacks({ full, contents, used, sizes });
  return { full, contents, used, snapshots: snapshots.snapshots.length, packs };
}

/** Whether readers look for the blob in this very place, and some snapshot needs it. */
export function isNeeded(blob: PackedBlob, used: UsedBlobs): boolean {
  return blob.isPlace && used.isUsed(blob.type, blob.entry);
}

interface Known {
  readonly full: FullIndex;
  readonly contents: PackContents;
  readonly used: UsedBlobs;
  readonly sizes: ReadonlyMap<string, number>;
}

function describePacks({ full, contents, used, sizes }: Known): PackUse[] {
  const { packs } = full.index;
  const indexed = packs.map((id, number) => describePack(id, contents.blobs(number), used, sizes.get(id)));
  const names = new Set(packs);
  for (const [id, storedBytes] of sizes) {
    if (names.has(id)) continue;
    indexed.push({
      id,
      storedBytes,
      indexedBytes: undefined,
      contents: 'data',
      usedBytes: 0,
      unusedBytes: storedBytes,
    });
  }
  return indexed;
}

function describePack(
  id: string,
  blobs: readonly PackedBlob[],
  used: UsedBlobs,
  storedBytes: number | undefined,
): PackUse {
  let usedBytes = 0;
  let unusedBytes = 0;
  let trees = 0;
  for (const blob of blobs) {
    if (isNeeded(blob, used)) usedBytes += blob.length;
    else unusedBytes += blob.length;
    if (blob.type === 'tree') trees++;
  }
  const contents = trees === 0 ? 'data' : trees === blobs.length ? 'tree' : 'mixed';
  return { id, storedBytes, indexedBytes: packBytes(blobs), contents, usedBytes, unusedBytes };
}

/** How large a pack of these blobs is, header included. They stand in order of offset. */
export function packBytes(blobs: readonly PackedBlob[]): number {
  const last = blobs.at(-1);
  return (last === undefined ? 0 : last.offset + last.length) + headerBytes(blobs) + headerLengthBytes;
}

/** The sealed header. */
export function headerBytes(blobs: readonly PackedBlob[]): number {
  let bytes = sealOverheadBytes;
  for (const blob of blobs) bytes += blob.plainLength > 0 ? compressedEntryBytes : plainEntryBytes;
  return bytes;
}
