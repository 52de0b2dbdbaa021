import { mkdir } from 'node:fs/promises';
import { settle, warmUp } from '../measure/disk.ts';
import { ratio } from '../measure/goal.ts';
import { median } from '../measure/median.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { timeInProcess } from './in-process.ts';
import { homesOf, keepFirstNight, makeOwnedFolder } from './keepers.ts';
import { mediansOf, runRows, runsHead } from './report-runs.ts';
import type { BackedUpAccount, Keeper, ToolName } from '../peers/tool.ts';
import type { Goal } from '../measure/goal.ts';
import type { Runs } from '../measure/rounds.ts';
import type { OpenPoint } from './in-process.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const path = 'public_html/index.php';

/** Peers and Larder as whole processes, and Larder in process: opening the repository is part of its time. */
export function createRestoreOneFile(openPoint: OpenPoint): Scenario {
  return {
    name: 'restore-one-file',
    summary: 'one small file of an ordinary account',
    tools: ['larder', 'restic', 'restic-newest', 'borg'],
    diskBytes: { small: 1e9, full: 1e9 },
    run: (bench) => run(bench, openPoint),
  };
}

async function run(bench: Bench, openPoint: OpenPoint): Promise<Report> {
  const account = planAccount(homesOf(bench), bench.size, 0);
  await generateAccounts(homesOf(bench), [account], bench.stage.signal);
  const keepers = await keepFirstNight([account], bench);
  const runs = await measureInRounds(keepers, bench.rounds, {
    turn: async (keeper, round) => {
      const into = `${bench.folder}/restored/${keeper.name}-${String(round)}`;
      await makeOwnedFolder(into, account);
      await warmUp(keeper.repositories, bench.stage);
      await settle(bench.stage);
      return measureScript(keeper.restoreFile(account, path, into), bench.stage);
    },
  });
  const larder = keepers.find((keeper) => keeper.name === 'larder');
  const seconds = larder === undefined ? undefined : await restoreInProcess(larder, account, bench, openPoint);
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [inProcessGoal(runs, 'restic', seconds), inProcessGoal(runs, 'restic-newest', seconds)],
    notes: [
      `larder in process, repository opened anew: ${seconds === undefined ? '-' : `${(seconds * 1000).toFixed(2)} ms`}`,
    ],
    runs: { 'restore of one file': runs },
  };
}

async function restoreInProcess(
  keeper: Keeper,
  account: BackedUpAccount,
  bench: Bench,
  openPoint: OpenPoint,
): Promise<number> {
  const folder = `${bench.folder}/in-process`;
  await mkdir(folder);
  const milliseconds: number[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    const restore = async (): Promise<void> => {
      const point = await openPoint(keeper, account);
      await point.restoreFile(path, `${folder}/${String(round)}`);
      await point.close();
    };
    milliseconds.push(await timeInProcess(restore));
  }
  return median(milliseconds) / 1000;
}

function inProcessGoal(runs: Runs, peer: ToolName, seconds: number | undefined): Goal {
  return {
    text: `${peer} restore --include takes longer than larder in process`,
    measured: ratio(mediansOf(runs, peer)?.wallSeconds, seconds),
    limit: { name: 'at least', value: 20 },
    unit: '×',
  };
}
