import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { calmDown, employTools, homesOf, keepFirstNight, passDays } from './keepers.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const dayOfChanges: Scenario = {
  name: 'day-of-changes',
  summary: '1 % of files modified, 0.5 % new, 200 rows of each dump edited; each round is a new day',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 2e9, full: 14e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = employTools(bench, accounts);
  await keepFirstNight(keepers, bench);
  const runs = await measureInRounds(keepers, bench.rounds, {
    before: (day) => passDays('day', accounts, day, bench),
    turn: async (keeper, day) => {
      bench.say(`${keeper.name}: night of day ${String(day)} of ${String(bench.rounds)}`);
      await calmDown(homesOf(bench), bench);
      return measureScript(keeper.backUp(), bench.stage);
    },
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 3), speedGoal(runs, 'restic-newest', 3), speedGoal(runs, 'borg', 3)],
    notes: [`${String(accounts.length)} accounts`],
    runs: { 'night of a day of changes': runs },
  };
}
