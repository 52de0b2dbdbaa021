import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connectWorker } from '../../plugin/main-connect.ts';
import type { JobLine } from '../../plugin/protocol/jobs.ts';
import type { Answer, Performer, Request } from '../../plugin/protocol/requests.ts';
import { hasMariadb, startMariadb } from '../../tests/support/mariadb.ts';
import { atMost } from '../measure/goal.ts';
import { median } from '../measure/median.ts';
import { runScript } from '../measure/run-script.ts';
import { createLarder } from '../peers/larder.ts';
import { startWorker, stopWorker } from '../peers/worker.ts';
import { generate } from '../workload/generate.ts';
import { seedOf } from '../workload/random.ts';
import { homesOf, makeHomes } from './keepers.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const sizes = { small: { waiting: 40, asks: 3 }, full: { waiting: 1000, asks: 20 } } as const;
const filesOfEach = 50;
const limitJobs = 1;

/** Two of them, so that both slots for large jobs are taken whenever the third account asks. */
const busyNames = ['busy01', 'busy02'];
const patientName = 'patient';

export const queue: Scenario = {
  name: 'queue',
  summary: 'how many of the 1,000 jobs that two accounts have waiting begin before the one that a third asks for',
  tools: [],
  diskBytes: { small: 1e9, full: 2e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  await makeAccounts(bench);
  const sqlite = await measure('SQLite', 'sqlite:metadata.db', bench);
  return report(bench, [sqlite, ...(await measureMariadb(bench))]);
}

/** Nothing where it is not installed: then its goal is shown as not measured. */
async function measureMariadb(bench: Bench): Promise<Delays[]> {
  if (!hasMariadb) return [];
  const server = await startMariadb();
  try {
    server.sql('CREATE DATABASE larder');
    return [await measure('MariaDB', `mysql://root@localhost/larder?socketPath=${server.socketPath}`, bench)];
  } finally {
    await server.stop();
  }
}

interface Delays {
  readonly metadata: string;
  /** Jobs of one busy account that waited when the patient one first asked; the fewer of the two. */
  readonly waiting: number;
  /** For each time it asked: jobs of one busy account that began meanwhile; the more of the two. */
  readonly begunBefore: readonly number[];
  /** For each time it asked: how long it waited. */
  readonly waitedMilliseconds: readonly number[];
  /** How long jobs of busy accounts took. */
  readonly jobMilliseconds: readonly number[];
}

async function measure(metadata: string, url: string, bench: Bench): Promise<Delays> {
  const folder = `${bench.folder}/${metadata}`;
  await install(folder, url, bench);
  const worker = await startWorker(folder);
  try {
    return { metadata, ...(await askAmongMany(folder, bench, metadata)) };
  } finally {
    await stopWorker(worker);
  }
}

async function askAmongMany(folder: string, bench: Bench, metadata: string): Promise<Omit<Delays, 'metadata'>> {
  const connection = await connectWorker(`${folder}/run`, process.getuid?.() ?? 0);
  if (connection === undefined) throw new Error('the worker does not answer');
  const ask = asker(connection.performer, bench.stage.signal);
  const { waiting, asks } = sizes[bench.size];
  try {
    bench.say(`${metadata}: ${String(waiting)} jobs for each of two accounts`);
    for (let number = 0; number < waiting; number += 1) {
      for (const name of busyNames) await ask<'enqueue'>({ kind: 'enqueue', work: backupOf(name) });
    }
    bench.say(`${metadata}: the third account asks ${String(asks)} times`);
    for (let number = 0; number < asks; number += 1) await ask<'backup'>(backupOf(patientName));
    const list = async (account: string, limit: number): Promise<readonly JobLine[]> =>
      (await ask<'jobs'>({ kind: 'jobs', account, limit })).jobs;
    return compare(await list(patientName, asks), await Promise.all(busyNames.map((name) => list(name, waiting))));
  } finally {
    connection.close();
  }
}

type Ask = <Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>) => Promise<Answer<Kind>>;

function asker(performer: Performer, signal: AbortSignal): Ask {
  return (request) => performer.perform(request, () => {}, signal);
}

function backupOf(account: string): Extract<Request, { kind: 'backup' }> {
  return { kind: 'backup', account, paths: [], label: undefined };
}

/** All times are the metadata database's. */
function compare(patient: readonly JobLine[], busy: readonly (readonly JobLine[])[]): Omit<Delays, 'metadata'> {
  const asked = patient.map(({ createdAt, startedAt }) => ({ at: Date.parse(createdAt), begunAt: timeOf(startedAt) }));
  const begun = busy.map((jobs) => jobs.map(({ startedAt }) => timeOf(startedAt)));
  const firstAt = Math.min(...asked.map(({ at }) => at));
  return {
    waiting: Math.min(...begun.map((times) => times.filter((time) => time > firstAt).length)),
    begunBefore: asked.map(({ at, begunAt }) => {
      return Math.max(...begun.map((times) => times.filter((time) => time > at && time <= begunAt).length));
    }),
    waitedMilliseconds: asked.map(({ at, begunAt }) => begunAt - at),
    jobMilliseconds: busy.flat().flatMap(({ startedAt, finishedAt }) => {
      return finishedAt === undefined ? [] : [timeOf(finishedAt) - timeOf(startedAt)];
    }),
  };
}

/** A job that has not begun yet begins after all others. */
function timeOf(iso: string | undefined): number {
  return iso === undefined ? Infinity : Date.parse(iso);
}

async function makeAccounts(bench: Bench): Promise<void> {
  const accounts = accountsOf(bench);
  await makeHomes(accounts);
  const works = accounts.map(({ name, home, uid }) => {
    const spec = { folder: home, uid, seed: seedOf('queue', name), folders: 1, filesEach: filesOfEach };
    return { name: 'small-files' as const, spec };
  });
  await generate(works, bench.stage.signal);
}

function accountsOf(bench: Bench) {
  const own = process.getuid?.() ?? 0;
  return [...busyNames, patientName].map((name, index) => {
    return { name, home: `${homesOf(bench)}/${name}`, uid: own === 0 ? 20_001 + index : own };
  });
}

async function install(folder: string, url: string, bench: Bench): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  const script = await createLarder('')
    .employ({ folder, accounts: accountsOf(bench) })
    .prepare();
  const file = `${folder}/larder.toml`;
  await writeFile(file, (await readFile(file, 'utf8')).replace('sqlite:metadata.db', url));
  await runScript(script, bench.stage);
}

function report(bench: Bench, all: readonly Delays[]): Report {
  const isFull = bench.size === 'full';
  return {
    head: ['metadata', 'jobs waiting of each', 'times asked', 'begun before, most', 'waited ms, median', 'a job ms'],
    rows: all.map(describe),
    goals: ['SQLite', 'MariaDB'].map((metadata) => {
      const found = all.find((delays) => delays.metadata === metadata);
      const most = found === undefined || !isFull ? undefined : Math.max(...found.begunBefore);
      return atMost(`jobs of a busy account that delay another's, ${metadata}`, most, limitJobs, '');
    }),
    notes: [
      'a worker and its processes as they are: each job is a backup of a whole home of 50 files',
      'counted by the database: jobs of one busy account (the more of two) begun after the third one asked, until its began',
    ],
    runs: {},
  };
}

function describe({ metadata, waiting, begunBefore, waitedMilliseconds, jobMilliseconds }: Delays): readonly string[] {
  return [
    metadata,
    String(waiting),
    String(begunBefore.length),
    String(Math.max(...begunBefore)),
    median(waitedMilliseconds).toFixed(0),
    median(jobMilliseconds).toFixed(0),
  ];
}
