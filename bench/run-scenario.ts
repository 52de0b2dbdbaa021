import { chmod, mkdtemp } from 'node:fs/promises';
import { removeFolder, requireFreeDisk } from './measure/disk.ts';
import type { Stage } from './measure/run-script.ts';
import type { Options } from './options.ts';
import type { FoundTools } from './peers/find-tools.ts';
import type { Bench, Report, Scenario } from './scenarios/scenario.ts';

/**
 * Runs one scenario in a folder of its own, which is gone afterwards whatever happens.
 * @throws {Error} when the disk is too full or a tool fails.
 */
export async function runScenario(
  scenario: Scenario,
  options: Options,
  found: FoundTools,
  signal: AbortSignal,
): Promise<Report> {
  await requireFreeDisk(options.folder, scenario.diskBytes[options.size]);
  const folder = await mkdtemp(`${options.folder}/larder-bench-`);
  // Accounts must be able to reach their homes.
  await chmod(folder, 0o755);
  const stage: Stage = { folder, signal };
  try {
    return await scenario.run(createBench(scenario, options, found, stage));
  } finally {
    await removeFolder(folder, { folder: options.folder, signal: AbortSignal.timeout(600_000) });
  }
}

function createBench(scenario: Scenario, options: Options, found: FoundTools, stage: Stage): Bench {
  return {
    folder: stage.folder,
    size: options.size,
    rounds: options.rounds,
    tools: found.tools.filter((tool) => scenario.tools.includes(tool.name)),
    stage,
    say: (line) => void process.stderr.write(`  ${scenario.name}: ${line}\n`),
  };
}
