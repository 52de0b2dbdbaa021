import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isFailure } from '../../plugin/domain/failure.ts';
import { parseJobId, type JobId } from '../../plugin/domain/job.ts';
import type { ReceiptReport } from '../../plugin/protocol/plans.ts';
import { needsRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { asTheTenant, firstState, keepCopy, laterState } from '../support/plan-homes.ts';
import { openPlanSite, type PlanSite } from '../support/plan-site.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

/** Rounds in all. */
const rounds = Number(process.env['LARDER_PLAN_KILLS'] ?? 24);
const program = fileURLToPath(new URL('../support/run-plan-child.ts', import.meta.url));

/** The same kills in every run, as far as the system lets them be. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Moment {
  readonly step: 'restore' | 'put-back';
  readonly steps: number;
  readonly signal: NodeJS.Signals;
  readonly alsoWriter: boolean;
}

suite(`a restore is killed at ${rounds} moments`, { skip: needsRoot }, () => {
  const folder = suiteFolder();
  const random = makeRandom(20_261_122);
  const [past, present] = [`${folder}/past`, `${folder}/present`];
  /** How the home was found after the kill, and how it was left. */
  const endings = { between: 0, before: 0, after: 0 };
  let site: PlanSite;

  before(async () => {
    site = await openPlanSite(folder);
    asTheTenant(site.home, firstState);
    await site.backUp();
    keepCopy(site.home, past);
    asTheTenant(site.home, laterState);
    keepCopy(site.home, present);
  });

  after(() => site.close());

  /** Kills the process a moment after it has told so many steps; with `alsoWriter` as a power cut would. */
  async function killAt(plan: string, job: JobId, moment: Moment): Promise<void> {
    const child = spawn(process.execPath, [program, folder, plan, job], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let steps = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith(moment.step) || ++steps !== moment.steps) continue;
      if (moment.alsoWriter) spawnSync('pkill', ['-KILL', '-P', String(child.pid), '-f', 'main-writer']);
      child.kill(moment.signal);
    }
    await exited;
  }

  /** The queue gives the job of a process that died to the next. */
  async function tryAgain(plan: string, job: JobId): Promise<ReceiptReport | undefined> {
    try {
      return await site.run(plan, { jobId: job });
    } catch (error) {
      if (!isFailure(error, 'interrupted') && !isFailure(error, 'cancelled')) throw error;
      if (isFailure(error, 'interrupted')) assert.match(JSON.stringify(error.facts), /the home is as it was before"/);
      return undefined;
    }
  }

  async function undo(): Promise<void> {
    const plan = await site.planUndo();
    assert.deepEqual(plan.warnings, []);
    const receipt = await site.run(plan.plan);
    assert.deepEqual(receipt.problems, []);
  }

  for (let round = 0; round < rounds; round++) {
    const steps = 1 + random(50);
    const signal = round % 6 === 5 ? 'SIGTERM' : 'SIGKILL';
    const [alsoWriter, twice] = [round % 3 === 1, round % 4 === 2];
    const how = `${signal} after step ${steps}${alsoWriter ? ', with its writer' : ''}${twice ? ', and again while it is put back,' : ''}`;
    test(`${how} leaves the home as it was or as it was planned`, async () => {
      const { plan } = await site.plan({ mode: 'exact' });
      const job = parseJobId(`k${String(round).padStart(19, '0')}`);
      await killAt(plan, job, { step: 'restore', steps, signal, alsoWriter });
      if (twice) await killAt(plan, job, { step: 'put-back', steps: 1 + random(30), signal, alsoWriter: true });
      if (compareTrees(present, site.home).length > 0 && compareTrees(past, site.home).length > 0) endings.between++;
      const receipt = await tryAgain(plan, job);
      if (receipt === undefined) {
        endings.before++;
        assert.deepEqual(compareTrees(present, site.home), []);
        return;
      }
      endings.after++;
      assert.deepEqual(receipt.problems, []);
      assert.deepEqual(compareTrees(past, site.home), []);
      await undo();
      assert.deepEqual(compareTrees(present, site.home), []);
    });
  }

  test('left as it was found after the kills, the home would have been neither', (t) => {
    t.diagnostic(JSON.stringify(endings));
    assert.ok(endings.between > 0 && endings.before >= endings.between, JSON.stringify(endings));
  });
});
