/**
 * Decides what prune does with each pack. Pure. What nobody needs goes; what is needed stays where it is, unless it
 * shares its pack with too much waste, or lies in one of many tiny packs: then it is copied into new packs.
 */
import { Failure } from '../domain/failure.ts';
import { packTargetBytes, treePackTargetBytes } from './format.ts';

export interface PackUse {
  readonly id: string;
  /** Its size in the store; undefined when the store does not hold it. */
  readonly storedBytes: number | undefined;
  /** Where its last blob ends by the index; undefined when no index names it. */
  readonly indexedBytes: number | undefined;
  readonly contents: 'data' | 'tree' | 'mixed';
  /** Sealed lengths of the blobs that readers look for here and some snapshot needs. */
  readonly usedBytes: number;
  /** Of all other blobs in it, further copies included. */
  readonly unusedBytes: number;
}

export interface PruneLimits {
  /** Share of all packs, data and trees apart, that may stay unused: less is not worth copying. */
  readonly unusedShare: number;
  /** Packs below this share of what Larder aims at are tiny… */
  readonly tinyShare: number;
  /** …and are gathered when there are as many. */
  readonly gatherFrom: number;
}

export const usualLimits: PruneLimits = { unusedShare: 0.05, tinyShare: 1 / 8, gatherFrom: 16 };

export type PackDecision =
  | { readonly id: string; readonly action: 'keep' }
  | { readonly id: string; readonly action: 'remove'; readonly reason: 'unused' | 'not-indexed' | 'missing' }
  | { readonly id: string; readonly action: 'repack'; readonly reason: 'waste' | 'tiny' | 'mixed' };

export interface PrunePlan {
  /** One for each pack, in the order they were given. */
  readonly decisions: readonly PackDecision[];
  /** Stored now. */
  readonly bytesTotal: number;
  /** Removed with packs that hold nothing of use. */
  readonly bytesRemoved: number;
  /** Of use, in packs to be repacked: what must be copied. */
  readonly bytesCopied: number;
  /** In packs to be repacked and of no use: gone afterwards. */
  readonly bytesSqueezed: number;
  /** Of no use and kept all the same. */
  readonly bytesUnused: number;
}

/** @throws {Failure} `repository-damaged` when a pack with something of use is missing or too short. */
export function planPrune(packs: readonly PackUse[], limits: PruneLimits): PrunePlan {
  for (const pack of packs) refuseDamage(pack);
  const repack = new Map<string, 'waste' | 'tiny' | 'mixed'>();
  for (const contents of ['data', 'tree'] as const) {
    const some = packs.filter((pack) => pack.usedBytes > 0 && (pack.contents === 'tree') === (contents === 'tree'));
    markMixed(some, repack);
    markWaste(some, limits, repack);
    markTiny(some, limits, repack);
  }
  const decisions = packs.map((pack) => decide(pack, repack));
  return { decisions, ...countBytes(packs, decisions) };
}

export function keepEverything(packs: readonly PackUse[]): PrunePlan {
  const decisions = packs.map(({ id }) => ({ id, action: 'keep' }) as const);
  return { decisions, ...countBytes(packs, decisions) };
}

function refuseDamage(pack: PackUse): void {
  if (pack.usedBytes === 0) return;
  const object = `pack ${pack.id}`;
  if (pack.storedBytes === undefined)
    throw new Failure('repository-damaged', { object, problem: 'is missing and needed' });
  if (pack.storedBytes < (pack.indexedBytes ?? 0)) {
    throw new Failure('repository-damaged', { object, problem: 'is shorter than the index says, and needed' });
  }
}

/** The format wants data and trees in packs of their own. */
function markMixed(packs: readonly PackUse[], repack: Map<string, 'waste' | 'tiny' | 'mixed'>): void {
  for (const pack of packs) if (pack.contents === 'mixed') repack.set(pack.id, 'mixed');
}

/** The most wasteful first, until what stays unused is within the limit. */
function markWaste(
  packs: readonly PackUse[],
  limits: PruneLimits,
  repack: Map<string, 'waste' | 'tiny' | 'mixed'>,
): void {
  const used = sum(packs.map((pack) => pack.usedBytes));
  const mayStay = (used * limits.unusedShare) / (1 - limits.unusedShare);
  const left = packs.filter((pack) => !repack.has(pack.id) && pack.unusedBytes > 0);
  let unused = sum(left.map((pack) => pack.unusedBytes));
  for (const pack of left.toSorted((one, other) => waste(other) - waste(one))) {
    if (unused <= mayStay) return;
    repack.set(pack.id, 'waste');
    unused -= pack.unusedBytes;
  }
}

/** A night of small changes leaves one tiny pack of each kind; hundreds of them would slow every reader down. */
function markTiny(
  packs: readonly PackUse[],
  limits: PruneLimits,
  repack: Map<string, 'waste' | 'tiny' | 'mixed'>,
): void {
  const tiny = packs.filter((pack) => !repack.has(pack.id) && isTiny(pack, limits));
  if (tiny.length >= limits.gatherFrom) for (const pack of tiny) repack.set(pack.id, 'tiny');
}

function isTiny(pack: PackUse, limits: PruneLimits): boolean {
  const target = pack.contents === 'tree' ? treePackTargetBytes : packTargetBytes;
  return (pack.storedBytes ?? 0) < target * limits.tinyShare;
}

function waste(pack: PackUse): number {
  return pack.unusedBytes / (pack.unusedBytes + pack.usedBytes);
}

function decide(pack: PackUse, repack: ReadonlyMap<string, 'waste' | 'tiny' | 'mixed'>): PackDecision {
  const { id } = pack;
  if (pack.storedBytes === undefined) return { id, action: 'remove', reason: 'missing' };
  if (pack.indexedBytes === undefined) return { id, action: 'remove', reason: 'not-indexed' };
  if (pack.usedBytes === 0) return { id, action: 'remove', reason: 'unused' };
  const reason = repack.get(id);
  return reason === undefined ? { id, action: 'keep' } : { id, action: 'repack', reason };
}

function countBytes(packs: readonly PackUse[], decisions: readonly PackDecision[]): Omit<PrunePlan, 'decisions'> {
  const counts = { bytesTotal: 0, bytesRemoved: 0, bytesCopied: 0, bytesSqueezed: 0, bytesUnused: 0 };
  packs.forEach((pack, index) => {
    const stored = pack.storedBytes ?? 0;
    counts.bytesTotal += stored;
    const action = decisions[index]?.action;
    if (action === 'keep') counts.bytesUnused += pack.unusedBytes;
    if (action === 'remove') counts.bytesRemoved += stored;
    if (action !== 'repack') return;
    counts.bytesCopied += pack.usedBytes;
    counts.bytesSqueezed += pack.unusedBytes;
  });
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
