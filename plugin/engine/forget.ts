/** Drops snapshots. What they alone needed stays until the next prune. */
import { Failure } from '../domain/failure.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { folders } from './format.ts';
import type { ExclusiveLock } from './repository-lock.ts';
import type { Repository } from './repository.ts';
import { listSnapshots } from './snapshot.ts';

export interface ForgetOptions {
  /** True: also when no snapshot that can be read would be left. */
  readonly mayForgetAll?: boolean;
}

/**
 * Removes these snapshots; ids that are not there are no failure. Afterwards they stay away even after a power cut,
 * which a prune relies on.
 * @throws {Failure} `confirmation-needed`, before anything is removed, when no readable snapshot would be left.
 */
export async function forgetSnapshots(
  repository: Repository,
  _lock: ExclusiveLock,
  ids: readonly SnapshotId[],
  options: ForgetOptions = {},
): Promise<void> {
  if (options.mayForgetAll !== true) await refuseLast(repository, new Set(ids));
  for (const [number, id] of ids.entries()) {
    await repository.store.remove(folders.snapshots + id, { durable: number === ids.length - 1 });
  }
}

async function refuseLast(repository: Repository, ids: ReadonlySet<string>): Promise<void> {
  const { snapshots } = await listSnapshots(repository);
  const kept = snapshots.filter(({ id }) => !ids.has(id));
  if (kept.length > 0 || snapshots.length === 0) return;
  const action = 'forget the last restore point that can be read';
  throw new Failure('confirmation-needed', { action, hint: 'keep at least one, or say that all shall go' });
}
