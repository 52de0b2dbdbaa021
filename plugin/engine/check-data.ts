/** Reads indexed packs in full: its name is its hash, its header agrees with the index, every blob opens. */
import { isFailure } from '../domain/failure.ts';
import { BlobOpener, isPossible } from './blob-opener.ts';
import { spoil } from './check-packs.ts';
import type { CheckRun } from './check-run.ts';
import { headerLengthBytes, largestHeaderBytes } from './format.ts';
import type { PackedBlob } from './pack-contents.ts';
import { PackStream } from './pack-stream.ts';
import { isOneObjectsFault } from './read-fault.ts';
import { headerLength, parseHeader, sameBlobs } from './pack-tail.ts';

export interface DataCheckOptions {
  readonly signal: AbortSignal;
  /** Packs that were read before and need not be again. */
  readonly without?: ReadonlySet<string> | undefined;
  onProgress?(bytes: number, bytesTotal: number): void;
}

/** @returns how many bytes were read. */
export async function checkData(run: CheckRun, options: DataCheckOptions): Promise<number> {
  const { full, packSizes } = run;
  const packs = full.index.packs
    .map((id, number) => ({ id, number, size: packSizes.get(id) ?? -1 }))
    .filter(({ id, size }) => size >= 0 && options.without?.has(id) !== true);
  const bytesTotal = packs.reduce((total, { size }) => total + size, 0);
  const opener = new BlobOpener(run.repository);
  let bytes = 0;
  try {
    for (const pack of packs) {
      options.signal.throwIfAborted();
      await checkPackData(run, pack, opener);
      bytes += pack.size;
      options.onProgress?.(bytes, bytesTotal);
    }
  } finally {
    opener.close();
  }
  return bytes;
}

interface IndexedPackOnDisk {
  readonly id: string;
  readonly number: number;
  readonly size: number;
}

async function checkPackData(run: CheckRun, pack: IndexedPackOnDisk, opener: BlobOpener): Promise<void> {
  const blobs = run.contents.blobs(pack.number);
  try {
    const stream = new PackStream(run.repository, pack.id, pack.size);
    const spoiled = await openBlobs(run, stream, blobs, opener);
    const headerFits = await checkHeader(run, stream, pack, blobs);
    const isWhole = (await stream.finish()) === pack.id && headerFits;
    if (isWhole && spoiled.length === 0) return;
    const finding = run.oddPacks.get(pack.id) ?? run.damage.add('damaged-pack', `pack ${pack.id}`);
    for (const blob of spoiled) noteBlob(run, blob, finding);
  } catch (error) {
    if (!(await isOneObjectsFault(run.repository, error))) throw error;
    spoil(run, blobs, run.damage.add('damaged-pack', `pack ${pack.id}`));
  }
}

/** @returns those that do not open. */
async function openBlobs(
  run: CheckRun,
  stream: PackStream,
  blobs: readonly PackedBlob[],
  opener: BlobOpener,
): Promise<PackedBlob[]> {
  const spoiled: PackedBlob[] = [];
  let from = 0;
  for (const blob of blobs) {
    // Overlapping blobs make no sense; whichever comes second is not read.
    const isReadable = blob.offset >= from && isPossible(blob.type, blob);
    if (!isReadable || !opens(run, blob, await stream.take(blob.offset, blob.length), opener)) spoiled.push(blob);
    if (isReadable) from = blob.offset;
  }
  return spoiled;
}

function opens(run: CheckRun, blob: PackedBlob, sealed: Buffer, opener: BlobOpener): boolean {
  try {
    if (sealed.length !== blob.length) return false;
    opener.open(blob.type, run.full.index.table(blob.type).idHex(blob.entry), sealed, blob.plainLength);
    return true;
  } catch (error) {
    if (isFailure(error, 'repository-damaged')) return false;
    throw error;
  }
}

/** The header must begin where the last blob ends. */
async function checkHeader(
  run: CheckRun,
  stream: PackStream,
  pack: IndexedPackOnDisk,
  blobs: readonly PackedBlob[],
): Promise<boolean> {
  const last = blobs.at(-1);
  const from = last === undefined ? 0 : last.offset + last.length;
  const length = pack.size - from;
  if (length < headerLengthBytes || length > largestHeaderBytes + headerLengthBytes || from < (last?.offset ?? 0))
    return false;
  const tail = await stream.take(from, length);
  try {
    const sealedLength = headerLength(tail, pack.id, pack.size);
    if (sealedLength + headerLengthBytes !== tail.length) return false;
    const header = parseHeader(run.repository, pack.id, from, tail.subarray(0, sealedLength));
    return sameBlobs(run.full.index, header, blobs);
  } catch (error) {
    if (isFailure(error, 'repository-damaged')) return false;
    throw error;
  }
}

function noteBlob(run: CheckRun, blob: PackedBlob, pack: number): void {
  if (!blob.isPlace) return;
  const id = run.full.index.table(blob.type).idHex(blob.entry);
  const known = run.broken.findingOf(blob.type, id);
  const finding = known ?? run.damage.add('damaged-blob', `${blob.type} ${id}`);
  run.broken.set(blob.type, blob.entry, finding);
  if (finding !== pack) run.causes.set(finding, pack);
}
