/** What bringing a repository's restore points into another one with other keys takes, and what of them is lost already. */
import { blameFindings } from './check-affected.ts';
import { runCheck } from './check.ts';
import type { CheckFinding, DamageKind } from './check-findings.ts';
import type { CheckRun } from './check-run.ts';
import type { BlobType } from './format.ts';
import type { PackedBlob } from './pack-contents.ts';
import type { Locker } from './repository-lock.ts';
import { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import { listSnapshots, type Snapshot } from './snapshot.ts';
import { findUsedBlobs, type UsedBlobs } from './used-blobs.ts';

export interface RenewalSurvey {
  readonly source: Repository;
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** Ids of those that cannot be read. */
  readonly unreadable: readonly string[];
  readonly packs: readonly PackToBring[];
  /** As they are stored now. */
  readonly bytes: number;
  /** Blobs that restore points need and that cannot be had, such as `data 1f…`. Grows while others are found out. */
  readonly lost: Set<string>;
  readonly run: CheckRun;
}

export interface PackToBring {
  readonly id: string;
  readonly blobs: readonly PackedBlob[];
}

export interface SurveyOptions {
  readonly locker: Locker;
  readonly signal: AbortSignal;
}

/**
 * Nothing is read but indexes, trees and snapshots. What is damaged is named, never thrown.
 * @param target what it holds already need not be brought.
 */
export async function surveyRenewal(
  source: Repository,
  target: Repository | undefined,
  { locker, signal }: SurveyOptions,
): Promise<RenewalSurvey> {
  const { snapshots, unreadable } = await listSnapshots(source);
  const { run } = await runCheck(source, { readData: false, locker, signal });
  const { full, packSizes } = run;
  const lost = new Set<string>();
  const used = await findUsedBlobs({
    repository: source,
    index: full.index,
    packSizes,
    snapshots: { snapshots, unreadable: [] },
    signal,
    onLost: (type, id) => lost.add(nameOf(type, id)),
  });
  const known = target === undefined ? undefined : await RepositoryIndex.load(target);
  const packs = packsToBring(run, used, known);
  const bytes = packs.reduce((sum, pack) => sum + pack.blobs.reduce((total, { length }) => total + length, 0), 0);
  return { source, snapshots, unreadable, packs, bytes, lost, run };
}

export const nameOf = (type: BlobType, id: string): string => `${type} ${id}`;

function packsToBring(
  { full, contents }: CheckRun,
  used: UsedBlobs,
  known: RepositoryIndex | undefined,
): PackToBring[] {
  const { index } = full;
  const isMissing = ({ type, entry, isPlace }: PackedBlob): boolean => {
    if (!isPlace || !used.isUsed(type, entry)) return false;
    return known === undefined || known.find(type, index.table(type).idHex(entry)) < 0;
  };
  return index.packs.flatMap((id, number) => {
    const blobs = contents.blobs(number).filter(isMissing);
    return blobs.length === 0 ? [] : [{ id, blobs }];
  });
}

/** Notes a blob that turned out to be lost. */
export function noteLost({ lost, run }: RenewalSurvey, { type, entry }: PackedBlob): void {
  const id = run.full.index.table(type).idHex(entry);
  const name = nameOf(type, id);
  lost.add(name);
  if (run.broken.findingOf(type, id) === undefined) run.broken.set(type, entry, run.damage.add('damaged-blob', name));
}

/** Notes what can be seen to be lost before anything is brought: blobs in packs that are not there, or too short for them. */
export function foreseeLoss(survey: RenewalSurvey): void {
  const { run, packs } = survey;
  const elsewhere = wholeCopies(run);
  for (const blob of packs.flatMap(({ blobs }) => blobs)) {
    const id = run.full.index.table(blob.type).idHex(blob.entry);
    const isBroken = run.broken.findingOf(blob.type, id) !== undefined;
    const name = nameOf(blob.type, id);
    if (isBroken && !elsewhere.has(name)) survey.lost.add(name);
  }
}

/** Names of blobs that lie in a second pack, too, which is there. */
function wholeCopies({ full: { copies, index }, packSizes }: CheckRun): Set<string> {
  const names = new Set<string>();
  for (let copy = 0; copy < copies.count; copy++) {
    const { pack, offset, length } = copies.place(copy);
    if ((packSizes.get(index.packId(pack)) ?? 0) < offset + length) continue;
    const type = copies.type(copy);
    names.add(nameOf(type, index.table(type).idHex(copies.entry(copy))));
  }
  return names;
}

/** Kinds of damage that cost restore points something. */
const costly: ReadonlySet<DamageKind> = new Set([
  'damaged-snapshot',
  'damaged-index',
  'missing-pack',
  'pack-size',
  'damaged-pack',
  'missing-blob',
  'damaged-blob',
  'damaged-tree',
]);

/** What is lost: each finding with the restore points and paths that suffer. Empty when nothing is. */
export async function describeLoss(
  { lost, unreadable, run, snapshots }: RenewalSurvey,
  signal: AbortSignal,
): Promise<CheckFinding<DamageKind>[]> {
  if (lost.size === 0 && unreadable.length === 0) return [];
  await blameFindings(run, snapshots, signal);
  return run.damage.list().filter(({ kind, points }) => costly.has(kind) && points.length > 0);
}
