import { mkdir } from 'node:fs/promises';
import type { RunRecord } from '../../plugin/contracts/records.ts';
import { parseSnapshotId, type Generation } from '../../plugin/domain/ids.ts';
import { planRetention, type DatedPoint } from '../../plugin/domain/plan-retention.ts';
import { presets } from '../../plugin/domain/retention-policy.ts';
import { openZoneCalendar } from '../../plugin/domain/zone-calendar.ts';
import { serverWork } from '../../plugin/domain/server-work.ts';
import { openHistorySite } from '../../tests/support/history-site.ts';
import { median } from '../measure/median.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import { createLarder } from '../peers/larder.ts';
import type { BackedUpAccount } from '../peers/tool.ts';
import { seedOf } from '../workload/random.ts';
import { generate } from '../workload/generate.ts';
import { timeInProcess } from './in-process.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const sizes = {
  full: { planned: 5000, backedUp: 1000, filesEach: 500 },
  small: { planned: 300, backedUp: 30, filesEach: 50 },
} as const;
const pointsEach = 20;
const hour = 3_600_000;

export const largeServer: Scenario = {
  name: 'large-server',
  summary: 'planning a night and rotation for 5,000 accounts; a night over 1,000 unchanged ones of 500 files',
  tools: [],
  diskBytes: { small: 2e8, full: 4e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const { planned, backedUp, filesEach } = sizes[bench.size];
  bench.say(`planning a night for ${planned} accounts`);
  const planning = await measurePlanning(`${bench.folder}/planned`, planned, bench.rounds);
  const retention = await measureRetention(planned, bench.rounds);
  const nights = await measureNight(bench, backedUp, filesEach);
  const night = median(nights.map(({ wallSeconds }) => wallSeconds));
  const limit = (value: number) => ({ name: 'at most', value }) as const;
  return {
    head: ['what', 'accounts', 'seconds'],
    rows: [
      ['planning a night', String(planned), planning.toFixed(2)],
      [`retention of ${pointsEach} points each`, String(planned), retention.toFixed(2)],
      [`a night, nothing changed, ${filesEach} files each`, String(backedUp), night.toFixed(1)],
    ],
    goals: [
      { text: 'planning a night for 5,000 accounts', measured: ofFull(bench, planning), limit: limit(1), unit: ' s' },
      { text: 'retention of 5,000 × 20', measured: ofFull(bench, retention), limit: limit(2), unit: ' s' },
      { text: 'a night over 1,000 unchanged accounts', measured: ofFull(bench, night), limit: limit(180), unit: ' s' },
    ],
    notes: [
      'planning is the real job: it reads the records of all accounts and puts the parts of the night into the queue',
    ],
    runs: { 'unchanged night': new Map([['larder', nights]]) },
  };
}

/** At another size the goals say nothing. */
function ofFull({ size }: Bench, seconds: number): number | undefined {
  return size === 'full' ? seconds : undefined;
}

async function measurePlanning(folder: string, accounts: number, rounds: number): Promise<number> {
  await mkdir(folder, { mode: 0o755 });
  const site = await openHistorySite(folder, accounts);
  const { records, panel, clock } = site.services;
  const now = clock.now();
  for (const [index, { generation }] of (await records.recordAccounts(await panel.listAccounts(), now)).entries()) {
    const startedAt = new Date(now.getTime() - 24 * hour);
    await records.addRun(runOf(generation, startedAt, index));
  }
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dueAt = new Date(now.getTime() + round * 1000).toISOString();
    const until = new Date(now.getTime() + 4.5 * hour).toISOString();
    const work = { schedule: 'nightly', does: 'backup', accounts: undefined, isSpread: true, dueAt, until } as const;
    taken.push(await timeInProcess(() => site.perform({ kind: 'scheduled-backup', ...work })));
  }
  const jobs = await site.services.jobs.list(serverWork.generation, 10_000);
  await site.close();
  if (jobs.length < rounds) throw new Error('no part of a night was put into the queue');
  return median(taken) / 1000;
}

function runOf(generation: Generation, startedAt: Date, index: number): RunRecord {
  return {
    generation,
    destination: 'local',
    kind: 'nightly',
    startedAt,
    finishedAt: new Date(startedAt.getTime() + (index % 40) * 250),
    snapshotId: parseSnapshotId('a'.repeat(64)),
    failureCode: undefined,
    filesTotal: 500,
    bytesTotal: 1e6 + index,
    bytesAdded: 0,
    skipped: 0,
  };
}

function measureRetention(accounts: number, rounds: number): Promise<number> {
  const now = Date.parse('2026-11-29T04:00:00Z');
  const calendar = openZoneCalendar('Europe/Athens');
  const ground = { policy: presets.policy, now, calendar, undoDays: 7 };
  const points = Array.from({ length: accounts }, (_, account) => pointsOf(account, now));
  const work = async (): Promise<void> => {
    const kept = points.reduce((sum, own) => sum + planRetention(own, ground).keep.length, 0);
    if (kept < accounts) throw new Error('the rules kept nothing');
    await Promise.resolve();
  };
  return inRounds(rounds, work);
}

async function inRounds(rounds: number, work: () => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await timeInProcess(work));
  return median(taken) / 1000;
}

function pointsOf(account: number, now: number): DatedPoint[] {
  return Array.from({ length: pointsEach }, (_, day) => ({
    id: `${account}-${day}`,
    time: now - day * 24 * hour - (account % 240) * 60_000,
    kind: 'nightly',
    isWhole: true,
    isPinned: false,
    proof: 'good',
  }));
}

async function measureNight(bench: Bench, count: number, filesEach: number): Promise<Measurement[]> {
  const accounts = await makeHomes(bench, count, filesEach);
  const keeper = createLarder('').employ({ folder: `${bench.folder}/larder`, accounts });
  await mkdir(keeper.folder, { mode: 0o755 });
  await runScript(await keeper.prepare(), bench.stage);
  await runScript(keeper.backUp(), bench.stage);
  const nights: Measurement[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.say(`night ${round} of ${bench.rounds}`);
    nights.push(await measureScript(keeper.backUp(), bench.stage));
  }
  return nights;
}

async function makeHomes(bench: Bench, count: number, filesEach: number): Promise<BackedUpAccount[]> {
  const homes = `${bench.folder}/homes`;
  const accounts = Array.from({ length: count }, (_, index) => {
    const name = `account${String(index).padStart(4, '0')}`;
    return { name, home: `${homes}/${name}`, uid: 20_001 + index };
  });
  bench.say(`making ${count} homes of ${filesEach} files`);
  await mkdir(homes, { mode: 0o755 });
  for (const { home } of accounts) await mkdir(home, { mode: 0o755 });
  const specs = accounts.map(({ home, uid, name }) => {
    return { folder: home, uid, seed: seedOf('large server', name), folders: 5, filesEach: filesEach / 5 };
  });
  await generate(
    specs.map((spec) => ({ name: 'small-files', spec })),
    bench.stage.signal,
  );
  return accounts;
}
