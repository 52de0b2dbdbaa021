import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { calmDown, employ, homesOf } from './keepers.ts';
import { costGoal, runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const firstBackup: Scenario = {
  name: 'first-backup',
  summary: 'all accounts into empty repositories',
  tools: ['larder', 'restic', 'restic-newest', 'borg', 'tar'],
  diskBytes: { small: 2e9, full: 30e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const runs = await measureInRounds(bench.tools, bench.rounds, {
    turn: async (tool, round) => {
      bench.say(`${tool.name}: first backup ${String(round)} of ${String(bench.rounds)}`);
      const keeper = await employ(tool, accounts, bench);
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
