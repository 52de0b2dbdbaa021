import type { PlannedEntry, PlanPath } from '../domain/planned-entry.ts';
import type { StoredPlan } from '../domain/stored-plan.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import type { PlanEntry, PlanReport, PlanTarget, ReceiptReport } from '../protocol/plans.ts';

const mostShown = 1000;

/** A plan as people see it. @param undoDays for how long it can be taken back once it ran. */
export function toPlanReport(plan: StoredPlan, entries: readonly PlannedEntry[], undoDays: number): PlanReport {
  const { question } = plan;
  const shown = entries.filter(({ action }) => action !== 'touched');
  return {
    plan: plan.id,
    account: plan.account,
    purpose: question.purpose,
    point: question.point,
    target: toTarget(question.target),
    mode: question.purpose === 'restore' ? question.mode : 'merge',
    undoes: question.purpose === 'undo' ? question.undoes.job : undefined,
    counts: plan.counts,
    warnings: plan.warnings,
    entries: shown.slice(0, mostShown).flatMap((entry) => toEntry(entry) ?? []),
    isComplete: shown.length <= mostShown,
    expiresAt: plan.expiresAt,
    undoDays,
  };
}

/** What a plan that is done did. */
export function toReceiptReport(plan: StoredPlan): ReceiptReport {
  const { question, receipt, undoUntil } = plan;
  if (receipt === undefined || undoUntil === undefined) throw new Error('a plan that is not done has no receipt');
  return {
    account: plan.account,
    plan: plan.id,
    purpose: question.purpose,
    point: question.point,
    target: toTarget(question.target),
    counts: receipt.counts,
    safetyPoint: plan.safety?.id,
    undoUntil,
    seconds: receipt.seconds,
    problemCount: receipt.problemCount,
    problems: receipt.problems,
  };
}

export function toPathBytes(path: PlanPath): string {
  return Buffer.from(path, 'latin1').toString('base64');
}

function toTarget(target: PlanPath): PlanTarget {
  return target === '' ? { kind: 'in-place' } : { kind: 'folder', path: toPathBytes(target) };
}

function toEntry({ path, action, type, wanted, live }: PlannedEntry): PlanEntry | undefined {
  if (action === 'touched') return undefined;
  return {
    path: toPathBytes(path),
    action,
    type,
    sizeBytes: wanted?.sizeBytes,
    modified: wanted && toIso(wanted.modified),
    sizeNow: live?.sizeBytes,
    modifiedNow: live && toIso(live.modified),
  };
}

/** Times that no calendar knows are shown as the earliest or latest it does. */
function toIso({ seconds, nanoseconds }: Timestamp): string {
  const limit = 8.64e15;
  const milliseconds = seconds * 1000 + Math.floor(nanoseconds / 1e6);
  return new Date(Math.min(Math.max(milliseconds, -limit), limit)).toISOString();
}
