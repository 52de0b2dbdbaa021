import { settle, waitUntilDeletionsAreForgotten, warmUp } from '../measure/disk.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planLargeAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { homesOf, keepFirstNight, makeOwnedFolder, requireAllFiles } from './keepers.ts';
import { costGoal, runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Keeper } from '../peers/tool.ts';
import type { AccountSpec } from '../workload/account-spec.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const restoreAccount: Scenario = {
  name: 'restore-account',
  summary: 'a whole account of 500 MB (small: 100 MB) into an empty folder, until it is on the disk',
  tools: ['larder', 'restic', 'restic-newest', 'borg', 'tar'],
  diskBytes: { small: 1e9, full: 12e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const account = planLargeAccount(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), [account], bench.stage.signal);
  const keepers = await keepFirstNight([account], bench);
  await waitUntilDeletionsAreForgotten(bench.stage);
  const runs = await measureInRounds(keepers, bench.rounds, {
    turn: (keeper, round) => restoreOnce(keeper, account, round, bench),
  });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [
      speedGoal(runs, 'restic', 1.2),
      speedGoal(runs, 'restic-newest', 1.2),
      costGoal(runs, 'tar', 'wallSeconds', 1.5),
    ],
    notes: ['each run ends with sync -f; the number of files is compared after it'],
    runs: { 'restore of an account': runs },
  };
}

/** What it restores stays until the end: see `waitUntilDeletionsAreForgotten`. */
async function restoreOnce(keeper: Keeper, account: AccountSpec, round: number, bench: Bench): Promise<Measurement> {
  bench.say(`${keeper.name}: restore`);
  const into = `${bench.folder}/restored/${keeper.name}-${String(round)}`;
  await makeOwnedFolder(into, account);
  await warmUp(keeper.repositories, bench.stage);
  await settle(bench.stage);
  const script = [...keeper.restore(account, into), { words: ['sync', '-f', into] }];
  const measurement = await measureScript(script, bench.stage);
  await requireAllFiles(into, account.home);
  return measurement;
}
