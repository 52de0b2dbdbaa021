/**
 * Looks whether the repository is whole, and if not, what exactly is lost: it never stops at the first fault, and
 * nothing it reads is believed. Without `readData` the packs themselves are not read, only the trees in them.
 */
import { blameFindings } from './check-affected.ts';
import { checkData, type DataCheckOptions } from './check-data.ts';
import { FindingList, type CheckFinding, type DamageKind, type HintKind } from './check-findings.ts';
import { checkPacks } from './check-packs.ts';
import type { CheckRun } from './check-run.ts';
import { checkTrees } from './check-trees.ts';
import { checkConfig, checkKeys, checkLeftovers, checkSnapshots } from './check-whole.ts';
import { DamageMap } from './damage-map.ts';
import { FullIndex } from './full-index.ts';
import { PackContents } from './pack-contents.ts';
import type { Locker, RepositoryLock } from './repository-lock.ts';
import type { Repository } from './repository.ts';

export interface CheckOptions extends DataCheckOptions {
  /** Reads every pack in full. */
  readonly readData: boolean;
  readonly locker: Locker;
}

export interface CheckResult {
  /** Snapshots, also those that cannot be read. */
  readonly points: number;
  readonly packs: number;
  /** Of packs, with `readData`. */
  readonly bytesRead: number;
  readonly damage: readonly CheckFinding<DamageKind>[];
  /** Harmless: what interruptions left and the next prune removes. */
  readonly hints: readonly CheckFinding<HintKind>[];
}

/**
 * Snapshots are listed first, then the index, then the packs, so that a backup that ends meanwhile is no damage.
 * @throws {Failure} `destination-unreachable` when the store as a whole fails; the signal's reason.
 */
export async function checkRepository(
  repository: Repository,
  _lock: RepositoryLock,
  options: CheckOptions,
): Promise<CheckResult> {
  return (await runCheck(repository, options)).result;
}

/** As `checkRepository`, with what it learned on the way, for whoever mends it. */
export async function runCheck(
  repository: Repository,
  options: CheckOptions,
): Promise<{ readonly run: CheckRun; readonly result: CheckResult }> {
  const damage = new FindingList<DamageKind>();
  const hints = new FindingList<HintKind>();
  await checkConfig(repository, damage);
  await checkKeys(repository, damage);
  const { snapshots, unreadable } = await checkSnapshots(repository, damage);
  const full = await FullIndex.load(repository, (id) => damage.add('damaged-index', `index ${id}`));
  const packSizes = new Map((await repository.listPacks()).map(({ id, sizeBytes }) => [id, sizeBytes]));
  const contents = new PackContents(full);
  const broken = new DamageMap(full.index);
  const run: CheckRun = {
    repository,
    damage,
    hints,
    full,
    contents,
    packSizes,
    broken,
    causes: new Map(),
    oddPacks: new Map(),
  };
  await checkPacks(run, options.signal);
  await checkTrees(run, snapshots, options.signal);
  const bytesRead = options.readData ? await checkData(run, options) : 0;
  await blameFindings(run, snapshots, options.signal);
  await checkLeftovers(repository, hints, options.locker);
  const points = snapshots.length + unreadable.length;
  const packs = full.index.packs.length;
  return { run, result: { points, packs, bytesRead, damage: damage.list(), hints: hints.list() } };
}
