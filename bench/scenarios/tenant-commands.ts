import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { median } from '../measure/median.ts';
import { percentile95 } from '../measure/percentile.ts';
import { createLarder, larderProgram } from '../peers/larder.ts';
import { startWorker, stopWorker } from '../peers/worker.ts';
import { planManyFiles } from '../workload/small-files.ts';
import { generate } from '../workload/generate.ts';
import { runScript } from '../measure/run-script.ts';
import { employ, homesOf, makeHomes } from './keepers.ts';
import type { Goal } from '../measure/goal.ts';
import type { BackedUpAccount } from '../peers/tool.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const times = 15;
const files = 10_000;

/** What a tenant types, and how long it may take as a whole process. */
const commands: readonly { readonly words: readonly string[]; readonly milliseconds: number }[] = [
  { words: ['status'], milliseconds: 150 },
  { words: ['list'], milliseconds: 150 },
  { words: ['complete', '--', 're'], milliseconds: 150 },
  { words: ['restore', '.', '--at', 'latest', '--dry-run'], milliseconds: 2000 },
];

export const tenantCommands: Scenario = {
  name: 'tenant-commands',
  summary: 'what an account types over SSH, as whole processes: status, list, completion, the plan for 10,000 files',
  tools: ['larder'],
  diskBytes: { small: 1e9, full: 1e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const account = await makeAccount(bench);
  const keeper = await employ(createLarder(''), [account], bench);
  await runScript(keeper.backUp(), bench.stage);
  await changeEveryFile(account);
  await chmod(keeper.folder, 0o711); // an account must reach its socket in it
  const worker = await startWorker(keeper.folder);
  try {
    bench.say('node alone');
    const node = await timeProgram([process.execPath, '-e', '0'], keeper.folder, account);
    const timed = [];
    for (const { words, milliseconds } of commands) {
      bench.say(`larder ${words.join(' ')}`);
      const taken = await timeProgram([larderProgram, ...words], keeper.folder, account);
      timed.push({ words, limit: milliseconds, milliseconds: taken });
    }
    return report(timed, node);
  } finally {
    await stopWorker(worker);
  }
}

interface Timed {
  readonly words: readonly string[];
  readonly limit: number;
  readonly milliseconds: readonly number[];
}

function report(timed: readonly Timed[], node: readonly number[]): Report {
  const goals: Goal[] = timed.map(({ words, limit, milliseconds }) => ({
    text: `larder ${words.join(' ')}, median`,
    measured: median(milliseconds),
    limit: { name: 'at most', value: limit },
    unit: ' ms',
  }));
  return {
    head: ['what', 'least ms', 'median ms', 'p95 ms'],
    rows: [
      describe('node -e 0', node),
      ...timed.map(({ words, milliseconds }) => describe(`larder ${words.join(' ')}`, milliseconds)),
    ],
    goals,
    notes: [
      `each ${String(times)} times, as the account, at a worker that runs; the first time is left out`,
      'node -e 0 is what starting Node takes on this machine, with nothing to do',
    ],
    runs: {},
  };
}

function describe(what: string, milliseconds: readonly number[]): readonly string[] {
  const shown = [Math.min(...milliseconds), median(milliseconds), percentile95(milliseconds)];
  return [what, ...shown.map((value) => value.toFixed(0))];
}

async function makeAccount(bench: Bench): Promise<BackedUpAccount> {
  const account = { name: 'account01', uid: 20_001, home: `${homesOf(bench)}/account01` };
  await makeHomes([account]);
  const works = planManyFiles(account.home, account.uid, files).map((spec) => ({ name: 'small-files' as const, spec }));
  await generate(works, bench.stage.signal);
  return account;
}

/** So that a plan has something to say about each. */
async function changeEveryFile({ home }: BackedUpAccount): Promise<void> {
  const append = 'for file; do echo more >> "$file"; done';
  await promisify(execFile)('find', [home, '-type', 'f', '-exec', 'sh', '-c', append, 'sh', '{}', '+']);
}

async function timeProgram(words: readonly string[], folder: string, { uid, home }: BackedUpAccount) {
  const [program = '', ...argv] = words;
  const user = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: home, LARDER_RUN: `${folder}/run` };
  const typeOnce = async (): Promise<number> => {
    const startedAt = performance.now();
    await promisify(execFile)(program, argv, { ...user, env, cwd: home, maxBuffer: 2 ** 26 });
    return performance.now() - startedAt;
  };
  await typeOnce();
  const milliseconds: number[] = [];
  for (let time = 0; time < times; time += 1) milliseconds.push(await typeOnce());
  return milliseconds;
}
