import type { SnapshotId } from '../domain/ids.ts';
import type { PointFinding } from '../domain/point-state.ts';
import { runCheck, type CheckResult } from '../engine/check.ts';
import type { CheckFinding, DamageKind } from '../engine/check-findings.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { VerifyReport } from '../protocol/proof.ts';
import { openToCheck, type AccountRepository } from './account-repository.ts';
import { placeOf } from './known-states.ts';
import type { Performing, Services } from './services.ts';

export type VerifyDepth = VerifyReport['depth'];

export interface CheckedRepository {
  readonly result: CheckResult;
  readonly damagedPoints: number;
}

/** Checks a repository and keeps what was found of each restore point. */
export async function checkAndNote(
  { services, signal, onProgress }: Performing,
  found: AccountRepository,
  depth: VerifyDepth,
): Promise<CheckedRepository> {
  const startedAt = services.clock.now();
  const repository = await openToCheck(services, found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const account = found.account.name;
    const { run, result } = await runCheck(repository, {
      readData: depth === 'full',
      locker: services.locker,
      signal,
      onProgress: (bytes, bytesTotal) =>
        onProgress({ kind: 'advance', step: 'check', account, items: 0, itemsTotal: undefined, bytes, bytesTotal }),
    });
    const damagedPoints = await noteResult(services, found, repository, { result, depth, at: startedAt });
    const { points, bytesRead } = result;
    const finishedAt = services.clock.now();
    const bytesStored = [...run.packSizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    const check = { ...placeOf(found), depth, startedAt, finishedAt, points, damagedPoints, bytesRead, bytesStored };
    await services.verifications.addCheck(check);
    return { result, damagedPoints };
  } finally {
    await lock.release();
  }
}

interface Noted {
  readonly result: CheckResult;
  readonly depth: VerifyDepth;
  readonly at: Date;
}

/** @returns how many restore points are damaged. */
async function noteResult(
  services: Services,
  found: AccountRepository,
  repository: Repository,
  { result, depth, at }: Noted,
): Promise<number> {
  const { snapshots, unreadable } = await listSnapshots(repository);
  const ids = [...snapshots.map(({ id }) => id), ...(unreadable as SnapshotId[])];
  const findings = ids.map((snapshotId): PointFinding => {
    const causes = result.damage.filter(({ points }) => points.includes(snapshotId));
    return { snapshotId, depth, at, damage: damageOf(causes, depth) };
  });
  await services.verifications.keepOnly(placeOf(found), ids);
  await services.verifications.note(placeOf(found), findings);
  return findings.filter(({ damage }) => damage !== undefined).length;
}

const mostPaths = 20;
/** What only shows when packs are read. */
const needReading: ReadonlySet<DamageKind> = new Set(['damaged-pack', 'damaged-blob']);

function damageOf(causes: readonly CheckFinding<DamageKind>[], depth: VerifyDepth): PointFinding['damage'] {
  if (causes.length === 0) return undefined;
  return {
    kinds: [...new Set(causes.map(({ kind }) => kind))],
    paths: [...new Set(causes.flatMap(({ paths }) => paths))].slice(0, mostPaths),
    needsReading: depth === 'full' && causes.some(({ kind }) => needReading.has(kind)),
  };
}
