import { showName } from '../../domain/show-name.ts';
import type { DatabasePlanReport, DatabaseReceiptReport, ShownDatabasePlan } from '../../protocol/databases.ts';
import type { JobLine } from '../../protocol/jobs.ts';
import { nameToAddress, visible } from '../paths.ts';
import { presentNewer, type NewerNews } from './newer-rows.ts';

type Warning = DatabasePlanReport['warnings'][number];
type Action = DatabasePlanReport['tables'][number]['action'];

export interface PlannedTable {
  readonly name: string;
  readonly rows: number | undefined;
  readonly rowsNow: number | undefined;
  readonly bytes: number | undefined;
  /** Of one with as many rows as now, of which two equal numbers would say nothing. */
  readonly alike: 'as_many' | 'other_values' | undefined;
}

/** The plan of a database, so that a person can say yes to it. */
export interface PresentedDatabasePlan {
  readonly plan: string;
  readonly isUndo: boolean;
  /** As it is typed where that is asked for. */
  readonly typedName: string;
  readonly name: string;
  readonly address: string;
  /** Undefined: in the place of the live one. */
  readonly beside: string | undefined;
  readonly isWhole: boolean;
  readonly counts: DatabasePlanReport['counts'];
  /** Tables to which something happens. */
  readonly steps: number;
  readonly groups: readonly {
    readonly action: Action;
    readonly count: number;
    readonly tables: readonly PlannedTable[];
  }[];
  readonly more: number;
  readonly news: NewerNews | undefined;
  readonly noSpace: Extract<Warning, { kind: 'no-space' }> | undefined;
  readonly notes: readonly { readonly word: string; readonly count: number; readonly names: string }[];
  readonly users: readonly string[];
  /** Whether the name must be typed: live tables are replaced, and that is more than a few chosen ones, or loses rows. */
  readonly mustType: boolean;
}

const order: readonly Action[] = ['removed', 'replaced', 'comes-back'];
const mostTables = 300;
const mostNames = 5;

export function presentDatabasePlan({ report }: Pick<ShownDatabasePlan, 'report'>): PresentedDatabasePlan {
  const { counts, target, database, isWhole } = report;
  const isUndo = report.purpose === 'undo-database';
  const news = presentNewer(report.tables);
  const shown = order
    .flatMap((action) => report.tables.filter((table) => table.action === action))
    .slice(0, mostTables);
  const noSpace = report.warnings.find((warning) => warning.kind === 'no-space');
  return {
    plan: report.plan,
    isUndo,
    typedName: database,
    name: visible(showName(database)),
    address: nameToAddress(database),
    beside: target.kind === 'beside' ? visible(showName(target.name)) : undefined,
    isWhole,
    counts,
    steps: report.tables.length,
    groups: order
      .map((action) => ({
        action,
        count: report.tables.filter((table) => table.action === action).length,
        tables: shown.filter((table) => table.action === action).map(toTable),
      }))
      .filter(({ tables }) => tables.length > 0),
    more: report.tables.length - shown.length,
    news,
    noSpace,
    notes: report.warnings.flatMap(toNote),
    users: report.users.map((user) => showName(user)),
    mustType: mustType(report),
  };
}

/** Nobody clicks the live database away. */
export function mustType({ purpose, target, isWhole, counts }: DatabasePlanReport): boolean {
  if (purpose === 'undo-database' || target.kind === 'beside') return false;
  return counts.newerRows > 0 || (isWhole && counts.replaced + counts.removed > 0);
}

function toTable(table: DatabasePlanReport['tables'][number]): PlannedTable {
  const { name, rows, rowsNow, bytes, isSameContent } = table;
  const isAlike = rows !== undefined && rows === rowsNow;
  const alike = isAlike ? (isSameContent === false ? 'other_values' : 'as_many') : undefined;
  return { name: visible(showName(name)), rows, rowsNow, bytes, alike };
}

/** Newer rows and room have places of their own. */
function toNote(warning: Warning): { word: string; count: number; names: string }[] {
  switch (warning.kind) {
    case 'newer-rows':
    case 'no-space':
      return [];
    case 'newer-server':
      return [
        { word: warning.kind, count: 1, names: `${showName(warning.version)} → ${showName(warning.versionNow)}` },
      ];
    case 'connections-close':
      return [{ word: warning.kind, count: 1, names: '' }];
    case 'triggers-pause':
      return [{ word: warning.kind, count: warning.count, names: '' }];
    case 'broken-views':
      return [{ word: warning.kind, count: warning.views.length, names: few(warning.views) }];
    case 'not-consistent':
    case 'foreign-keys':
    case 'changed-since':
      return [{ word: warning.kind, count: warning.tables.length, names: few(warning.tables) }];
  }
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => visible(showName(name)));
  return names.length > mostNames ? `${shown.join(', ')} …` : shown.join(', ');
}

export interface DoneDatabase {
  readonly job: string;
  readonly plan: string;
  readonly isUndo: boolean;
  readonly name: string;
  readonly beside: string | undefined;
  readonly isWhole: boolean;
  readonly pointTime: string;
  readonly counts: DatabaseReceiptReport['counts'];
  readonly users: readonly string[];
  readonly seconds: number;
  readonly finishedAt: string;
  /** Undefined: it cannot be taken back, or not any more. */
  readonly undoUntil: string | undefined;
  readonly problemCount: number;
  readonly problems: readonly { readonly object: string; readonly reason: string }[];
}

const mostProblems = 20;

/** What the restore of a database did, counted on the server. */
export function presentDatabaseDone(job: JobLine, receipt: DatabaseReceiptReport): DoneDatabase {
  const { target } = receipt;
  return {
    job: job.id,
    plan: receipt.plan,
    isUndo: receipt.purpose === 'undo-database',
    name: visible(showName(receipt.database)),
    beside: target.kind === 'beside' ? visible(showName(target.name)) : undefined,
    isWhole: receipt.isWhole,
    pointTime: receipt.point.time,
    counts: receipt.counts,
    users: receipt.users.map((user) => showName(user)),
    seconds: receipt.seconds,
    finishedAt: job.finishedAt ?? job.createdAt,
    undoUntil: job.undoUntil,
    problemCount: receipt.problemCount,
    problems: receipt.problems
      .slice(0, mostProblems)
      .map(({ object, reason }) => ({ object: showName(object), reason: showName(reason) })),
  };
}
