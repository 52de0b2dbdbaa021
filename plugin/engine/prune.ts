/**
 * Frees what no snapshot needs. Killed at any moment, it leaves a whole repository: new packs come first, then an
 * index that names them, and only when that was read back go the old index files, and last the old packs.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../contracts/clock.ts';
import { Failure } from '../domain/failure.ts';
import { IndexRewrite } from './index-rewrite.ts';
import { isNeeded, surveyRepository, type PruneSurvey } from './prune-survey.ts';
import {
  keepEverything,
  planPrune,
  usualLimits,
  type PackDecision,
  type PruneLimits,
  type PrunePlan,
} from './prune-plan.ts';
import { Repacker } from './repacker.ts';
import type { ExclusiveLock, RepositoryLock } from './repository-lock.ts';
import type { Repository } from './repository.ts';

/** A write that has not ended for so long never will: nobody else writes under our lock. */
const unfinishedMilliseconds = 60 * 60 * 1000;

export interface PruneOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: PruneLimits;
  /** Nothing is removed before so long after the survey: who adds a restore point without a lock is seen by then. */
  readonly settleMilliseconds?: number;
  /** Without this a repository that has no snapshot left is not touched: more likely they were lost than unwanted. */
  readonly mayEmpty?: boolean;
  onProgress?(packs: number, packsTotal: number): void;
}

export interface PruneResult {
  readonly packsRemoved: number;
  readonly packsRepacked: number;
  readonly bytesFreed: number;
  /** Of no use and kept all the same, because copying their packs would cost more. */
  readonly bytesUnused: number;
  /** In packs afterwards. */
  readonly bytesTotal: number;
}

/**
 * Does the work. Unless everything that tells what is of use can be read, nothing is removed.
 * @throws {Failure} `repository-damaged`; `repository-locked` when the lock was lost meanwhile; what the store throws.
 * Whatever it throws, no snapshot has lost anything, and the next prune finishes the work.
 */
export async function prune(repository: Repository, lock: ExclusiveLock, options: PruneOptions): Promise<PruneResult> {
  const { survey, plan } = await preview(repository, options);
  const stored = await replacePacks(repository, lock, { survey, plan }, options);
  await removeUnfinished(repository, options.clock);
  return resultOf(plan, plan.bytesTotal - freedPacksBytes(survey, plan) + stored);
}

/** What `prune` would do now; an estimate of what it would free. */
export async function previewPrune(
  repository: Repository,
  _lock: RepositoryLock,
  options: PruneOptions,
): Promise<PruneResult> {
  const { plan } = await preview(repository, options);
  return resultOf(plan, plan.bytesTotal - plan.bytesRemoved - plan.bytesSqueezed);
}

interface PlannedPrune {
  readonly survey: PruneSurvey;
  readonly plan: PrunePlan;
}

async function preview(repository: Repository, options: PruneOptions): Promise<PlannedPrune> {
  const survey = await surveyRepository(repository, options.signal);
  const isLost = survey.snapshots === 0 && options.mayEmpty !== true;
  return {
    survey,
    plan: isLost ? keepEverything(survey.packs) : planPrune(survey.packs, options.limits ?? usualLimits),
  };
}

/** @returns the size of the new packs. */
async function replacePacks(
  repository: Repository,
  lock: ExclusiveLock,
  { survey, plan }: PlannedPrune,
  options: PruneOptions,
): Promise<number> {
  const gone = new Set(plan.decisions.filter(({ action }) => action !== 'keep').map(({ id }) => id));
  const rewrite = new IndexRewrite(repository, survey, (pack) => gone.has(survey.full.index.packId(pack)));
  const stored = await repack(repository, { survey, plan }, rewrite, options);
  await rewrite.finish();
  options.signal.throwIfAborted();
  await settle(repository, survey, options, gone.size > 0);
  await lock.assertHeld();
  await rewrite.removeOld();
  for (const id of gone) await repository.removePack(id);
  return stored;
}

/** @throws {Failure} `repository-locked` when a restore point came meanwhile, which may need what is about to go. */
async function settle(
  repository: Repository,
  survey: PruneSurvey,
  { settleMilliseconds = 0, signal }: PruneOptions,
  isAnyGone: boolean,
): Promise<void> {
  if (settleMilliseconds === 0 || !isAnyGone) return;
  await wait(settleMilliseconds, undefined, { signal });
  const now = await repository.listIds('snapshots');
  if (now.length <= survey.snapshots) return;
  throw new Failure('repository-locked', { holder: 'who has just added a restore point', since: '' });
}

async function repack(
  repository: Repository,
  { survey, plan }: PlannedPrune,
  rewrite: IndexRewrite,
  options: PruneOptions,
): Promise<number> {
  const packs = plan.decisions.filter(({ action }) => action === 'repack');
  if (packs.length === 0) return 0;
  const { full, contents, used } = survey;
  const repacker = new Repacker(repository, full.index, (pack) => rewrite.add(pack));
  try {
    for (const [done, { id }] of packs.entries()) {
      options.signal.throwIfAborted();
      options.onProgress?.(done, packs.length);
      const blobs = contents.blobs(full.index.packNumber(id)).filter((blob) => isNeeded(blob, used));
      await repacker.copy(id, blobs);
    }
    await repacker.finish();
    return repacker.storedBytes;
  } finally {
    await repacker.close();
  }
}

async function removeUnfinished(repository: Repository, clock: Clock): Promise<void> {
  const before = new Date(clock.now().getTime() - unfinishedMilliseconds);
  for (const { key } of await repository.store.listUnfinished(before)) await repository.store.remove(key);
}

function freedPacksBytes(survey: PruneSurvey, plan: PrunePlan): number {
  const sizes = survey.packs.map((pack) => pack.storedBytes ?? 0);
  return plan.decisions.reduce((total, { action }, index) => total + (action === 'keep' ? 0 : (sizes[index] ?? 0)), 0);
}

function resultOf(plan: PrunePlan, bytesTotal: number): PruneResult {
  return {
    packsRemoved: count(plan.decisions, 'remove'),
    packsRepacked: count(plan.decisions, 'repack'),
    bytesFreed: plan.bytesTotal - bytesTotal,
    bytesUnused: plan.bytesUnused,
    bytesTotal,
  };
}

function count(decisions: readonly PackDecision[], action: PackDecision['action']): number {
  return decisions.filter((decision) => decision.action === action).length;
}
