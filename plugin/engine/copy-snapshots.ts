/**
 * Brings snapshots of one repository into another that has the same keys: packs travel as they are. What is sent first
 * is what others refer to, so that a copy that is cut off anywhere leaves a whole repository and is taken up by the next.
 */
import { Failure } from '../domain/failure.ts';
import { folders, packKey } from './format.ts';
import { FullIndex } from './full-index.ts';
import { inParallel } from './in-parallel.ts';
import { IndexWriter } from './index-writer.ts';
import type { IndexedPack } from './index-file.ts';
import { PackContents, type PackedBlob } from './pack-contents.ts';
import type { RepositoryLock } from './repository-lock.ts';
import { findLostPacks, loadHeld } from './lost-packs.ts';
import type { RepositoryIndex } from './repository-index.ts';
import { findReusedPacks } from './reused-packs.ts';
import { sha256, type ListedObject, type Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import { findUsedBlobs, type UsedBlobs } from './used-blobs.ts';

export interface CopyOrder {
  readonly source: Repository;
  readonly target: Repository;
  /** Those that the target does not have. */
  readonly snapshots: readonly Snapshot[];
  /** How many packs are held and sent at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  onProgress?(bytes: number, bytesTotal: number): void;
  readonly reuse?: Reuse;
  /** Snapshots that the target has, and of which all that is lost there shall be sent again. */
  readonly mend?: readonly Snapshot[];
  /** Called before anything is sent when the target has lost so many packs that are needed. Unless it throws they are sent again. */
  onLost?(packs: number): Promise<void>;
}

export interface Reuse {
  /** Of those that the target holds. */
  readonly before: readonly Snapshot[];
  /** Called before a snapshot is sent, with packs that were there already and that none of `before` needs. */
  comeIntoUse(packs: readonly string[]): Promise<void>;
}

export interface CopyResult {
  readonly packs: number;
  readonly bytes: number;
}

/**
 * @param _lock on the target, so that nobody prunes it meanwhile. The source must be locked too.
 * @throws {Failure} `repository-damaged` when the source does not hold what its names say: nothing of that is sent;
 * `destination-unreachable` when the target does not list what it was given; what the stores throw.
 */
export async function copySnapshots(_lock: RepositoryLock, order: CopyOrder): Promise<CopyResult> {
  const { source, target, snapshots, signal } = order;
  const there = sizesOf(await target.listPacks());
  const known = await loadHeld(target, there);
  const full = await FullIndex.load(source);
  const sizes = sizesOf(await source.listPacks());
  full.preferCopies((pack, end) => (sizes.get(full.index.packId(pack)) ?? -1) >= end);
  const used = await findUsedBlobs({
    repository: source,
    index: full.index,
    packSizes: sizes,
    snapshots: { snapshots: [...snapshots, ...(order.mend ?? [])], unreadable: [] },
    signal,
  });
  const lost = findLostPacks(full.index, used, known, there);
  if (lost.size > 0) await order.onLost?.(lost.size);
  const missing = missingPacks(full, used, known, lost);
  const { reuse } = order;
  const reused = reuse && (await findReusedPacks({ source, full, sizes, used, known, before: reuse.before, signal }));
  const { sent, bytes } = await sendPacks(order, missing, sizes, there);
  const old = missing.filter(({ id }) => !sent.has(id)).map(({ id }) => id);
  if (reused !== undefined) await reuse?.comeIntoUse([...[...reused].filter((id) => !lost.has(id)), ...old]);
  for (const snapshot of snapshots) await sendSnapshot(source, target, snapshot.id);
  return { packs: sent.size, bytes };
}

/** A snapshot as it is stored, unaltered. */
export async function sendSnapshot(source: Repository, target: Pick<Repository, 'store'>, id: string): Promise<void> {
  const key = folders.snapshots + id;
  await target.store.write(key, await readWhole(source, key, id));
}

const sizesOf = (packs: readonly ListedObject[]): Map<string, number> =>
  new Map(packs.map(({ id, sizeBytes }) => [id, sizeBytes]));

/** Packs of which the target lacks a blob that is needed. */
function missingPacks(
  full: FullIndex,
  used: UsedBlobs,
  known: RepositoryIndex,
  lost: ReadonlySet<string>,
): IndexedPack[] {
  const contents = new PackContents(full);
  const { index } = full;
  const idOf = (blob: PackedBlob): string => index.table(blob.type).idHex(blob.entry);
  const isHeld = (blob: PackedBlob): boolean => {
    const entry = known.find(blob.type, idOf(blob));
    return entry >= 0 && !lost.has(known.packId(known.table(blob.type).packOf(entry)));
  };
  const isMissing = (blob: PackedBlob): boolean => blob.isPlace && used.isUsed(blob.type, blob.entry) && !isHeld(blob);
  const missing: IndexedPack[] = [];
  for (const [number, id] of index.packs.entries()) {
    const blobs = contents.blobs(number);
    if (blobs.some(isMissing)) missing.push({ id, blobs: blobs.map((blob) => ({ ...blob, id: idOf(blob) })) });
  }
  return missing;
}

async function sendPacks(
  order: CopyOrder,
  packs: readonly IndexedPack[],
  sizes: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
): Promise<{ readonly sent: ReadonlySet<string>; readonly bytes: number }> {
  if (packs.length === 0) return { sent: new Set(), bytes: 0 };
  const { target } = order;
  const wanted = packs.filter(({ id }) => there.get(id) !== sizes.get(id));
  const bytesTotal = wanted.reduce((sum, { id }) => sum + (sizes.get(id) ?? 0), 0);
  let bytes = 0;
  await inParallel(wanted, order.parallel, async ({ id }) => {
    order.signal.throwIfAborted();
    const content = await readWhole(order.source, packKey(id), id);
    await target.store.write(packKey(id), content);
    bytes += content.length;
    order.onProgress?.(bytes, bytesTotal);
  });
  await confirmPacks(order, packs, sizes);
  const index = new IndexWriter((json) => target.saveUnpacked('index', json));
  for (const pack of packs) await index.add(pack);
  await index.flush();
  return { sent: new Set(wanted.map(({ id }) => id)), bytes };
}

/** An answer of success proves nothing: an index names only packs that the target lists in full. */
async function confirmPacks(
  { target }: CopyOrder,
  packs: readonly IndexedPack[],
  sizes: ReadonlyMap<string, number>,
): Promise<void> {
  const there = sizesOf(await target.listPacks());
  const lost = packs.filter(({ id }) => there.get(id) !== sizes.get(id));
  if (lost.length === 0) return;
  const problem = `it does not list ${lost.length} packs that it was given`;
  throw new Failure('destination-unreachable', { destination: target.store.location, problem });
}

/** @throws {Failure} `repository-damaged` unless the bytes are what their name says. */
async function readWhole(source: Repository, key: string, id: string): Promise<Buffer> {
  const bytes = await source.store.read(key);
  if (sha256(bytes) === id) return bytes;
  throw new Failure('repository-damaged', { object: key, problem: 'does not match its name' });
}
