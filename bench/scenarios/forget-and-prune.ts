import { calmDown, homesOf, keepFirstNight, passDays } from './keepers.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import { planAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { keptPoints, type Keeper } from '../peers/tool.ts';
import type { AccountSpec } from '../workload/account-spec.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const accountCount = 6;

export const forgetAndPrune: Scenario = {
  name: 'forget-and-prune',
  summary: 'of each account the oldest of 12 restore points dropped, with the data that it alone needed',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 2e9, full: 6e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = Array.from({ length: accountCount }, (_, index) => planAccount(homesOf(bench), bench.size, index));
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = await keepFirstNight(accounts, bench);
  for (let day = 2; day <= keptPoints; day += 1) await keepDay(keepers, accounts, day, bench);
  const runs = await measureInRounds(keepers, bench.rounds, {
    before: (round) => keepDay(keepers, accounts, keptPoints + round, bench),
    turn: async (keeper) => {
      bench.say(`${keeper.name}: forget and prune 1 of ${String(keptPoints + 1)}`);
      await calmDown(keeper.repositories, bench);
      return measureScript(keeper.rotate(), bench.stage);
    },
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 3), speedGoal(runs, 'restic-newest', 3)],
    notes: [
      `${String(accountCount)} accounts: one larder process rotates them all, the others run once for each`,
      'restic leaves up to 5 % of a repository unused, as it does unless told otherwise',
    ],
    runs: { 'forget and prune': runs },
  };
}

/** One more day of changes, and one more restore point of every account in every repository. */
async function keepDay(
  keepers: readonly Keeper[],
  accounts: readonly AccountSpec[],
  day: number,
  bench: Bench,
): Promise<void> {
  await passDays('day', accounts, day, bench);
  for (const keeper of keepers) await runScript(keeper.backUp(), bench.stage);
}
