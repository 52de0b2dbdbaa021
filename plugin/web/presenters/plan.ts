import { deliveredAt, isMessageFolder, messageKey } from '../../domain/mailbox.ts';
import type { PlanEntry, PlanWarning, ShownPlan } from '../../protocol/plans.ts';
import { joinParts, partsOf, showParts, showWhole, toAddress, type ShownPath } from '../paths.ts';

export interface PlanRow extends ShownPath {
  /** In the restore point, for leaving it out. */
  readonly path: string;
  readonly action: PlanEntry['action'];
  readonly icon: string;
  readonly sizeBytes: number | undefined;
  /** Of what is there now, and of what will be. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isFolder: boolean;
  /** When a message was delivered, where the entry is one. */
  readonly delivered: string | undefined;
}

export interface PlanGroup {
  readonly action: PlanEntry['action'];
  /** In the whole plan. */
  readonly count: number;
  readonly rows: readonly PlanRow[];
}

export interface PresentedPlan {
  readonly plan: string;
  readonly purpose: 'restore' | 'undo';
  /** What happens when it is confirmed. */
  readonly steps: number;
  readonly counts: ShownPlan['report']['counts'];
  readonly groups: readonly PlanGroup[];
  readonly page: number;
  readonly pages: number;
  /** Undefined: in place. */
  readonly folder: string | undefined;
  /** The chosen paths, the first of them. */
  readonly chosen: readonly string[];
  readonly chosenMore: number;
  readonly leftOut: readonly string[];
  readonly noSpace: Extract<PlanWarning, { kind: 'no-space' }> | undefined;
  readonly newer: number;
  readonly changedSince: number;
  readonly isExact: boolean;
  /** Whether to offer that newer entries are deleted: only in place. */
  readonly offersExact: boolean;
}

export const entriesOnPage = 200;
const shownChosen = 3;
const order = ['refused', 'deleted', 'replaced', 'comes-back'] as const;

/** A plan, so that a person can say yes to it. */
export function presentPlan(shown: ShownPlan, page: number): PresentedPlan {
  const { report, paths, except } = shown;
  const { counts, warnings, target } = report;
  const depth = target.kind === 'folder' ? partsOf(target.path).length : 0;
  const rows = report.entries.map((entry) => toRow(entry, depth));
  const of = <Kind extends PlanWarning['kind']>(kind: Kind) =>
    warnings.find((warning): warning is Extract<PlanWarning, { kind: Kind }> => warning.kind === kind);
  return {
    plan: report.plan,
    purpose: report.purpose,
    steps: counts.comesBack + counts.replaced + counts.deleted,
    counts,
    groups: order
      .map((action) => ({ action, count: countOf(counts, action), rows: rows.filter((row) => row.action === action) }))
      .filter((group) => group.rows.length > 0),
    page,
    pages: Math.max(1, Math.ceil(shown.total / entriesOnPage)),
    folder: target.kind === 'folder' ? showWhole(target.path) : undefined,
    chosen: paths.slice(0, shownChosen).map(showWhole),
    chosenMore: Math.max(0, paths.length - shownChosen),
    leftOut: except.map(showWhole),
    noSpace: of('no-space'),
    newer: of('newer-replaced')?.count ?? 0,
    changedSince: of('changed-since')?.count ?? 0,
    isExact: report.mode === 'exact',
    offersExact: report.purpose === 'restore' && target.kind === 'in-place' && report.mode === 'merge',
  };
}

function countOf(counts: ShownPlan['report']['counts'], action: PlanEntry['action']): number {
  return {
    'comes-back': counts.comesBack,
    replaced: counts.replaced,
    deleted: counts.deleted,
    refused: counts.refused,
  }[action];
}

const icons: { readonly [Action in PlanEntry['action']]: readonly [file: string, folder: string] } = {
  'comes-back': ['file-plus', 'folder-plus'],
  replaced: ['file-pen', 'folder'],
  deleted: ['trash-2', 'trash-2'],
  refused: ['ban', 'ban'],
};

function toRow(entry: PlanEntry, depth: number): PlanRow {
  const isFolder = entry.type === 'dir';
  return {
    ...showParts(entry.path),
    path: toAddress(joinParts(partsOf(entry.path).slice(depth))),
    action: entry.action,
    icon: icons[entry.action][isFolder ? 1 : 0],
    sizeBytes: isFolder ? undefined : (entry.sizeBytes ?? entry.sizeNow),
    before: entry.modifiedNow,
    after: entry.modified,
    isFolder,
    delivered: isFolder ? undefined : deliveryOf(entry.path),
  };
}

function deliveryOf(path: PlanEntry['path']): string | undefined {
  const [folder, name] = partsOf(path).slice(-2);
  if (folder === undefined || name === undefined || !isMessageFolder(folder)) return undefined;
  return messageKey(name) === undefined ? undefined : deliveredAt(name)?.toISOString();
}
