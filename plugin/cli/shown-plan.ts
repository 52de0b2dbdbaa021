import type { DatabasePlanReport, DatabaseReceiptReport } from '../protocol/databases.ts';
import { isOfDatabase } from '../protocol/plan-kind.ts';
import type { PlanReport, ReceiptReport } from '../protocol/plans.ts';
import {
  askAboutDatabasePlan,
  countTables,
  describeDatabaseAfterwards,
  describeDatabaseCounts,
  describeDatabaseReceipt,
  describeDatabaseWarnings,
  describeTables,
  describeUsers,
} from './database-plan-lines.ts';
import type { Page } from './page.ts';
import {
  askAboutPlan,
  countChanges,
  describeAfterwards,
  describeCounts,
  describeEntries,
  describeReceipt,
  describeWarnings,
} from './plan-lines.ts';
import { planForMachines, receiptForMachines } from './shown-paths.ts';

export type AnyPlan = PlanReport | DatabasePlanReport;
export type AnyReceipt = ReceiptReport | DatabaseReceiptReport;

/** A plan, of files or of a database, as it is shown. */
export interface ShownPlan {
  readonly schema: string;
  readonly answer: object;
  /** Counts, and the first entries. */
  readonly lines: (limit: number) => readonly string[];
  readonly warnings: readonly string[];
  readonly isEmpty: boolean;
  /** Not enough room to do it. */
  readonly isFull: boolean;
  /** What is said when it is empty. */
  readonly nothing: string;
  /** What is asked before it runs. */
  readonly question: (now: Date) => string;
}

export function showPlan(plan: AnyPlan, page: Page): ShownPlan {
  return isOfDatabase(plan) ? showDatabasePlan(plan, page) : showFilesPlan(plan, page);
}

function showFilesPlan(plan: PlanReport, page: Page): ShownPlan {
  return {
    schema: 'larder/plan/1',
    answer: planForMachines(plan),
    lines: (limit) => [describeCounts(plan, page), ...describeEntries(plan, limit, page)],
    warnings: describeWarnings(plan.warnings, page),
    isEmpty: countChanges(plan.counts) === 0,
    isFull: plan.warnings.some(({ kind }) => kind === 'no-space'),
    nothing: page.texts.say(nothingKey(plan)),
    question: (now) => askAboutPlan(plan, now, page),
  };
}

function showDatabasePlan(plan: DatabasePlanReport, page: Page): ShownPlan {
  return {
    schema: 'larder/database-plan/1',
    answer: plan,
    lines: (limit) => [
      describeDatabaseCounts(plan, page),
      ...describeTables(plan.tables, limit, page),
      ...describeUsers(plan.users, page),
    ],
    warnings: describeDatabaseWarnings(plan.warnings, page),
    isEmpty: countTables(plan.counts) === 0,
    isFull: plan.warnings.some(({ kind }) => kind === 'no-space'),
    nothing: page.texts.say('databasePlan.nothing'),
    question: (now) => askAboutDatabasePlan(plan, now, page),
  };
}

function nothingKey({ counts, purpose }: PlanReport): string {
  if (purpose === 'undo') return 'plan.nothingToUndo';
  return counts.refused > 0 ? 'restore.nothing' : 'plan.allSame';
}

/** What a run did, as it is shown. @param larder how commands begin. */
export function showReceipt(receipt: AnyReceipt, larder: string, page: Page) {
  return isOfDatabase(receipt)
    ? {
        schema: 'larder/database-receipt/1',
        answer: receipt,
        lines: [describeDatabaseReceipt(receipt, page)],
        notes: describeDatabaseAfterwards(receipt, larder, page),
      }
    : {
        schema: 'larder/receipt/1',
        answer: receiptForMachines(receipt),
        lines: [describeReceipt(receipt, page)],
        notes: describeAfterwards(receipt, larder, page),
      };
}
