import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { calmDown, employTools, homesOf, startAfresh } from './keepers.ts';
import { costGoal, runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const firstBackup: Scenario = {
  name: 'first-backup',
  summary: 'all accounts into empty repositories',
  tools: ['larder', 'restic', 'restic-newest', 'borg', 'tar'],
  diskBytes: { small: 2e9, full: 14e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const runs = await measureInRounds(employTools(bench, accounts), bench.rounds, {
    turn: async (keeper, round) => {
      bench.say(`${keeper.name}: first backup ${String(round)} of ${String(bench.rounds)}`);
      await startAfresh(keeper, bench);
      await calmDown(homesOf(bench), bench);
      return measureScript(keeper.backUp(), bench.stage);
    },
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [
      speedGoal(runs, 'restic', 2),
      speedGoal(runs, 'restic-newest', 2),
      speedGoal(runs, 'borg', 2),
      costGoal(runs, 'tar', 'cpuSeconds', 1.3),
    ],
    notes: [`${String(accounts.length)} accounts`],
    runs: { 'first backup': runs },
  };
}
