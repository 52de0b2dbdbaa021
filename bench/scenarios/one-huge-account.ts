import { removeFolder, waitUntilDeletionsAreForgotten } from '../measure/disk.ts';
import { ratio } from '../measure/goal.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planHugeAccount } from '../workload/account-spec.ts';
import { generate } from '../workload/generate.ts';
import { employ, homesOf, makeHomes } from './keepers.ts';
import { mediansOf, runRows, runsHead, showRatio } from './report-runs.ts';
import type { BackedUpAccount } from '../peers/tool.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

/** Of two cores; one core alone gives at most 1. */
const atLeastCores = 1.5;

export const oneHugeAccount: Scenario = {
  name: 'one-huge-account',
  summary: 'first backup of a single account of 20 GB (small: 500 MB): are both cores at work?',
  tools: ['larder', 'restic'],
  diskBytes: { small: 2e9, full: 40e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const account = await generateHugeAccount(bench);
  const runs = await measureInRounds(bench.tools, bench.rounds, {
    turn: async (tool, round) => {
      bench.say(`${tool.name}: huge account ${String(round)} of ${String(bench.rounds)}`);
      const keeper = await employ(tool, [account], bench);
      await waitUntilDeletionsAreForgotten(bench.stage);
      const measurement = await measureScript(keeper.backUp(), bench.stage);
      await removeFolder(keeper.folder, bench.stage);
      return measurement;
    },
  });
  const larder = mediansOf(runs, 'larder');
  return {
    head: [...runsHead, 'CPU / wall'],
    rows: runRows(runs).map((row) => [...row, showRatio(ratio(Number(row[3]), Number(row[1])))]),
    goals: [
      {
        text: "larder's CPU time by its wall time: cores at work",
        measured: ratio(larder?.cpuSeconds, larder?.wallSeconds),
        limit: { name: 'at least', value: atLeastCores },
        unit: '×',
      },
    ],
    notes: ['20 GB and a repository do not fit into the page cache of a small machine: the disk takes part'],
    runs: { 'first backup of a huge account': runs },
  };
}

async function generateHugeAccount(bench: Bench): Promise<BackedUpAccount> {
  const sites = planHugeAccount(homesOf(bench), bench.size);
  const first = sites[0];
  if (first === undefined) throw new RangeError('a huge account has sites');
  const account = { name: first.name, uid: first.uid, home: `${homesOf(bench)}/${first.name}` };
  await makeHomes([account]);
  await generate(
    sites.map((site) => ({ name: 'account', account: site })),
    bench.stage.signal,
  );
  return account;
}
