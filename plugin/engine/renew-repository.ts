/**
 * Makes another repository hold the restore points of one, sealed with its own keys. What others refer to comes first, so
 * that whatever cuts it off leaves a whole repository there, and the next try brings only what is missing.
 */
import { Failure } from '../domain/failure.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import { BlobTransfer } from './blob-transfer.ts';
import { runCheck } from './check.ts';
import type { CheckFinding, DamageKind } from './check-findings.ts';
import { forgetSnapshots } from './forget.ts';
import type { FullIndex } from './full-index.ts';
import { IndexWriter } from './index-writer.ts';
import type { PackedBlob } from './pack-contents.ts';
import { nameOf, noteLost, type RenewalSurvey } from './renewal-survey.ts';
import { renewedSnapshotJson } from './renewed-snapshot.ts';
import type { ExclusiveLock, Locker } from './repository-lock.ts';
import type { Repository } from './repository.ts';
import { listSnapshots, type Snapshot } from './snapshot.ts';
import { findUsedBlobs } from './used-blobs.ts';

/** So many packs are brought before an index names them: what a crash makes to be done again. */
const packsPerIndex = 32;

export interface BringOptions {
  readonly signal: AbortSignal;
  onProgress?(bytes: number, bytesTotal: number): void;
}

/**
 * Brings all blobs that the survey found missing. What turns out to be lost is noted in the survey.
 * @param _lock on the target. The source must be locked, too. @throws what the stores throw.
 */
export async function bringBlobs(
  target: Repository,
  _lock: ExclusiveLock,
  survey: RenewalSurvey,
  options: BringOptions,
): Promise<void> {
  const index = new IndexWriter((json) => target.saveUnpacked('index', json));
  let unnamed = 0;
  const transfer = new BlobTransfer({ source: survey.source, target }, survey.run.full.index, async (pack) => {
    await index.add(pack);
    if (++unnamed % packsPerIndex === 0) await index.flush();
  });
  try {
    const lost: PackedBlob[] = [];
    let bytes = 0;
    for (const { id, blobs } of survey.packs) {
      options.signal.throwIfAborted();
      lost.push(...(await transfer.bring(id, blobs)));
      bytes += blobs.reduce((sum, { length }) => sum + length, 0);
      options.onProgress?.(bytes, survey.bytes);
    }
    for (const blob of lost) if (!(await bringCopy(transfer, survey.run.full, blob))) noteLost(survey, blob);
    await transfer.finish();
    await index.flush();
  } finally {
    await transfer.close();
  }
}

/** After an interrupted prune a blob may lie in a second pack, too. @returns whether one of them was whole. */
async function bringCopy(transfer: BlobTransfer, { copies, index }: FullIndex, blob: PackedBlob): Promise<boolean> {
  for (let copy = 0; copy < copies.count; copy++) {
    if (copies.type(copy) !== blob.type || copies.entry(copy) !== blob.entry) continue;
    const place = copies.place(copy);
    const lost = await transfer.bring(index.packId(place.pack), [{ ...blob, ...place, isPlace: false }]);
    if (lost.length === 0) return true;
  }
  return false;
}

/**
 * Writes the snapshots that the target lacks, and forgets those there that the source forgot meanwhile. Only after
 * `bringBlobs`. @returns new ids by those in the source.
 */
export async function bringSnapshots(
  target: Repository,
  lock: ExclusiveLock,
  { source, snapshots }: RenewalSurvey,
): Promise<Map<SnapshotId, SnapshotId>> {
  const renewed = new Map<SnapshotId, SnapshotId>();
  const wanted = new Set<string>(snapshots.map(({ id }) => id));
  const gone: SnapshotId[] = [];
  for (const { id, formerIds = [] } of (await listSnapshots(target)).snapshots) {
    const former = formerIds.at(-1);
    if (former !== undefined && wanted.has(former) && !renewed.has(former)) renewed.set(former, id);
    else gone.push(id);
  }
  for (const snapshot of snapshots) {
    if (renewed.has(snapshot.id)) continue;
    renewed.set(snapshot.id, await bringSnapshot(source, target, snapshot, renewed));
  }
  if (gone.length > 0) await forgetSnapshots(target, lock, gone, { mayForgetAll: true });
  return renewed;
}

async function bringSnapshot(
  source: Repository,
  target: Repository,
  snapshot: Snapshot,
  renewed: ReadonlyMap<string, SnapshotId>,
): Promise<SnapshotId> {
  const text = await source.loadUnpacked('snapshots', snapshot.id);
  return parseSnapshotId(await target.saveUnpacked('snapshots', renewedSnapshotJson(text, snapshot, renewed)));
}

export interface RenewalCheck extends BringOptions {
  readonly locker: Locker;
  /** What may be missing, because it was lost before. */
  readonly lost: ReadonlySet<string>;
  /** Packs that were read before. */
  readonly without?: ReadonlySet<string> | undefined;
}

/**
 * Reads the new repository back: its structure, and every pack but those `without`. @returns the packs it has.
 * @throws {Failure} `repository-damaged` when anything is not right that was not lost before.
 */
export async function verifyRenewed(
  target: Repository,
  _lock: ExclusiveLock,
  { lost, ...options }: RenewalCheck,
): Promise<Set<string>> {
  const { run, result } = await runCheck(target, { ...options, readData: true });
  const [bad] = result.damage.filter((finding) => !isKnownLoss(finding, lost));
  if (bad !== undefined) throw unfaithful(`${bad.kind} ${bad.object}`);
  if (lost.size > 0) await refuseOtherLoss(target, run.full.index, { lost, run, signal: options.signal });
  return new Set(run.packSizes.keys());
}

function isKnownLoss({ kind }: CheckFinding<DamageKind>, lost: ReadonlySet<string>): boolean {
  return lost.size > 0 && (kind === 'missing-blob' || kind === 'damaged-tree');
}

/** A check names only the first of many alike: what is missing is looked at one by one. */
async function refuseOtherLoss(
  repository: Repository,
  index: FullIndex['index'],
  { lost, run, signal }: Pick<RenewalCheck, 'lost' | 'signal'> & { readonly run: RenewalSurvey['run'] },
): Promise<void> {
  const { snapshots } = await listSnapshots(repository);
  await findUsedBlobs({
    repository,
    index,
    packSizes: run.packSizes,
    snapshots: { snapshots, unreadable: [] },
    signal,
    onLost(type, id) {
      if (!lost.has(nameOf(type, id))) throw unfaithful(nameOf(type, id));
    },
  });
}

function unfaithful(what: string): Failure {
  return new Failure('repository-damaged', { object: what, problem: 'is not in the new repository as it should be' });
}
