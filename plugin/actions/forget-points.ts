import { forgetSnapshots } from '../engine/forget.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { Answer } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/**
 * Drops restore points; their data goes with the next prune. Either all that were named, or none.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `repository-locked`; `confirmation-needed` when none
 * would be left.
 */
export async function forgetPoints(
  services: Services,
  request: { account: string; points: readonly string[]; dryRun: boolean },
): Promise<Answer<'forget'>> {
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account));
  const lock = await lockRepository(repository, true, services.locker);
  try {
    const ids = new Set<string>();
    for (const point of request.points) ids.add((await findPoint(repository, point, account.name)).id);
    const { snapshots } = await listSnapshots(repository);
    const forgotten = snapshots.filter(({ id }) => ids.has(id));
    const kept = snapshots.filter(({ id }) => !ids.has(id));
    if (!request.dryRun)
      await forgetSnapshots(
        repository,
        lock,
        forgotten.map(({ id }) => id),
      );
    return {
      account: account.name,
      dryRun: request.dryRun,
      forgotten: forgotten.map(toPointLine),
      kept: kept.map(toPointLine),
    };
  } finally {
    await lock.release();
  }
}
