import { crc32 } from 'node:zlib';
import { isFailure } from '../domain/failure.ts';
import type { ArchiveJob } from './archive-job.ts';
import { BlobReader } from './blob-reader.ts';
import { cacheFromSnapshot } from './cache-from-snapshot.ts';
import { filesFolder } from './home-tree.ts';
import { RepositoryIndex } from './repository-index.ts';
import { listSnapshots, type Snapshot } from './snapshot.ts';
import { StatCacheReader, StatCacheWriter } from './stat-cache.ts';

const rebuildReadAheadBytes = 1_048_576;

export interface OpenedCache {
  readonly cache: StatCacheReader | undefined;
  /** Ids of the repository's index files, as they were before it was opened. */
  readonly indexes: readonly string[];
}

/** The cache of the last run; where it was lost or is not trusted, one made from the newest snapshot of this home. */
export async function openCache(job: ArchiveJob): Promise<OpenedCache> {
  const indexes = await job.repository.listIds('index');
  const kept = openCacheFor(job, indexes);
  if (kept !== undefined) return { cache: kept, indexes };
  await rebuildCache(job, indexes);
  return { cache: openCacheFor(job, indexes), indexes };
}

/**
 * A cache is good only for the same home, owner and rules, and while every index file is there that it was made with:
 * before a blob is removed, or when one is found to be lost, the index that names it is written anew. Its snapshot may
 * be forgotten: until a prune all that it stored is there.
 */
function openCacheFor(job: ArchiveJob, indexes: readonly string[]): StatCacheReader | undefined {
  const cache = StatCacheReader.open(job.caches.open(cacheName(job)));
  if (cache === undefined) return undefined;
  const { header } = cache;
  const there = new Set(indexes);
  if (header.scope === cacheScope(job) && header.indexes.every((id) => there.has(id))) return cache;
  cache.close();
  return undefined;
}

/** Where that fails, everything is read again: nothing worse. */
async function rebuildCache(job: ArchiveJob, indexes: readonly string[]): Promise<void> {
  const { repository } = job;
  const { snapshots } = await listSnapshots(repository);
  const newest = snapshots.findLast((snapshot) => isWholeHome(snapshot, job.home));
  if (newest === undefined) return;
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository, indexes), rebuildReadAheadBytes);
  const cache = new StatCacheWriter(job.caches.create(cacheName(job)));
  try {
    await cacheFromSnapshot(reader, newest, cache, { repository, scope: cacheScope(job), indexes });
  } catch (error) {
    cache.discard();
    if (!isFailure(error)) throw error;
  } finally {
    reader.close();
  }
}

function isWholeHome(snapshot: Snapshot, home: string): boolean {
  return snapshot.paths.length === 1 && (snapshot.paths[0] === `/${filesFolder}` || snapshot.paths[0] === home);
}

export function cacheName(job: ArchiveJob): string {
  return `${job.repository.id}.stat`;
}

/** Names what is backed up and by which rules. */
export function cacheScope(job: ArchiveJob): number {
  const trusted = [...job.trustedUids].sort((left, right) => left - right);
  return crc32(JSON.stringify([job.home, job.ownerUid, trusted, job.files.readsAttributes]));
}
