import { isFailure, type Failure } from '../domain/failure.ts';
import type { PlanReport, ReceiptReport } from '../protocol/plans.ts';
import type { Result, Session } from './command.ts';
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

export interface Planned {
  readonly makePlan: () => Promise<PlanReport>;
  /** What it is about, in a line or two. */
  readonly introduce: (plan: PlanReport) => readonly string[];
  readonly dryRun: boolean;
  /** The command, for `confirmation-needed`. */
  readonly action: string;
}

const entriesShown = 10;

/**
 * Plan, then run: shows what will happen, asks, and runs exactly that. When the home has changed meanwhile and somebody
 * can be asked, the new plan is shown and asked about.
 * @throws {Failure} what planning and running throw; `confirmation-needed` before anything is planned.
 */
export async function runPlanned(planned: Planned, session: Session): Promise<Result> {
  const { dryRun, action } = planned;
  if (!dryRun && !session.canAsk) await session.confirm('', action);
  const plan = await planned.makePlan();
  if (dryRun) return tellPlan(plan, planned, session);
  for (const line of showPlan(plan, planned, session)) session.talk(line);
  const stopped = whyNot(plan, session);
  if (stopped !== undefined) return stopped;
  const isAgreed = await session.confirm(askAboutPlan(plan, session.now(), session.page), action);
  if (!isAgreed) return toResult(plan, 130, [session.page.texts.say('restore.stopped')]);
  return runPlan(plan, planned, session);
}

async function runPlan(plan: PlanReport, planned: Planned, session: Session): Promise<Result> {
  const { account } = plan;
  try {
    return await toReceipt(await session.perform<'run-plan'>({ kind: 'run-plan', account, plan: plan.plan }), session);
  } catch (error) {
    if (!session.canAsk || !isFailure(error, 'plan-changed')) throw error;
    const { changes } = (error as Failure<'plan-changed'>).facts;
    session.talk(session.page.mark('warning', session.page.texts.say('plan.changed', { count: changes })));
    return runPlanned(planned, session);
  }
}

function showPlan(plan: PlanReport, { introduce }: Planned, { page }: Session): string[] {
  return [
    ...introduce(plan),
    describeCounts(plan, page),
    ...describeEntries(plan, entriesShown, page),
    ...describeWarnings(plan.warnings, page),
  ];
}

/** Nothing to do, or not enough room to do it. */
function whyNot(plan: PlanReport, { page }: Session): Result | undefined {
  if (countChanges(plan.counts) === 0) return toResult(plan, 4, [page.texts.say(nothingKey(plan))]);
  const isFull = plan.warnings.some(({ kind }) => kind === 'no-space');
  return isFull ? toResult(plan, 6, [page.texts.say('restore.stopped')]) : undefined;
}

function nothingKey({ counts, purpose }: PlanReport): string {
  if (purpose === 'undo') return 'plan.nothingToUndo';
  return counts.refused > 0 ? 'restore.nothing' : 'plan.allSame';
}

/** The answer of a dry run is the plan, with all entries that it lists. */
function tellPlan(plan: PlanReport, { introduce }: Planned, session: Session): Result {
  const { page } = session;
  for (const line of introduce(plan)) session.talk(line);
  const isEmpty = countChanges(plan.counts) === 0;
  return {
    schema: 'larder/plan/1',
    answer: planForMachines(plan),
    exitCode: isEmpty ? 4 : 0,
    lines: [describeCounts(plan, page), ...describeEntries(plan, Infinity, page)],
    notes: [...describeWarnings(plan.warnings, page), page.texts.say(isEmpty ? nothingKey(plan) : 'plan.onlyShown')],
  };
}

function toResult(plan: PlanReport, exitCode: number, notes: readonly string[]): Result {
  return { schema: 'larder/plan/1', answer: planForMachines(plan), exitCode, lines: [], notes };
}

async function toReceipt(receipt: ReceiptReport, { page, larder }: Session): Promise<Result> {
  return {
    schema: 'larder/receipt/1',
    answer: receiptForMachines(receipt),
    exitCode: receipt.problemCount > 0 ? 3 : 0,
    lines: [describeReceipt(receipt, page)],
    notes: describeAfterwards(receipt, await larder(receipt.account), page),
  };
}
