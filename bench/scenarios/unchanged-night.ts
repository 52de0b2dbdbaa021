import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { calmDown, employTools, homesOf, keepFirstNight } from './keepers.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const unchangedNight: Scenario = {
  name: 'unchanged-night',
  summary: 'all accounts again when nothing has changed',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 2e9, full: 12e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = employTools(bench, accounts);
  await keepFirstNight(keepers, bench);
  const runs = await measureInRounds(keepers, bench.rounds, {
    turn: async (keeper, round) => {
      bench.say(`${keeper.name}: unchanged night ${String(round)} of ${String(bench.rounds)}`);
      await calmDown(homesOf(bench), bench);
      return measureScript(keeper.backUp(), bench.stage);
    },
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 8), speedGoal(runs, 'restic-newest', 8), speedGoal(runs, 'borg', 8)],
    notes: [`${String(accounts.length)} accounts`],
    runs: { 'unchanged night': runs },
  };
}
