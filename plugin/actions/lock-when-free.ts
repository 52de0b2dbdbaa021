import { isFailure } from '../domain/failure.ts';
import { listLocks, lockRepository, type ExclusiveLock } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { Services } from './services.ts';

const pauseMilliseconds = 2000;
/** Longer than the first backup of a large account may take. */
const patienceMilliseconds = 6 * 3_600_000;

/**
 * An exclusive lock as soon as nobody else has any. It is only asked for when none is seen: the asking alone would keep
 * others from beginning. @throws {Failure} `repository-locked` when others have it for hours; the signal's reason.
 */
export async function lockWhenFree(
  { locker, clock, machine }: Services,
  repository: Repository,
  signal: AbortSignal,
): Promise<ExclusiveLock> {
  const begun = clock.elapsedMilliseconds();
  for (;;) {
    const isLate = clock.elapsedMilliseconds() - begun > patienceMilliseconds;
    const isFree = (await listLocks(repository, locker)).every(({ isStale }) => isStale);
    try {
      if (isFree || isLate) return await lockRepository(repository, true, locker);
    } catch (error) {
      if (isLate || !isFailure(error, 'repository-locked')) throw error;
    }
    await machine.wait(pauseMilliseconds, signal);
  }
}
