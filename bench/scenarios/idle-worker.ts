import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { processTree, readProcessTable, readProportionalBytes } from '../measure/process-table.ts';
import { runScript } from '../measure/run-script.ts';
import { createLarder, larderProgram } from '../peers/larder.ts';
import { startWorker, stopWorker } from '../peers/worker.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

/** The worker keeps house every ten minutes: a full look lasts longer than that. */
const sizes = { full: { accounts: 1000, seconds: 720 }, small: { accounts: 50, seconds: 20 } } as const;
const settleSeconds = { full: 60, small: 10 } as const;
const ticksPerSecond = 100;
const limitMebibytes = 150;
const limitShare = 0.5;

export const idleWorker: Scenario = {
  name: 'idle-worker',
  summary: 'what the worker takes of processor and memory while nobody asks for anything, with 1,000 accounts',
  tools: [],
  diskBytes: { small: 1e8, full: 1e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const { accounts, seconds } = sizes[bench.size];
  const folder = `${bench.folder}/larder`;
  await install(bench, folder, accounts);
  const child = await startWorker(folder);
  try {
    await doTheDaysProof(bench, folder);
    await wait(settleSeconds[bench.size] * 1000, undefined, { signal: bench.stage.signal });
    bench.say(`looking at the idle worker for ${seconds} s`);
    const { share, bytes } = await watch(child.pid ?? 0, seconds, bench.stage.signal);
    return report(accounts, share, bytes);
  } finally {
    await stopWorker(child);
  }
}

async function install({ stage, folder: own }: Bench, folder: string, count: number): Promise<void> {
  const accounts = Array.from({ length: count }, (_, index) => {
    return { name: `account${String(index)}`, home: `${own}/homes/account${String(index)}`, uid: 20_001 + index };
  });
  for (const { home } of accounts) await mkdir(home, { recursive: true, mode: 0o755 });
  await mkdir(folder, { mode: 0o755 });
  await runScript(await createLarder('').employ({ folder, accounts }).prepare(), stage);
}

/** Once a day the worker reads back and drills what is due: that is work. Done by hand now, it does not come in between. */
async function doTheDaysProof({ stage }: Bench, folder: string): Promise<void> {
  const environment = { LARDER_CONFIG: `${folder}/larder.toml` };
  const words = [
    ['verify', '--due'],
    ['drill', '--due'],
  ] as const;
  await runScript(
    words.map((command) => ({ words: [larderProgram, ...command], environment })),
    stage,
  );
}

/** Of all its processes together: per cent of one core, and the most memory at any look. */
async function watch(root: number, seconds: number, signal: AbortSignal): Promise<{ share: number; bytes: number }> {
  const before = secondsOf(root);
  const startedAt = performance.now();
  let bytes = 0;
  while (performance.now() - startedAt < seconds * 1000) {
    await wait(1000, undefined, { signal });
    const tree = processTree(readProcessTable(), root);
    bytes = Math.max(
      bytes,
      tree.reduce((sum, { id }) => sum + readProportionalBytes(id), 0),
    );
  }
  const share = (100 * (secondsOf(root) - before)) / ((performance.now() - startedAt) / 1000);
  return { share, bytes };
}

/** User and system time of a process, of the children it waited for, and of those that run (proc(5)). */
function secondsOf(root: number): number {
  const tree = processTree(readProcessTable(), root);
  return tree.reduce((sum, { id }) => sum + ticksOf(id), 0) / ticksPerSecond;
}

function ticksOf(id: number): number {
  try {
    const stat = readFileSync(`/proc/${String(id)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [14, 15, 16, 17].reduce((sum, number) => sum + Number(fields[number - 3]), 0);
  } catch {
    return 0; // it has ended since
  }
}

function report(accounts: number, share: number, bytes: number): Report {
  const mebibytes = bytes / 2 ** 20;
  const isFull = accounts === sizes.full.accounts;
  const limit = (value: number) => ({ name: 'at most', value }) as const;
  return {
    head: ['accounts', 'processor', 'memory'],
    rows: [[String(accounts), `${share.toFixed(2)} %`, `${mebibytes.toFixed(0)} MiB`]],
    goals: [
      {
        text: 'processor of the idle worker, of one core',
        measured: isFull ? share : undefined,
        limit: limit(limitShare),
        unit: ' %',
      },
      {
        text: 'memory of the idle worker',
        measured: isFull ? mebibytes : undefined,
        limit: limit(limitMebibytes),
        unit: ' MiB',
      },
    ],
    notes: [
      'all its processes together; pages that processes share count once',
      'one turn of housekeeping lies in that time; what is read back and drilled once a day was done before',
    ],
    runs: {},
  };
}
