import { Failure } from '../domain/failure.ts';
import { joinParts, partsOf, type PlannedEntry } from '../domain/planned-entry.ts';
import type { PlanQuestion } from '../domain/stored-plan.ts';
import { OrderedNodes } from '../engine/ordered-nodes.ts';
import type { PlanContents } from '../engine/perform-plan.ts';
import { planRestore, targetNodes } from '../engine/plan-restore.ts';
import { planUndo } from '../engine/plan-undo.ts';
import { lookAtHome, openPoint, type PlanGround } from './plan-ground.ts';

export interface WorkedOutPlan {
  readonly entries: readonly PlannedEntry[];
  readonly same: number;
  /** Of an undo: entries that are no longer as the restore left them. */
  readonly changedSince: number;
  readonly freeBytes: number;
}

type RestoreQuestion = Extract<PlanQuestion, { purpose: 'restore' }>;
type UndoQuestion = Extract<PlanQuestion, { purpose: 'undo' }>;

/**
 * Works a plan out of how the home is at this moment.
 * @throws {Failure} what `planRestore` throws; `home-unsafe`, `home-unreadable`; `unknown-plan` when the plan that is to be
 * taken back is gone.
 */
export function workOutPlan(ground: PlanGround, question: PlanQuestion, signal: AbortSignal): Promise<WorkedOutPlan> {
  return question.purpose === 'restore'
    ? workOutRestore(ground, question, signal)
    : workOutUndo(ground, question, signal);
}

/** Where a plan takes contents from; undefined when it brings nothing. */
export async function openContents(ground: PlanGround, question: PlanQuestion): Promise<PlanContents | undefined> {
  if (question.point === undefined) return undefined;
  const { home } = await openPoint(ground, question.point.id);
  const above =
    question.purpose === 'restore' ? targetNodes(home, partsOf(question.target), question.selection.map(partsOf)) : [];
  return { home, reader: ground.reader, nodes: new OrderedNodes(ground.reader, home, above) };
}

async function workOutRestore(
  ground: PlanGround,
  question: RestoreQuestion,
  signal: AbortSignal,
): Promise<WorkedOutPlan> {
  const { services, reader, content } = ground;
  const { home, racySince } = await openPoint(ground, question.point.id);
  const target = partsOf(question.target);
  return lookAtHome(ground, async (live) => {
    const { entries, same } = await planRestore({
      reader,
      content,
      home,
      racySince,
      live,
      selection: question.selection.map(partsOf),
      target,
      isExact: question.mode === 'exact',
      except: new Set((question.except ?? []).map((path) => joinParts([...target, ...partsOf(path)]))),
      signal,
    });
    return { entries, same, changedSince: 0, freeBytes: services.freeBytes(live.descriptor) };
  });
}

async function workOutUndo(ground: PlanGround, question: UndoQuestion, signal: AbortSignal): Promise<WorkedOutPlan> {
  const { services, account, reader, content } = ground;
  const entries = await services.plans.entries(account.generation, question.undoes.plan);
  if (entries === undefined) throw new Failure('unknown-plan', { text: question.undoes.plan });
  const point = question.point === undefined ? undefined : await openPoint(ground, question.point.id);
  const nodes = point === undefined ? undefined : new OrderedNodes(reader, point.home, []);
  return lookAtHome(ground, async (live) => {
    const racySince = point?.racySince ?? -Infinity;
    const worked = await planUndo({ entries, nodes, live, content, racySince, signal });
    const { same, changedSince } = worked;
    return { entries: worked.entries, same, changedSince, freeBytes: services.freeBytes(live.descriptor) };
  });
}
