import { isFailure, type Failure } from '../domain/failure.ts';
import type { Result, Session } from './command.ts';
import { showPlan, showReceipt, type AnyPlan, type AnyReceipt, type ShownPlan } from './shown-plan.ts';

export interface Planned<Plan extends AnyPlan> {
  readonly makePlan: () => Promise<Plan>;
  /** What it is about, in a line or two. */
  readonly introduce: (plan: Plan) => readonly string[];
  readonly dryRun: boolean;
  /** The command, for `confirmation-needed`. */
  readonly action: string;
}

const entriesShown = 10;

/**
 * Plan, then run: shows what will happen, asks, and runs exactly that. When things have changed meanwhile and somebody
 * can be asked, the new plan is shown and asked about.
 * @throws {Failure} what planning and running throw; `confirmation-needed` before anything is planned.
 */
export async function runPlanned<Plan extends AnyPlan>(planned: Planned<Plan>, session: Session): Promise<Result> {
  const { dryRun, action, introduce } = planned;
  if (!dryRun && !session.canAsk) await session.confirm('', action);
  const plan = await planned.makePlan();
  const shown = showPlan(plan, session.page);
  if (dryRun) return tellPlan(shown, introduce(plan), session);
  for (const line of [...introduce(plan), ...shown.lines(entriesShown), ...shown.warnings]) session.talk(line);
  const stopped = whyNot(shown, session);
  if (stopped !== undefined) return stopped;
  const isAgreed = await session.confirm(shown.question(session.now()), action);
  if (!isAgreed) return toResult(shown, 130, [session.page.texts.say('restore.stopped')]);
  return runPlan(plan, planned, session);
}

async function runPlan<Plan extends AnyPlan>(plan: Plan, planned: Planned<Plan>, session: Session): Promise<Result> {
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

/** Nothing to do, or not enough room to do it. */
function whyNot(shown: ShownPlan, { page }: Session): Result | undefined {
  if (shown.isEmpty) return toResult(shown, 4, [shown.nothing]);
  return shown.isFull ? toResult(shown, 6, [page.texts.say('restore.stopped')]) : undefined;
}

/** The answer of a dry run is the plan, with all entries that it lists. */
function tellPlan(shown: ShownPlan, introduction: readonly string[], session: Session): Result {
  const { page } = session;
  for (const line of introduction) session.talk(line);
  return {
    schema: shown.schema,
    answer: shown.answer,
    exitCode: shown.isEmpty ? 4 : 0,
    lines: shown.lines(Infinity),
    notes: [...shown.warnings, shown.isEmpty ? shown.nothing : page.texts.say('plan.onlyShown')],
  };
}

function toResult({ schema, answer }: ShownPlan, exitCode: number, notes: readonly string[]): Result {
  return { schema, answer, exitCode, lines: [], notes };
}

async function toReceipt(receipt: AnyReceipt, { page, larder }: Session): Promise<Result> {
  const exitCode = receipt.problemCount > 0 ? 3 : 0;
  return { ...showReceipt(receipt, await larder(receipt.account), page), exitCode };
}
