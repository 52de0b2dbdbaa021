import { writeFile } from 'node:fs/promises';
import { describeMachine, machineLines } from './measure/machine.ts';
import { parseOptions, usage } from './options.ts';
import { findTools } from './peers/find-tools.ts';
import { renderReport, reportAsJson } from './render-report.ts';
import { runScenario } from './run-scenario.ts';
import type { Options } from './options.ts';
import type { FoundTools } from './peers/find-tools.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Runs what was asked for, prints each table as it is ready and writes the JSON at the end. */
async function runBench(options: Options, signal: AbortSignal): Promise<void> {
  const machine = describeMachine(options.folder);
  const found = await findTools(options.tools);
  print([...machineLines(machine), ...toolLines(found), `runs     ${String(options.rounds)}, size ${options.size}`]);
  const reports: object[] = [];
  for (const scenario of options.scenarios) reports.push(await runAndPrint(scenario, options, found, signal));
  if (options.json === undefined) return;
  const tools = found.tools.map(({ name, version }) => ({ name, version }));
  const all = { schema: 'larder/bench/1', machine, tools, missing: found.missing, scenarios: reports };
  await writeFile(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

/** One scenario that fails does not take the others with it; the bench as a whole has failed all the same. */
async function runAndPrint(
  scenario: Scenario,
  options: Options,
  found: FoundTools,
  signal: AbortSignal,
): Promise<object> {
  try {
    const report = await runScenario(scenario, options, found, signal);
    print(renderReport(scenario, report, found));
    return reportAsJson(scenario, report);
  } catch (error) {
    signal.throwIfAborted();
    const problem = error instanceof Error ? error.message : String(error);
    print(['', `## ${scenario.name}: FAILED`, '', problem]);
    process.exitCode = 1;
    return { name: scenario.name, failed: problem };
  }
}

function toolLines({ tools, missing }: FoundTools): readonly string[] {
  return [
    ...tools.map(({ name, version }) => `tool     ${name} ${version}`),
    ...missing.map(({ name, reason }) => `tool     ${name}: cannot be had here: ${reason}`),
  ];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) print(usage);
  else await runBench(options, stop.signal);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
