import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { toolNames } from './peers/find-tools.ts';
import { scenarios } from './scenarios/registry.ts';
import type { ToolName } from './peers/tool.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Size } from './workload/account-spec.ts';

/** What was asked for on the command line. */
export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly size: Size;
  readonly rounds: number;
  readonly tools: readonly ToolName[];
  /** The folder in which the bench makes its own. */
  readonly folder: string;
  /** Where to write all numbers as JSON. */
  readonly json: string | undefined;
  readonly help: boolean;
}

export const usage = [
  'npm run bench [-- NAME…] [-- --size small|full] [--runs N] [--tools NAME,…] [--folder DIR] [--json FILE]',
  '',
  ...scenarios.map(({ name, summary }) => `  ${name.padEnd(24)}${summary}`),
];

/** @throws {Error} that names what is wrong. */
export function parseOptions(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      size: { type: 'string', default: 'full' },
      runs: { type: 'string', default: '3' },
      tools: { type: 'string', default: toolNames.join(',') },
      folder: { type: 'string', default: tmpdir() },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    scenarios: positionals.length === 0 ? scenarios : positionals.map(findScenario),
    size: parseSize(values.size),
    rounds: parseRounds(values.runs),
    tools: values.tools.split(',').map(parseToolName),
    folder: values.folder,
    json: values.json,
    help: values.help,
  };
}

function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined)
    throw new Error(`no scenario ${name}; there are ${scenarios.map((each) => each.name).join(', ')}`);
  return found;
}

function parseSize(text: string): Size {
  if (text === 'small' || text === 'full') return text;
  throw new Error(`--size is small or full, not ${text}`);
}

function parseRounds(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new Error(`--runs is a number from 1 to 99, not ${text}`);
}

function parseToolName(text: string): ToolName {
  const found = toolNames.find((name) => name === text);
  if (found === undefined) throw new Error(`no tool ${text}; there are ${toolNames.join(', ')}`);
  return found;
}
