import { ratio } from '../measure/goal.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { homesOf, keepFirstNight } from './keepers.ts';
import { inMebibytes, showRatio } from './report-runs.ts';
import { sumFileBytes } from './repository-bytes.ts';
import type { Goal } from '../measure/goal.ts';
import type { ToolName } from '../peers/tool.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const repositorySize: Scenario = {
  name: 'repository-size',
  summary: 'bytes kept after the first backup of all accounts; run once',
  tools: ['larder', 'restic', 'restic-newest', 'borg', 'tar'],
  diskBytes: { small: 2e9, full: 14e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = await keepFirstNight(accounts, bench);
  const sizes = new Map<ToolName, number>();
  for (const keeper of keepers) sizes.set(keeper.name, await sumFileBytes(keeper.repositories));
  return {
    head: ['tool', 'repositories MiB', 'larder / it'],
    rows: [...sizes].map(([name, bytes]) => [name, inMebibytes(bytes), showRatio(ratio(sizes.get('larder'), bytes))]),
    goals: [sizeGoal(sizes, 'restic'), sizeGoal(sizes, 'restic-newest')],
    notes: [`homes: ${inMebibytes(await sumFileBytes(homesOf(bench)))} MiB in ${String(accounts.length)} accounts`],
    runs: {},
  };
}

function sizeGoal(sizes: ReadonlyMap<ToolName, number>, peer: ToolName): Goal {
  return {
    text: `larder's repositories against those of ${peer}`,
    measured: ratio(sizes.get('larder'), sizes.get(peer)),
    limit: { name: 'at most', value: 1.05 },
    unit: '×',
  };
}
