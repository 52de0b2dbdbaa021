import { open, stat } from 'node:fs/promises';
import { settle, warmUp } from '../measure/disk.ts';
import { median } from '../measure/median.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planLargeAccount } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { homesOf, keepFirstNight } from './keepers.ts';
import { inMebibytes, runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Keeper, ToolName } from '../peers/tool.ts';
import type { AccountSpec } from '../workload/account-spec.ts';
import type { OpenPoint } from './in-process.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

/** Peers as whole processes; Larder in process as its worker does it: opening the repository is part of its time. */
export function createZipDownload(openPoint: OpenPoint): Scenario {
  return {
    name: 'zip-download',
    summary: 'a zip of a whole account of 500 MB (small: 100 MB), into a file',
    tools: ['larder', 'restic', 'restic-newest'],
    diskBytes: { small: 1e9, full: 6e9 },
    run: (bench) => run(bench, openPoint),
  };
}

/** What the zips of a run are like, besides how long they took. */
interface Seen {
  readonly sizes: Map<ToolName, number>;
  readonly firstBytes: number[];
}

async function run(bench: Bench, openPoint: OpenPoint): Promise<Report> {
  const account = planLargeAccount(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), [account], bench.stage.signal);
  const keepers = await keepFirstNight([account], bench);
  const seen: Seen = { sizes: new Map(), firstBytes: [] };
  const runs = await measureInRounds(keepers, bench.rounds, {
    turn: async (keeper) => {
      bench.say(`${keeper.name}: zip`);
      const file = `${bench.folder}/${keeper.name}.zip`;
      await warmUp(keeper.repositories, bench.stage);
      await settle(bench.stage);
      const script = keeper.zip?.(account, file);
      const measurement =
        script === undefined
          ? await zipInProcess(keeper, { account, file, openPoint, firstBytes: seen.firstBytes })
          : await measureScript(script, bench.stage);
      seen.sizes.set(keeper.name, (await stat(file)).size);
      return measurement;
    },
  });
  const sizes = [...seen.sizes].map(([name, bytes]) => `${name} ${inMebibytes(bytes)} MiB`);
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [
      speedGoal(runs, 'restic', 2),
      speedGoal(runs, 'restic-newest', 2),
      {
        text: 'first byte, repository opened anew',
        measured: seen.firstBytes.length === 0 ? undefined : median(seen.firstBytes),
        limit: { name: 'at most', value: 200 },
        unit: ' ms',
      },
    ],
    notes: [
      `the zips: ${sizes.join(', ')}; who stores instead of compressing shows in the size`,
      'larder runs in the process of the bench, whose memory is counted with it',
    ],
    runs: { 'zip of an account': runs },
  };
}

async function zipInProcess(
  keeper: Keeper,
  work: { account: AccountSpec; file: string; openPoint: OpenPoint; firstBytes: number[] },
): Promise<Measurement> {
  await (await work.openPoint(keeper, work.account)).close(); // a worker has the key unsealed
  const target = await open(work.file, 'w');
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let firstByte: number | undefined;
  const point = await work.openPoint(keeper, work.account);
  await point.writeZip(async (bytes) => {
    firstByte ??= performance.now() - startedAt;
    await target.write(bytes);
  });
  await point.close();
  const { user, system } = process.cpuUsage(before);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  await target.close();
  work.firstBytes.push(firstByte ?? Infinity);
  const memory = process.memoryUsage.rss();
  return { wallSeconds, cpuSeconds: (user + system) / 1e6, largestBytes: memory, treeBytes: memory };
}
