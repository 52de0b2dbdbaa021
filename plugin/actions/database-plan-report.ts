import { isWholePlan, type StoredDatabasePlan } from '../domain/database-plan.ts';
import type { DatabasePlanReport, DatabaseReceiptReport } from '../protocol/databases.ts';

const mostProblems = 1000;

/** A plan as people see it. @param undoDays for how long it can be taken back once it ran. */
export function toDatabasePlanReport(plan: StoredDatabasePlan, undoDays: number): DatabasePlanReport {
  const { question } = plan;
  return {
    plan: plan.id,
    ...aboutOf(plan),
    undoes: question.purpose === 'undo-database' ? question.undoes.job : undefined,
    counts: plan.counts,
    warnings: plan.warnings,
    tables: plan.tables,
    users: plan.users,
    expiresAt: plan.expiresAt,
    undoDays,
  };
}

/** What a plan that is done did. */
export function toDatabaseReceiptReport(plan: StoredDatabasePlan): DatabaseReceiptReport {
  const { receipt, undoUntil } = plan;
  if (receipt === undefined || undoUntil === undefined) throw new Error('a plan that is not done has no receipt');
  return {
    plan: plan.id,
    ...aboutOf(plan),
    counts: receipt.counts,
    users: receipt.users,
    undoUntil,
    seconds: receipt.seconds,
    problemCount: receipt.problems.length,
    problems: receipt.problems.slice(0, mostProblems),
  };
}

function aboutOf({ account, question }: StoredDatabasePlan) {
  const { purpose, point, engine, database, target } = question;
  return { account, purpose, point, engine, database, target, isWhole: isWholePlan(question) };
}
