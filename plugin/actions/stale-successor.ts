import { isRetired } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots } from '../engine/snapshot.ts';

/**
 * Whether a repository is what a renewal of keys made that was killed just before it would have been used: nothing was ever
 * backed up into it, and one before it, which nobody locked for good, has restore points that were not brought.
 */
export async function isStaleSuccessor(successor: Repository, older: readonly Repository[]): Promise<boolean> {
  if (older.length === 0) return false;
  const { snapshots } = await listSnapshots(successor);
  if (snapshots.some(({ formerIds = [] }) => formerIds.length === 0)) return false;
  const brought = new Set<string>(snapshots.flatMap(({ formerIds = [] }) => formerIds));
  for (const one of older) {
    if (await isRetired(one)) continue;
    if ((await one.listIds('snapshots')).some((id) => !brought.has(id))) return true;
  }
  return false;
}
