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

/** The cache of the last run; where it was lost, one made from the newest snapshot of this home. */
export async function openCache(job: ArchiveJob): Promise<StatCacheReader | undefined> {
  const snapshots = await job.repository.listIds('snapshots');
  const kept = openCacheFor(job, snapshots);
  if (kept !== undefined || snapshots.length === 0) return kept;
  await rebuildCache(job);
  return openCacheFor(job, snapshots);
}

/** A cache is good only for the same home, owner and rules, and while the snapshot it was made with exists. */
function openCacheFor(job: ArchiveJob, snapshots: readonly string[]): StatCacheReader | undefined {
  const cache = StatCacheReader.open(job.caches.open(cacheName(job)));
  if (cache === undefined) return undefined;
  if (cache.header.scope === cacheScope(job) && snapshots.includes(cache.header.snapshotId)) return cache;
  cache.close();
  return undefined;
}

/** Where that fails, everything is read again: nothing worse. */
async function rebuildCache(job: ArchiveJob): Promise<void> {
  const { repository } = job;
  const { snapshots } = await listSnapshots(repository);
  const newest = snapshots.findLast((snapshot) => isWholeHome(snapshot, job.home));
  if (newest === undefined) return;
  const cache = new StatCacheWriter(job.caches.create(cacheName(job)));
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), rebuildReadAheadBytes);
  const { frames } = repository.workspace;
  try {
    await cacheFromSnapshot(reader, newest, cache, { scope: cacheScope(job), frames });
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
