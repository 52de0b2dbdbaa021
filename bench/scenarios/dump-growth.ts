import { median } from '../measure/median.ts';
import { ratio } from '../measure/goal.ts';
import { runScript } from '../measure/run-script.ts';
import { planDumpAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { homesOf, keepFirstNight, passDays } from './keepers.ts';
import { inMebibytes, showRatio } from './report-runs.ts';
import { sumFileBytes } from './repository-bytes.ts';
import type { Keeper, ToolName } from '../peers/tool.ts';
import type { Goal } from '../measure/goal.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const accountCounts = { small: 3, full: 10 } as const;

export const dumpGrowth: Scenario = {
  name: 'dump-growth',
  summary: 'what repositories grow by when 200 rows of each SQL dump change and nothing else does',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 5e8, full: 4e9 },
  run,
};

interface Growth {
  readonly keeper: Keeper;
  readonly firstBytes: number;
  readonly nightBytes: number[];
}

async function run(bench: Bench): Promise<Report> {
  const growths = await measureGrowth(bench);
  const larder = nightOf(growths, 'larder');
  return {
    head: ['tool', 'first night MiB', 'growth per night MiB', 'larder / it'],
    rows: growths.map(({ keeper, firstBytes, nightBytes }) => [
      keeper.name,
      inMebibytes(firstBytes),
      (median(nightBytes) / 2 ** 20).toFixed(2),
      showRatio(ratio(larder, median(nightBytes))),
    ]),
    goals: [growthGoal(growths, 'restic'), growthGoal(growths, 'restic-newest')],
    notes: [`${String(accountCounts[bench.size])} accounts of one dump each`],
    runs: {},
  };
}

async function measureGrowth(bench: Bench): Promise<readonly Growth[]> {
  const numbers = Array.from({ length: accountCounts[bench.size] }, (_, index) => index);
  const accounts = numbers.map((index) => planDumpAccount(homesOf(bench), bench.size, index));
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = await keepFirstNight(accounts, bench);
  const growths: Growth[] = [];
  for (const keeper of keepers)
    growths.push({ keeper, firstBytes: await sumFileBytes(keeper.repositories), nightBytes: [] });
  for (let day = 1; day <= bench.rounds; day += 1) {
    await passDays('day-of-dumps', accounts, day, bench);
    for (const growth of growths) growth.nightBytes.push(await growthOfNight(growth.keeper, bench));
  }
  return growths;
}

async function growthOfNight(keeper: Keeper, bench: Bench): Promise<number> {
  const before = await sumFileBytes(keeper.repositories);
  await runScript(keeper.backUp(), bench.stage);
  return (await sumFileBytes(keeper.repositories)) - before;
}

function nightOf(growths: readonly Growth[], name: ToolName): number | undefined {
  const found = growths.find(({ keeper }) => keeper.name === name);
  return found === undefined ? undefined : median(found.nightBytes);
}

function growthGoal(growths: readonly Growth[], peer: ToolName): Goal {
  return {
    text: `larder's growth on the dumps against ${peer}`,
    measured: ratio(nightOf(growths, 'larder'), nightOf(growths, peer)),
    limit: { name: 'at most', value: 0.5 },
    unit: '×',
  };
}
