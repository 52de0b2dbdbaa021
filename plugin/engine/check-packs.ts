/** Checks that every pack the index names is there, as large as its blobs need, and without gaps or overlaps. */
import { isFailure } from '../domain/failure.ts';
import type { CheckRun } from './check-run.ts';
import { readHeader, sameBlobs } from './pack-tail.ts';
import type { PackedBlob } from './pack-contents.ts';
import { packBytes } from './prune-survey.ts';

export async function checkPacks(run: CheckRun, signal: AbortSignal): Promise<void> {
  const { full, contents, hints } = run;
  for (const [number, id] of full.index.packs.entries()) {
    signal.throwIfAborted();
    await checkPack(run, id, contents.blobs(number));
  }
  const named = new Set(full.index.packs);
  for (const id of run.packSizes.keys()) if (!named.has(id)) hints.add('unindexed-pack', `pack ${id}`);
  const copies = countCopies(run);
  if (copies > 0) hints.add('duplicate-blob', `${copies} blobs`);
}

async function checkPack(run: CheckRun, id: string, blobs: readonly PackedBlob[]): Promise<void> {
  const { damage, packSizes } = run;
  const size = packSizes.get(id);
  if (size === undefined) {
    spoil(run, blobs, damage.add('missing-pack', `pack ${id}`));
    return;
  }
  if (isContiguous(blobs) && packBytes(blobs) === size) return;
  // Something is odd: the header says whether the pack or the index is wrong.
  const header = await readHeader(run.repository, id, size).catch((error: unknown) => {
    if (isFailure(error)) return undefined;
    throw error;
  });
  if (header !== undefined && sameBlobs(run.full.index, header, blobs)) return;
  const finding = damage.add(header === undefined ? 'pack-size' : 'damaged-index', `pack ${id}`);
  run.oddPacks.set(id, finding);
  spoil(
    run,
    blobs.filter((blob) => blob.offset + blob.length > size),
    finding,
  );
}

/** Says of blobs which readers look for here that they cannot be had. */
export function spoil(run: CheckRun, blobs: readonly PackedBlob[], finding: number): void {
  for (const blob of blobs) if (blob.isPlace) run.broken.set(blob.type, blob.entry, finding);
}

function isContiguous(blobs: readonly PackedBlob[]): boolean {
  let end = 0;
  for (const blob of blobs) {
    if (blob.offset !== end) return false;
    end += blob.length;
  }
  return true;
}

function countCopies({ full, contents }: CheckRun): number {
  let copies = 0;
  if (full.copies.count === 0) return 0;
  for (let pack = 0; pack < full.index.packs.length; pack++) {
    for (const blob of contents.blobs(pack)) if (!blob.isPlace) copies++;
  }
  return copies;
}
