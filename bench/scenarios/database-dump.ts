import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { startMariadb, type PrivateMariadb } from '../../tests/support/mariadb.ts';
import { settle } from '../measure/disk.ts';
import { atLeast, atMost, ratio } from '../measure/goal.ts';
import { median } from '../measure/median.ts';
import { summarise, type Measurement } from '../measure/measurement.ts';
import { measureScript, runScript } from '../measure/run-script.ts';
import type { Command } from '../measure/script.ts';
import { larderProgram } from '../peers/larder.ts';
import type { BackedUpAccount, Keeper } from '../peers/tool.ts';
import { fillShop, smallTable, tenEdits } from '../workload/shop-database.ts';
import { employ, homesOf, makeHomes } from './keepers.ts';
import { inMebibytes, showRatio } from './report-runs.ts';
import { sumFileBytes } from './repository-bytes.ts';
import { readTableCounted, type CountedRead } from './read-stored-table.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const dumpBytes = { small: 40e6, full: 1e9 } as const;
const database = 'u1_shop';

export const databaseDump: Scenario = {
  name: 'database-dump',
  summary: 'a database dumped into a repository, ten rows of it edited, one table of it read',
  tools: ['larder', 'restic'],
  diskBytes: { small: 2e9, full: 20e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const mariadb = await startMariadb(['--innodb-buffer-pool-size=256M', '--innodb-log-file-size=128M']);
  try {
    bench.say(`filling ${database}, not measured`);
    mariadb.sql(`CREATE DATABASE ${database}`);
    await fillShop(mariadb.socketPath, database, dumpBytes[bench.size]);
    return await measure({ bench, mariadb, account: { name: 'u1', home: `${homesOf(bench)}/u1`, uid: 20_001 } });
  } finally {
    await mariadb.stop();
  }
}

interface Ground {
  readonly bench: Bench;
  readonly mariadb: PrivateMariadb;
  readonly account: BackedUpAccount;
}

const ways = ['larder', 'mariadb-dump | zstd -3 | restic', 'mydumper, restic', 'mariadb-dump into nothing'] as const;
type Way = (typeof ways)[number];

async function measure(ground: Ground): Promise<Report> {
  const { bench, account } = ground;
  await makeHomes([account]);
  const runs = new Map<Way, Measurement[]>(ways.map((way) => [way, []]));
  let larder = await employLarder(ground);
  let stored = 0;
  for (let round = 1; round <= bench.rounds; round += 1) {
    if (round > 1) larder = await employLarder(ground);
    runs.get('larder')?.push(await timed(ground, 'larder', [backUp(larder, account)]));
    stored = await sumFileBytes(larder.repositories);
    runs.get(ways[1])?.push(await timed(ground, ways[1], [await stockDump(ground, `zstd-${round}`, '| zstd -3')]));
    runs.get(ways[2])?.push(await timed(ground, ways[2], [await mydumper(ground, `mydumper-${round}`)]));
    runs.get(ways[3])?.push(await timed(ground, ways[3], [dumpIntoNothing(ground)]));
  }
  const zstdBytes = await countBytes(ground);
  const growth = await measureEdits(ground, larder);
  const read = await readTableCounted(larder, account, { database, table: smallTable });
  const memory = await measureMemory(ground);
  return report({ runs, stored, zstdBytes, growth, read, memory });
}

async function timed({ bench }: Ground, what: string, script: readonly Command[]): Promise<Measurement> {
  bench.say(what);
  await settle(bench.stage);
  return measureScript(script, bench.stage);
}

async function employLarder({ bench, mariadb, account }: Ground): Promise<Keeper> {
  const tool = bench.tools.find(({ name }) => name === 'larder');
  if (tool === undefined) throw new Error('Larder takes part');
  const keeper = await employ(tool, [account], bench);
  const accounts = JSON.parse(await readFile(`${keeper.folder}/accounts.json`, 'utf8')) as object[];
  const owning = accounts.map((each) => ({ ...each, databases: [database] }));
  await writeFile(`${keeper.folder}/accounts.json`, JSON.stringify(owning), { mode: 0o600 });
  const settings = await readFile(`${keeper.folder}/larder.toml`, 'utf8');
  const server = `[[databases]]\nengine = "mariadb"\nsocket = "${mariadb.socketPath}"\nuser = "root"\n`;
  await writeFile(`${keeper.folder}/larder.toml`, settings + server);
  return keeper;
}

function backUp({ folder }: Keeper, { name }: BackedUpAccount): Command {
  return {
    words: [larderProgram, '--account', name, 'backup', '--only', 'databases'],
    environment: { LARDER_CONFIG: `${folder}/larder.toml` },
  };
}

/** As a shell has it, with the dump's own options as administrators give them. */
const dump = 'mariadb-dump --no-defaults -uroot "-S$1" --single-transaction --quick --hex-blob';

async function stockDump(ground: Ground, name: string, filter: string): Promise<Command> {
  const environment = await makeRestic(ground, name);
  const text = `set -o pipefail; ${dump} "$2" ${filter} | restic --quiet backup --stdin --stdin-filename shop.sql`;
  return { words: ['bash', '-c', text, 'bash', ground.mariadb.socketPath, database], environment };
}

/** What the server and its client take, whatever is done with the rows. */
function dumpIntoNothing({ mariadb }: Ground): Command {
  return { words: ['bash', '-c', `${dump} "$2" > /dev/null`, 'bash', mariadb.socketPath, database] };
}

async function mydumper(ground: Ground, name: string): Promise<Command> {
  const environment = await makeRestic(ground, name);
  const text = 'mydumper --user root -S "$1" -B "$2" -t 2 -o "$3" && restic --quiet backup "$3"';
  const into = `${ground.bench.folder}/${name}-files`;
  return { words: ['bash', '-c', text, 'bash', ground.mariadb.socketPath, database, into], environment };
}

async function makeRestic({ bench }: Ground, name: string): Promise<Record<string, string>> {
  const folder = `${bench.folder}/restic-${name}`;
  await mkdir(folder, { recursive: true });
  const environment = {
    RESTIC_REPOSITORY: `${folder}/repository`,
    RESTIC_PASSWORD: 'bench only, no secret',
    RESTIC_CACHE_DIR: `${folder}/cache`,
  };
  await runScript([{ words: ['restic', '--quiet', 'init'], environment }], bench.stage);
  return environment;
}

/** Of the whole dump as `zstd -3` makes it. */
async function countBytes({ mariadb }: Ground): Promise<number> {
  const words = ['-c', `set -o pipefail; ${dump} "$2" | zstd -3 | wc -c`, 'bash', mariadb.socketPath, database];
  return Number((await promisify(execFile)('bash', words)).stdout.trim());
}

interface Growth {
  readonly larder: number;
  readonly restic: number;
}

/** What ten edited rows add, the median of the rounds. */
async function measureEdits(ground: Ground, larder: Keeper): Promise<Growth> {
  const { bench, mariadb, account } = ground;
  const stock = await stockDump(ground, 'plain', '');
  const repository = stock.environment?.['RESTIC_REPOSITORY'] ?? '';
  await runScript([stock], bench.stage);
  const grown = { larder: [] as number[], restic: [] as number[] };
  for (let day = 1; day <= bench.rounds; day += 1) {
    mariadb.sql(`USE ${database}; ${tenEdits(day)}`);
    const before = { larder: await sumFileBytes(larder.repositories), restic: await sumFileBytes(repository) };
    await runScript([backUp(larder, account), stock], bench.stage);
    grown.larder.push((await sumFileBytes(larder.repositories)) - before.larder);
    grown.restic.push((await sumFileBytes(repository)) - before.restic);
  }
  return { larder: median(grown.larder), restic: median(grown.restic) };
}

/** In a run of its own: pages that processes share are counted once, which takes time. */
async function measureMemory(ground: Ground): Promise<number> {
  const keeper = await employLarder(ground);
  return (await measureScript([backUp(keeper, ground.account)], ground.bench.stage, 'proportional')).treeBytes;
}

interface Found {
  readonly runs: ReadonlyMap<Way, readonly Measurement[]>;
  readonly stored: number;
  readonly zstdBytes: number;
  readonly growth: Growth;
  readonly read: CountedRead;
  readonly memory: number;
}

function report({ runs, stored, zstdBytes, growth, read, memory }: Found): Report {
  const wall = (way: Way): number => summarise(runs.get(way) ?? []).wallSeconds;
  const rows = ways.map((way) => {
    const { wallSeconds, cpuSeconds, largestBytes } = summarise(runs.get(way) ?? []);
    return [
      way,
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      inMebibytes(largestBytes),
      showRatio(ratio(wallSeconds, wall('larder'))),
    ];
  });
  const megabytes = (bytes: number): number => bytes / 1e6;
  return {
    head: ['first dump', 'wall s', 'CPU s', 'largest process MiB', 'wall / larder'],
    rows,
    goals: [
      atLeast('mariadb-dump | zstd -3 | restic takes longer than larder', ratio(wall(ways[1]), wall('larder')), 1.5),
      atLeast('mydumper and restic take longer than larder', ratio(wall(ways[2]), wall('larder')), 1),
      atMost('ten edited rows store', megabytes(growth.larder), 1, ' MB'),
      atMost('the first dump against zstd -3 of it', ratio(stored, zstdBytes), 1.12, '×'),
      atMost('one table of 1 MB reads of the repository', megabytes(read.bytes), 2, ' MB'),
      atMost('one table of 1 MB takes', read.milliseconds, 300, ' ms'),
      atMost('memory of all processes', memory / 2 ** 20, 200, ' MiB'),
    ],
    notes: [
      `ten edited rows: larder ${megabytes(growth.larder).toFixed(2)} MB, restic with the stock dump ${megabytes(growth.restic).toFixed(2)} MB`,
      `the first dump: larder ${megabytes(stored).toFixed(1)} MB, zstd -3 ${megabytes(zstdBytes).toFixed(1)} MB`,
      `the table: ${read.rows} bytes of SQL, ${read.requests} reads, the repository opened anew`,
      'the server’s own CPU time is in none of the rows, and is as much in each',
      `the server and mariadb-dump alone: ${showRatio(ratio(wall(ways[3]), wall('larder')))} of what larder takes`,
    ],
    runs: {
      'first dump': new Map([
        ['larder', runs.get('larder') ?? []],
        ['restic', runs.get(ways[1]) ?? []],
      ]),
    },
  };
}
