/**
 * Brings back what is damaged or gone from copies of the repository: packs and snapshots are named by the hash of what they
 * hold, so that what a copy gives is either the very same or is not taken.
 */
import type { ObjectStore } from '../contracts/object-store.ts';
import { isFailure } from '../domain/failure.ts';
import type { CheckRun } from './check-run.ts';
import { badPacks } from './disown-lost.ts';
import { folders, packKey } from './format.ts';
import type { ExclusiveLock } from './repository-lock.ts';
import { sha256 } from './repository.ts';
import { listSnapshots } from './snapshot.ts';

/**
 * @param run a check with all data read, made under this lock.
 * @param copies that hold the same repository; one that cannot be read is none.
 * @returns how many objects were brought back. @throws what writing them throws; the signal's reason.
 */
export async function healFromCopies(
  run: CheckRun,
  _lock: ExclusiveLock,
  copies: readonly ObjectStore[],
  signal: AbortSignal,
): Promise<number> {
  if (copies.length === 0) return 0;
  const { repository, full } = run;
  const { unreadable } = await listSnapshots(repository);
  const wanted = [
    ...[...badPacks(run)].map((number) => full.index.packId(number)).map((id) => ({ id, key: packKey(id) })),
    ...unreadable.map((id) => ({ id, key: folders.snapshots + id })),
  ];
  let healed = 0;
  const reachable = new Set(copies);
  for (const { id, key } of wanted) {
    signal.throwIfAborted();
    const bytes = await firstWhole(reachable, key, id);
    if (bytes === undefined) continue;
    await repository.store.write(key, bytes);
    healed += 1;
  }
  return healed;
}

/** A copy that cannot be reached is not asked again: meanwhile nobody else can work in the repository. */
async function firstWhole(reachable: Set<ObjectStore>, key: string, id: string): Promise<Buffer | undefined> {
  for (const store of reachable) {
    try {
      const bytes = await store.read(key);
      if (sha256(bytes) === id) return bytes;
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code !== 'not-found') reachable.delete(store);
    }
  }
  return undefined;
}
