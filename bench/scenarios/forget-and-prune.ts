import { calmDown, homesOf, keepFirstNight, passDays } from './keepers.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import { planAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Keeper } from '../peers/tool.ts';
import type { AccountSpec } from '../workload/account-spec.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const points = 12;

export const forgetAndPrune: Scenario = {
  name: 'forget-and-prune',
  summary: 'the oldest of 12 restore points of an ordinary account dropped, with the data that it alone needed',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 1e9, full: 2e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const account = planAccount(homesOf(bench), bench.size, 0);
  await generateAccounts(homesOf(bench), [account], bench.stage.signal);
  const keepers = await keepFirstNight([account], bench);
  for (let day = 2; day < points; day += 1) await keepDay(keepers, account, day, bench);
  const runs = await measureInRounds(keepers, bench.rounds, {
    before: (round) => keepDay(keepers, account, points + round - 1, bench),
    turn: (keeper) => forgetOnce(keeper, account, bench),
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 3), speedGoal(runs, 'restic-newest', 3)],
    notes: ['restic leaves up to 5 % of a repository unused, as it does unless told otherwise'],
    runs: { 'forget and prune': runs },
  };
}

/** One more day of changes, and one more restore point of it in every repository. */
async function keepDay(keepers: readonly Keeper[], account: AccountSpec, day: number, bench: Bench): Promise<void> {
  await passDays('day', [account], day, bench);
  for (const keeper of keepers) await runScript(keeper.backUp(), bench.stage);
}

async function forgetOnce(keeper: Keeper, account: AccountSpec, bench: Bench): Promise<Measurement> {
  bench.say(`${keeper.name}: forget and prune 1 of ${String(points)}`);
  const script = await keeper.forgetOldest(account, points);
  await calmDown(keeper.repositories, bench);
  return measureScript(script, bench.stage);
}
