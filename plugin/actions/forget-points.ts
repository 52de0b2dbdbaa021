import type { Account } from '../domain/account.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { forgetSnapshots } from '../engine/forget.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { keepCatalogOrWarn } from './keep-catalog.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing, Services } from './services.ts';

/**
 * Drops restore points; their data goes with the next prune. Either all that were named, or none.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `repository-locked`; `confirmation-needed` when none
 * would be left.
 */
export async function forgetPoints(
  { services, signal }: Performing,
  request: ForgetRequest,
): Promise<Answer<'forget'>> {
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account));
  const { forgotten, kept } = await forgetUnderLock(services, repository, { ...request, account });
  if (!request.dryRun) {
    await services.wishes.drop(
      account.generation,
      forgotten.map(({ id }) => id),
    );
    await keepCatalogOrWarn(services, { repository, ...account }, signal);
  }
  return {
    account: account.name,
    dryRun: request.dryRun,
    forgotten: forgotten.map(toPointLine),
    kept: kept.map(toPointLine),
  };
}

type ForgetRequest = Omit<Extract<Request, { kind: 'forget' }>, 'kind'>;

/** Takes those out of `ids` whose deletion was called off, or never wanted. */
async function keepUnwanted({ wishes }: Services, { generation }: Account, ids: Set<SnapshotId>): Promise<void> {
  const wanted = (await wishes.list(generation)).filter(
    ({ deleteAt, isPinned }) => deleteAt !== undefined && !isPinned,
  );
  const still = new Set(wanted.map(({ id }) => id));
  for (const id of ids) if (!still.has(id)) ids.delete(id);
}

async function forgetUnderLock(
  services: Services,
  repository: Repository,
  { account, points, dryRun, ifWanted }: Omit<ForgetRequest, 'account'> & { readonly account: Account },
): Promise<{ forgotten: Snapshot[]; kept: Snapshot[] }> {
  const lock = await lockRepository(repository, true, services.locker);
  try {
    const ids = new Set<SnapshotId>();
    for (const point of points) ids.add((await findPoint(repository, point, account.name)).id);
    if (ifWanted === true) await keepUnwanted(services, account, ids);
    const { snapshots } = await listSnapshots(repository);
    const forgotten = snapshots.filter(({ id }) => ids.has(id));
    if (!dryRun && ids.size > 0) await forgetSnapshots(repository, lock, [...ids]);
    return { forgotten, kept: snapshots.filter(({ id }) => !ids.has(id)) };
  } finally {
    await lock.release();
  }
}
