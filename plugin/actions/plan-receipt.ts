import type { WriteProblem, WriteReport } from '../contracts/tree-writer.ts';
import { countPlan } from '../domain/plan-counts.ts';
import { joinParts, type PlannedEntry } from '../domain/planned-entry.ts';
import type { StoredReceipt } from '../domain/stored-plan.ts';
import { LiveCheck } from '../engine/live-check.ts';
import { lookAtHome, type PlanGround } from './plan-ground.ts';
import { toPathBytes } from './plan-report.ts';

const mostListed = 1000;

export interface Performed {
  readonly entries: readonly PlannedEntry[];
  /** How many entries the plan left alone because they are the same. */
  readonly same: number;
  readonly report: WriteReport;
  readonly seconds: number;
}

/** Looks at every entry of a plan that was done, and counts only what is there now as the plan wanted it. */
export async function writeReceipt(ground: PlanGround, performed: Performed): Promise<StoredReceipt> {
  const { entries, same, report, seconds } = performed;
  const [done, missed] = await lookAtHome(ground, async (live) => {
    const check = new LiveCheck(live);
    const wanted = entries.filter(({ action }) => action !== 'touched' && action !== 'refused');
    const isDone = wanted.map((entry) => check.isDone(entry));
    return [wanted.filter((_, index) => isDone[index] === true), wanted.filter((_, index) => isDone[index] !== true)];
  });
  const refused = entries.filter(({ action }) => action === 'refused');
  const problems = [...report.problems.map(toProblem), ...missed.map(toMissed), ...refused.map(toRefused)];
  const listed = firstOfEach(problems);
  const unlisted = report.problemCount - report.problems.length;
  return {
    counts: countPlan([...(done ?? []), ...refused], same),
    seconds,
    problemCount: listed.length + unlisted,
    problems: listed.slice(0, mostListed),
  };
}

type Problem = StoredReceipt['problems'][number];

function toProblem({ path, reason, lost }: WriteProblem): Problem {
  return { path: toPathBytes(joinParts(path)), reason, lost };
}

/** The writer told why, or somebody changed it right afterwards. */
function toMissed({ path }: PlannedEntry): Problem {
  return { path: toPathBytes(path), reason: 'write-error', lost: true };
}

function toRefused({ path, reason }: PlannedEntry): Problem {
  const words = { damaged: 'content-missing', special: 'type-refused', 'in-the-way': 'in-the-way' } as const;
  return { path: toPathBytes(path), reason: words[reason ?? 'in-the-way'], lost: true };
}

/** The first reason is the nearest to what happened. An entry that is lost needs no further one. */
function firstOfEach(problems: readonly Problem[]): Problem[] {
  const known = new Set<string>();
  return problems.filter(({ path, lost }) => {
    if (lost && known.has(path)) return false;
    known.add(path);
    return true;
  });
}
