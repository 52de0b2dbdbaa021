import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { addS3 } from '../../tests/support/copy-site.ts';
import { startFaultProxy, type FaultProxy } from '../../tests/support/fault-proxy.ts';
import { startRadosgw, type PrivateRadosgw } from '../../tests/support/radosgw.ts';
import { makeBucket } from '../../tests/support/s3-destination.ts';
import { calmDown, countFiles, employ, homesOf, makeHomes, makeOwnedFolder } from './keepers.ts';
import { atLeast, atMost, ratio } from '../measure/goal.ts';
import { summarise, type Measurement } from '../measure/measurement.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import { intoFile, type Command } from '../measure/script.ts';
import { larderProgram } from '../peers/larder.ts';
import { planArchivedAccount } from '../workload/account-spec.ts';
import { generate, generateAccounts } from '../workload/generate.ts';
import { planManyFiles } from '../workload/small-files.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const archives: Scenario = {
  name: 'archives',
  summary:
    'an account of 50,000 files and 2 GB (small: 80 MB) archived to S3 on this machine; the next day; one file back',
  tools: ['larder'],
  diskBytes: { small: 1e9, full: 20e9 },
  run,
};

const bucket = 'archives';
const smallFiles = { full: 20_000, small: 10_000 } as const;

interface Ground {
  readonly bench: Bench;
  readonly account: { readonly name: string; readonly home: string; readonly uid: number };
  /** Larder's own folder. */
  readonly folder: string;
}

async function run(bench: Bench): Promise<Report> {
  const server = await startRadosgw();
  const proxy = await startFaultProxy(server.port);
  try {
    await makeBucket(server, bucket);
    const ground = await prepare(server, bench);
    const runs = await measureRounds(ground);
    await changeEndpoint(ground, server.endpoint, proxy.endpoint);
    return report(ground, runs, await bringOneBack(ground, proxy));
  } finally {
    await proxy.close();
    await server.stop();
  }
}

async function prepare(server: PrivateRadosgw, bench: Bench): Promise<Ground> {
  const sites = planArchivedAccount(homesOf(bench), bench.size);
  const { name, uid } = sites[0] ?? { name: '', uid: 0 };
  const account = { name, uid, home: `${homesOf(bench)}/${name}` };
  await makeHomes([account]);
  await generateAccounts(homesOf(bench), sites, bench.stage.signal);
  const pieces = planManyFiles(account.home, uid, smallFiles[bench.size]);
  await generate(
    pieces.map((spec) => ({ name: 'small-files', spec })),
    bench.stage.signal,
  );
  const tool = bench.tools.find((one) => one.name === 'larder');
  if (tool === undefined) throw new Error('Larder takes part');
  const { folder } = await employ(tool, [account], bench);
  addS3(server, folder, ['role = "archives"', `bucket = "${bucket}"`]);
  return { bench, account, folder };
}

async function changeEndpoint({ folder }: Ground, from: string, to: string): Promise<void> {
  const file = `${folder}/larder.toml`;
  await writeFile(file, (await readFile(file, 'utf8')).replace(`endpoint = "${from}"`, `endpoint = "${to}"`));
}

interface Kept {
  readonly full: Measurement[];
  readonly differential: Measurement[];
  readonly zip: Measurement[];
  readonly fullBytes: number[];
  readonly differentialBytes: number[];
}

async function measureRounds(ground: Ground): Promise<Kept> {
  const { bench, account } = ground;
  const kept: Kept = { full: [], differential: [], zip: [], fullBytes: [], differentialBytes: [] };
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.say(`full archive ${String(round)}`);
    const full = await archived(ground, ['--full']);
    kept.full.push(full.measurement);
    kept.fullBytes.push(full.storedBytes);
    bench.say(`zip -r ${String(round)}`);
    const file = `${bench.folder}/peer.zip`;
    await rm(file, { force: true });
    await calmDown(account.home, bench);
    kept.zip.push(await measureScript([{ words: ['zip', '-q', '-r', file, account.home] }], bench.stage));
    bench.say(`differential archive ${String(round)}`);
    const differential = await archived(ground, []);
    kept.differential.push(differential.measurement);
    kept.differentialBytes.push(differential.storedBytes);
  }
  return kept;
}

async function archived(
  { bench, account, folder }: Ground,
  words: readonly string[],
): Promise<{ measurement: Measurement; storedBytes: number }> {
  await calmDown(account.home, bench);
  const answer = `${folder}/answer.json`;
  const archive = larder(folder, '--account', account.name, 'archive', ...words, '--json');
  const measurement = await measureScript([intoFile(archive, answer)], bench.stage);
  const told = JSON.parse(await readFile(answer, 'utf8')) as { archives: { storedBytes: number }[] };
  return { measurement, storedBytes: told.archives[0]?.storedBytes ?? Number.NaN };
}

function larder(folder: string, ...words: readonly string[]): Command {
  return { words: [larderProgram, ...words], environment: { LARDER_CONFIG: `${folder}/larder.toml` } };
}

interface Brought {
  readonly reads: number;
  readonly bytesMore: number;
}

/** One small file out of the full archive that the last differential one stands on. */
async function bringOneBack({ bench, account, folder }: Ground, proxy: FaultProxy): Promise<Brought> {
  bench.say('one file');
  const path = 'shelf3/part0000/file000500.txt';
  const into = `${bench.folder}/one-file`;
  await makeOwnedFolder(into, account);
  proxy.takeRequests();
  proxy.takeAnswerBytes();
  const words = ['restore', path, '--at', 'latest', '--to', into, '--from', 'archives'];
  await runScript([larder(folder, '--account', account.name, ...words)], bench.stage);
  const requests = proxy.takeRequests();
  const bytes = proxy.takeAnswerBytes();
  const file = await onlyFile(into);
  const wanted = await readFile(`${account.home}/${path}`);
  if (!(await readFile(file)).equals(wanted)) throw new Error('another file came back');
  for (const line of requests) bench.say(line);
  return { reads: requests.length, bytesMore: bytes - wanted.length };
}

async function onlyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const [file, ...more] = entries.filter((entry) => entry.isFile());
  if (file === undefined || more.length > 0) throw new Error('not one file came back');
  return `${file.parentPath}/${file.name}`;
}

async function report({ bench, account }: Ground, kept: Kept, one: Brought): Promise<Report> {
  const wall = (list: readonly Measurement[]): number => summarise(list).wallSeconds;
  const row = (what: string, list: readonly Measurement[], bytes: number): string[] => {
    const { wallSeconds, cpuSeconds, largestBytes, treeBytes } = summarise(list);
    const memory = [largestBytes, treeBytes].map((size) => (size / 2 ** 20).toFixed(0));
    return [what, wallSeconds.toFixed(2), cpuSeconds.toFixed(2), ...memory, (bytes / 1e6).toFixed(1)];
  };
  const [full = Number.NaN] = kept.fullBytes;
  const largest = Math.max(...kept.differentialBytes);
  const zipBytes = (await stat(`${bench.folder}/peer.zip`)).size;
  return {
    head: ['what', 'wall s', 'CPU s', 'largest process MiB', 'all processes MiB', 'MB'],
    rows: [
      row('larder archive --full, sealed, to S3', kept.full, full),
      row('zip -r to the disk, open', kept.zip, zipBytes),
      row('larder archive, nothing changed', kept.differential, largest),
      ['one file back', '', '', '', '', `${String(one.reads)} requests, ${(one.bytesMore / 1e6).toFixed(2)} MB more`],
    ],
    goals: [
      atLeast("larder's speed against zip -r", ratio(wall(kept.zip), wall(kept.full)), 1),
      atMost(
        'memory of a full archive',
        Math.max(...kept.full.map(({ treeBytes }) => treeBytes)) / 2 ** 20,
        300,
        ' MiB',
      ),
      atMost('differential of the full', (100 * largest) / full, 2, ' %'),
      atLeast('a differential is quicker', ratio(wall(kept.full), wall(kept.differential)), 10),
      atMost('requests for one file, the list of archives with it', one.reads, 3, ''),
      atMost('bytes beyond the file', one.bytesMore / 1e6, 1, ' MB'),
    ],
    notes: [
      `${account.name}: ${String(await countFiles(account.home))} files`,
      'the S3 server is radosgw on the same machine, and shares its two cores',
    ],
    runs: { full: new Map([['larder', kept.full]]), differential: new Map([['larder', kept.differential]]) },
  };
}
