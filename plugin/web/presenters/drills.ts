import { showName } from '../../domain/show-name.ts';
import type { DrillState } from '../../domain/drill-state.ts';
import type { Formats } from '../../domain/formats.ts';
import type { AccountDrill } from '../../protocol/drills.ts';
import type { DrillProblem } from '../../protocol/proof.ts';
import type { Answer } from '../../protocol/requests.ts';
import { cutPage } from '../paging.ts';

export const drillFilters = ['all', 'overdue', 'failed', 'files', 'passed'] as const;
export type DrillFilter = (typeof drillFilters)[number];

/** What was wrong, as a sentence below `cli:drill.problem` with its places. */
export interface ShownProblem {
  readonly key: string;
  readonly facts: { readonly count: number; readonly name: string; readonly detail: string };
}

/** Of databases they are as their owner called them; of files and sites as people see paths. */
const ofDatabases: readonly string[] = ['database-failed', 'tables-missing', 'definitions-failed'];

export function presentProblem({ kind, count = 0, name = '', detail = '' }: DrillProblem): ShownProblem {
  const show = ofDatabases.includes(kind) ? showName : String;
  return { key: `cli:drill.problem.${kind}`, facts: { count, name: show(name), detail: show(detail) } };
}

/** One account with its newest drill. */
export interface DrillRow {
  readonly account: string;
  readonly state: DrillState;
  readonly tone: 'ok' | 'warn' | 'bad' | 'same';
  readonly drill: RowDrill | undefined;
}

interface RowDrill {
  readonly id: string;
  readonly ago: string;
  /** When the backup was made. */
  readonly of: string;
  readonly took: string;
  readonly goal: string;
  readonly isWithin: boolean;
  readonly problem: ShownProblem | undefined;
  /** How many problems there are beside that one. */
  readonly more: number;
}

export interface DrillList {
  readonly counts: { readonly [Filter in DrillFilter]: number };
  readonly rows: readonly DrillRow[];
  readonly found: number;
  readonly page: number;
  readonly pages: number;
}

export interface DrillsOptions {
  readonly filter: DrillFilter;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
  readonly formats: Formats;
  readonly now: Date;
}

const tones: { readonly [State in DrillState]: DrillRow['tone'] } = {
  overdue: 'warn',
  never: 'warn',
  failed: 'bad',
  'files-only': 'warn',
  passed: 'ok',
  sealed: 'same',
  nothing: 'same',
};

const isIn: { readonly [Filter in DrillFilter]: (line: AccountDrill) => boolean } = {
  all: () => true,
  overdue: ({ state }) => state === 'overdue' || state === 'never',
  failed: ({ newest }) => newest?.outcome === 'failed',
  files: ({ newest }) => newest?.outcome === 'files-only',
  passed: ({ newest }) => newest?.outcome === 'passed',
};

export function presentDrills({ accounts }: Answer<'server-drills'>, options: DrillsOptions): DrillList {
  const { filter, page, perPage } = options;
  const found = accounts.filter(isIn[filter]);
  const { shown, ...paged } = cutPage(found, page, perPage);
  const count = (name: DrillFilter): number => accounts.filter(isIn[name]).length;
  return {
    counts: {
      all: accounts.length,
      overdue: count('overdue'),
      failed: count('failed'),
      files: count('files'),
      passed: count('passed'),
    },
    rows: shown.map((line) => toRow(line, options)),
    found: found.length,
    ...paged,
  };
}

function toRow({ account, state, newest }: AccountDrill, { formats, now }: DrillsOptions): DrillRow {
  return {
    account,
    state,
    tone: tones[state],
    drill: newest && {
      id: newest.id,
      ago: formats.ago(newest.at, now),
      of: formats.date(newest.pointTime, 'dayTime'),
      took: formats.duration(Math.round(newest.seconds)),
      goal: formats.duration(newest.rtoSeconds),
      isWithin: newest.isWithinRto,
      problem: newest.problem && presentProblem(newest.problem),
      more: Math.max(0, newest.problems - 1),
    },
  };
}
