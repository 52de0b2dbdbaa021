import { isNewer } from './plan-compare.ts';
import type { PlannedEntry } from './planned-entry.ts';

/** Entries of all kinds: files, folders, links. */
export interface PlanCounts {
  readonly comesBack: number;
  readonly replaced: number;
  readonly deleted: number;
  readonly same: number;
  readonly refused: number;
  /** Bytes that will be written. */
  readonly bytes: number;
  /** Bytes that the safety copy reads first. */
  readonly safetyBytes: number;
}

export type PlanWarning =
  | { readonly kind: 'newer-replaced'; readonly count: number }
  | { readonly kind: 'no-space'; readonly needed: number; readonly free: number }
  | { readonly kind: 'damaged'; readonly count: number }
  | { readonly kind: 'changed-since'; readonly count: number };

/** So much of what is written may stand beside what it replaces at one time. */
const besideBytes = 64 * 1024 * 1024;

export function countPlan(entries: readonly PlannedEntry[], same: number): PlanCounts {
  const counts = { comesBack: 0, replaced: 0, deleted: 0, same, refused: 0, bytes: 0, safetyBytes: 0 };
  for (const entry of entries) {
    if (entry.action === 'comes-back') counts.comesBack++;
    else if (entry.action === 'replaced') counts.replaced++;
    else if (entry.action === 'deleted') counts.deleted++;
    else if (entry.action === 'refused') counts.refused++;
    counts.bytes += bytesWritten(entry);
    counts.safetyBytes += bytesSaved(entry);
  }
  return counts;
}

/** What people should know before they say yes, the most important first. */
export function warnOfPlan(
  entries: readonly PlannedEntry[],
  found: { readonly changedSince: number; readonly freeBytes: number },
): PlanWarning[] {
  const newer = entries.filter(({ action, wanted, live }) => {
    return action === 'replaced' && wanted?.type === 'file' && live?.type === 'file' && isNewer(live, wanted);
  }).length;
  const damaged = entries.filter(({ reason }) => reason === 'damaged').length;
  const needed = neededBytes(entries);
  const warnings: PlanWarning[] = [];
  if (found.changedSince > 0) warnings.push({ kind: 'changed-since', count: found.changedSince });
  if (needed > found.freeBytes) warnings.push({ kind: 'no-space', needed, free: found.freeBytes });
  if (newer > 0) warnings.push({ kind: 'newer-replaced', count: newer });
  if (damaged > 0) warnings.push({ kind: 'damaged', count: damaged });
  return warnings;
}

/**
 * How much must be free where the home lies: what comes, less what goes, and what stands beside for a while. Space that
 * deleting frees is not counted on.
 */
export function neededBytes(entries: readonly PlannedEntry[]): number {
  let grows = 0;
  let beside = 0;
  let largest = 0;
  for (const entry of entries) {
    const bytes = bytesWritten(entry);
    largest = Math.max(largest, bytes);
    if (entry.action === 'comes-back') grows += bytes;
    if (entry.action !== 'replaced') continue;
    const before = entry.live?.sizeBytes ?? 0;
    grows += Math.max(0, bytes - before);
    beside += Math.min(bytes, before);
  }
  return grows + Math.min(beside, besideBytes + largest);
}

function bytesWritten({ action, wanted, linkTo }: PlannedEntry): number {
  const isWritten = (action === 'comes-back' || action === 'replaced') && linkTo === undefined;
  return isWritten ? (wanted?.sizeBytes ?? 0) : 0;
}

function bytesSaved({ action, live }: PlannedEntry): number {
  return action === 'replaced' || action === 'deleted' ? (live?.sizeBytes ?? 0) : 0;
}
