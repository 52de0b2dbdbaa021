import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { settle } from '../measure/disk.ts';
import { planManyFiles } from '../workload/small-files.ts';
import { generate } from '../workload/generate.ts';
import { employ, homesOf, makeHomes } from './keepers.ts';
import { mediansOf, runRows, runsHead } from './report-runs.ts';
import type { Goal } from '../measure/goal.ts';
import type { Runs } from '../measure/rounds.ts';
import type { BackedUpAccount, Keeper, ToolName } from '../peers/tool.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const limitMebibytes = 300;

export const memoryMillionFiles: Scenario = {
  name: 'memory-million-files',
  summary: 'peak memory on an account of 1,000,000 files (small: 20,000): first backup, then an unchanged night',
  tools: ['larder', 'restic'],
  diskBytes: { small: 1e9, full: 12e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const account = await generateManyFiles(bench);
  const keepers = new Map<ToolName, Keeper>();
  const first = await measureInRounds(bench.tools, bench.rounds, {
    turn: async (tool, round) => {
      bench.say(`${tool.name}: first backup ${String(round)} of ${String(bench.rounds)}`);
      const keeper = await employ(tool, [account], bench);
      keepers.set(tool.name, keeper);
      await settle(bench.stage);
      return measureScript(keeper.backUp(), bench.stage, 'proportional');
    },
  });
  const unchanged = await measureInRounds([...keepers.values()], bench.rounds, {
    turn: (keeper) => measureScript(keeper.backUp(), bench.stage, 'proportional'),
  });
  return {
    head: ['what', ...runsHead],
    rows: [...labelRows('first', first), ...labelRows('unchanged', unchanged)],
    goals: [peakGoal('first backup', first), peakGoal('unchanged night', unchanged)],
    notes: ['memory: pages that processes share count once; the times carry the cost of looking'],
    runs: { 'first backup': first, 'unchanged night': unchanged },
  };
}

async function generateManyFiles(bench: Bench): Promise<BackedUpAccount> {
  const account = { name: 'account01', uid: 20_001, home: `${homesOf(bench)}/account01` };
  await makeHomes([account]);
  const specs = planManyFiles(account.home, account.uid, bench.size === 'full' ? 1_000_000 : 20_000);
  await generate(
    specs.map((spec) => ({ name: 'small-files', spec })),
    bench.stage.signal,
  );
  return account;
}

function labelRows(label: string, runs: Runs): readonly (readonly string[])[] {
  return runRows(runs).map((row) => [label, ...row]);
}

function peakGoal(label: string, runs: Runs): Goal {
  const larder = mediansOf(runs, 'larder');
  return {
    text: `larder's peak: ${label}`,
    measured: larder === undefined ? undefined : larder.treeBytes / 2 ** 20,
    limit: { name: 'at most', value: limitMebibytes },
    unit: ' MiB',
  };
}
