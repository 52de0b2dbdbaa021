import type { DatabasePlanReport, DatabaseReceiptReport, ShownDatabasePlan } from './databases.ts';
import type { PlanReport, ReceiptReport, ShownPlan } from './plans.ts';

type AnyReport = PlanReport | DatabasePlanReport | ReceiptReport | DatabaseReceiptReport;

/** Whether a plan, or what one did, is about a database; otherwise it is about files. */
export function isOfDatabase<Report extends AnyReport>(
  report: Report,
): report is Extract<Report, { purpose: 'restore-database' | 'undo-database' }> {
  return report.purpose === 'restore-database' || report.purpose === 'undo-database';
}

/** The same of a plan with what it lists. */
export function isShownOfDatabase(shown: ShownPlan | ShownDatabasePlan): shown is ShownDatabasePlan {
  return isOfDatabase(shown.report);
}
