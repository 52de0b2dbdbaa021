/**
 * Takes what is lost out of the index, so that the next backup stores again what the home still has. What is whole in
 * a damaged pack is copied into a new one first. Killed at any moment it leaves nothing less than there was: new packs
 * come first, then index files that name them, which are read back, and only then do the old ones go.
 */
import { Failure } from '../domain/failure.ts';
import type { CheckRun } from './check-run.ts';
import { folders } from './format.ts';
import type { IndexFile } from './full-index.ts';
import { parseIndexFile, type IndexedPack } from './index-file.ts';
import { IndexWriter } from './index-writer.ts';
import type { PackedBlob } from './pack-contents.ts';
import { Repacker } from './repacker.ts';
import type { ExclusiveLock } from './repository-lock.ts';

export interface DisownResult {
  /** Packs that no index names any more; the next prune removes what is left of them. */
  readonly packs: number;
  /** Blobs of them that were whole and are in new packs now. */
  readonly blobsSaved: number;
  readonly blobsLost: number;
}

/**
 * @param run a check with all data read, made under this lock.
 * @throws {Failure} `repository-damaged` when something whole would be lost: then the index is as it was;
 * `repository-locked` when the lock was lost meanwhile; what the store throws.
 */
export async function disownLost(run: CheckRun, lock: ExclusiveLock, signal: AbortSignal): Promise<DisownResult> {
  const bad = badPacks(run);
  if (bad.size === 0) return { packs: 0, blobsSaved: 0, blobsLost: 0 };
  const old = run.full.files.filter(({ packs }) => packs.some(({ pack }) => bad.has(pack)));
  const writer = new IndexWriter((json) => saveAndReadBack(run, json));
  const saved = await salvage(run, bad, writer, signal);
  for (const pack of packsOf(old)) if (!bad.has(pack)) await writer.add(indexedPack(run, pack));
  await writer.flush();
  signal.throwIfAborted();
  await lock.assertHeld();
  await removeIndexes(run, old);
  const blobs = [...bad].reduce((total, pack) => total + run.contents.blobs(pack).length, 0);
  return { packs: bad.size, blobsSaved: saved, blobsLost: blobs - saved };
}

/** Packs with something in them that cannot be had, and those that are not there. */
export function badPacks({ full, contents, packSizes, broken, oddPacks }: CheckRun): Set<number> {
  const bad = new Set<number>();
  for (const [number, id] of full.index.packs.entries()) {
    const isThere = packSizes.has(id) && !oddPacks.has(id);
    const isWhole = contents.blobs(number).every((blob) => !isBroken({ full, broken }, blob));
    if (!isThere || !isWhole) bad.add(number);
  }
  return bad;
}

function isBroken({ full, broken }: Pick<CheckRun, 'full' | 'broken'>, { type, entry }: PackedBlob): boolean {
  return broken.findingOf(type, full.index.table(type).idHex(entry)) !== undefined;
}

/** @returns how many blobs are in new packs. */
async function salvage(
  run: CheckRun,
  bad: ReadonlySet<number>,
  writer: IndexWriter,
  signal: AbortSignal,
): Promise<number> {
  const { full, contents, packSizes, repository } = run;
  const repacker = new Repacker(repository, full.index, (pack) => writer.add(pack));
  let saved = 0;
  try {
    for (const pack of bad) {
      signal.throwIfAborted();
      const id = full.index.packId(pack);
      if (!packSizes.has(id)) continue;
      const whole = contents.blobs(pack).filter((blob) => blob.isPlace && !isBroken(run, blob));
      await repacker.copy(id, whole);
      saved += whole.length;
    }
    await repacker.finish();
    return saved;
  } finally {
    await repacker.close();
  }
}

function packsOf(files: readonly IndexFile[]): Set<number> {
  return new Set(files.flatMap(({ packs }) => packs.map(({ pack }) => pack)));
}

function indexedPack({ full, contents }: CheckRun, pack: number): IndexedPack {
  const { index } = full;
  const blobs = contents.blobs(pack).map(({ type, entry, offset, length, plainLength }) => {
    return { id: index.table(type).idHex(entry), type, offset, length, plainLength };
  });
  return { id: index.packId(pack), blobs };
}

/** Stores an index file and believes only what reads back. */
async function saveAndReadBack({ repository }: CheckRun, json: string): Promise<string> {
  const id = await repository.saveUnpacked('index', json);
  const text = await repository.loadUnpacked('index', id);
  parseIndexFile(id, text);
  if (text === json) return id;
  throw new Failure('repository-damaged', { object: `index ${id}`, problem: 'does not read back as it was written' });
}

async function removeIndexes({ repository }: CheckRun, files: readonly IndexFile[]): Promise<void> {
  const last = files.length - 1;
  for (const [number, { id }] of files.entries()) {
    await repository.store.remove(folders.index + id, { durable: number === last });
  }
}
