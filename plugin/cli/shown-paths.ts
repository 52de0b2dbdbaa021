import type { PlanReport, PlanTarget, ReceiptReport } from '../protocol/plans.ts';
import type { PathBytes } from '../protocol/requests.ts';
import { showPathBytes } from './show-text.ts';

/** For machines: a path as people see it, which `larder` reads back, and beside it its bytes. */
export function withShownPath<Entry extends { readonly path: PathBytes }>(entry: Entry): Entry & { pathBytes: string } {
  return { ...entry, path: showPathBytes(entry.path), pathBytes: entry.path };
}

export function planForMachines(plan: PlanReport): object {
  return { ...plan, target: showTarget(plan.target), entries: plan.entries.map(withShownPath) };
}

export function receiptForMachines(receipt: ReceiptReport): object {
  return { ...receipt, target: showTarget(receipt.target), problems: receipt.problems.map(withShownPath) };
}

function showTarget(target: PlanTarget): object {
  return target.kind === 'folder' ? withShownPath(target) : target;
}
