import { countSkipped, type Coverage } from '../domain/coverage.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { partsOf, type PlannedEntry } from '../domain/planned-entry.ts';
import type { PlanPoint } from '../domain/stored-plan.ts';
import type { ArchiveOutcome } from '../contracts/archive-pool.ts';
import { loadSnapshot } from '../engine/snapshot.ts';
import { findRepository, masterKeyBytes, openRepository } from './account-repository.ts';
import { refuseForOwnKey } from './own-key.ts';
import type { PlanGround } from './plan-ground.ts';
import { makeTags } from './point-tags.ts';
import { toPointLine } from './restore-points.ts';
import { primaryDestination, type Performing, type Services } from './services.ts';

/**
 * Backs up exactly what a plan will replace or delete.
 * @returns undefined when that is nothing; `changed` when something of it is no longer there.
 * @throws {Failure} `own-passphrase`; `restore-refused` when not all of it can be kept; `no-space`, and whatever else a backup throws.
 */
export async function makeSafetyCopy(
  performing: Performing,
  ground: PlanGround,
  entries: readonly PlannedEntry[],
): Promise<PlanPoint | 'changed' | undefined> {
  const saved = entries.filter(({ action }) => action === 'replaced' || action === 'deleted');
  const there = saved.filter(({ live }) => live !== undefined);
  if (there.length === 0) return undefined;
  await refuseForOwnKey(performing.services, ground.account, 'Restore into a folder: nothing is replaced then.');
  try {
    const primary = await primaryOf(performing.services, ground);
    const { snapshotId, coverage } = await archive(performing, { ...ground, found: primary.found }, there);
    if (countSkipped(coverage) > 0) return refuseIncomplete(coverage);
    return toPointLine(await loadSnapshot(primary.repository, snapshotId));
  } catch (error) {
    if (isFailure(error, 'not-found')) return 'changed';
    throw error;
  }
}

/** A plan may take from a copy; what it replaces is kept where restore points are made. */
async function primaryOf(
  services: Services,
  { account, found, repository }: PlanGround,
): Promise<Pick<PlanGround, 'found' | 'repository'>> {
  if (found.destination === primaryDestination(services.configuration).name) return { found, repository };
  const primary = await findRepository(services, account);
  return { found: primary, repository: await openRepository(services, primary) };
}

function archive(
  { services, onProgress, signal }: Performing,
  { account, found }: PlanGround,
  entries: readonly PlannedEntry[],
): Promise<ArchiveOutcome> {
  const { generation } = account;
  const bytesTotal = entries.reduce((sum, { live }) => sum + (live?.sizeBytes ?? 0), 0);
  return services.archivers.run(
    {
      place: found.place,
      masterKey: masterKeyBytes(found),
      home: account.home,
      ownerUid: account.uid,
      trustedUids: account.trustedUids,
      paths: entries.filter(({ live }) => live?.type !== 'dir').map(({ path }) => partsOf(path)),
      folders: entries.filter(({ live }) => live?.type === 'dir').map(({ path }) => partsOf(path)),
      tags: makeTags({ kind: 'before-restore', label: undefined, server: services.serverId, generation }),
      cacheFolder: `${services.configuration.state}/cache/stat`,
    },
    (items, bytes) =>
      onProgress({
        kind: 'advance',
        step: 'safety-copy',
        account: account.name,
        items,
        itemsTotal: entries.length,
        bytes,
        bytesTotal,
      }),
    signal,
  );
}

function refuseIncomplete({ skipped }: Coverage): 'changed' {
  const lasting = skipped.filter(({ reason }) => reason !== 'vanished' && reason !== 'changed-type');
  const [first] = lasting;
  if (first === undefined) return 'changed';
  const problem = `no safety copy can be made of "${first.paths[0] ?? '?'}" [${first.reason}]`;
  throw new Failure('restore-refused', { problem, mend: 'Try again later, or choose without it.' });
}
