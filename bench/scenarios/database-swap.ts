import { mkdir } from 'node:fs/promises';
import { changeRestorer } from '../../tests/support/changed-restorer.ts';
import { startMariadb, type PrivateMariadb } from '../../tests/support/mariadb.ts';
import { makeDatabaseSite, type DatabaseSite } from '../../tests/support/restored-databases.ts';
import { atMost } from '../measure/goal.ts';
import { median } from '../measure/median.ts';
import { startReader, type ReaderFindings } from '../workload/site-reader.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const tableCount = 200;
const rowsEach = { small: 50, full: 5000 } as const;
const database = 'u1_shop';

export const databaseSwap: Scenario = {
  name: 'database-swap',
  summary: `a database of ${tableCount} tables replaced by its restore point while a site reads it`,
  tools: ['larder'],
  diskBytes: { small: 1e9, full: 4e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const mariadb = await startMariadb(['--innodb-buffer-pool-size=128M']);
  try {
    const folder = `${bench.folder}/site`;
    await mkdir(folder);
    mariadb.sql(`CREATE DATABASE ${database}; USE ${database}; ${tablesSql(rowsEach[bench.size])}`);
    const site = await makeDatabaseSite(folder, mariadb, [database]);
    try {
      await site.backUp();
      return report(await measure(bench, mariadb, site));
    } finally {
      await site.close();
    }
  } finally {
    await mariadb.stop();
  }
}

function tablesSql(rows: number): string {
  return Array.from(
    { length: tableCount },
    (_, index) => `CREATE TABLE t${index} (id INT PRIMARY KEY, v VARCHAR(200)) AS
      SELECT seq AS id, REPEAT(MD5(seq + ${index}), 5) AS v FROM seq_1_to_${rows};`,
  ).join('\n');
}

interface Swap {
  /** Milliseconds that the exchange took, and the longest that a query took while it went on. */
  readonly exchange: number;
  readonly stall: number;
  /** The longest of all queries while everything was loaded, and while nothing was restored. */
  readonly loadStall: number;
  readonly idleStall: number;
  readonly findings: ReaderFindings;
  /** What the server takes for the same change of names of as many tables, by its own client and with nobody on it. */
  readonly floor: number;
}

async function measure(bench: Bench, mariadb: PrivateMariadb, site: DatabaseSite): Promise<Swap[]> {
  const swaps: Swap[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.say(`swap ${round}`);
    mariadb.sql(`USE ${database}; UPDATE t1 SET v = 'changed' WHERE id = 1`);
    swaps.push({ ...(await swapOnce(mariadb, site)), floor: renameOnce(mariadb) });
  }
  return swaps;
}

/** Each name that changes is written to the server's log of definitions and waited for, whoever asks. */
function renameOnce(mariadb: PrivateMariadb): number {
  const numbers = Array.from({ length: tableCount }, (_, index) => index);
  const folders = ['bench_live', 'bench_new', 'bench_old'];
  mariadb.sql(folders.map((name) => `DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name};`).join(' '));
  const tables = ['bench_live', 'bench_new'].flatMap((name) => numbers.map((index) => `${name}.t${index}`));
  mariadb.sql(tables.map((table) => `CREATE TABLE ${table} (id INT PRIMARY KEY);`).join(' '));
  const moves = [
    ...numbers.map((index) => `bench_live.t${index} TO bench_old.t${index}`),
    ...numbers.map((index) => `bench_new.t${index} TO bench_live.t${index}`),
  ];
  const begun = performance.now();
  mariadb.sql(`RENAME TABLE ${moves.join(', ')}`);
  return performance.now() - begun;
}

async function swapOnce(mariadb: PrivateMariadb, site: DatabaseSite): Promise<Omit<Swap, 'floor'>> {
  const { plan } = await site.plan(database, { replace: true });
  const reader = await startReader({ socketPath: mariadb.socketPath, database, tableCount });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const times = { loading: Date.now(), exchanging: 0, done: 0 };
  const { services } = site.performing;
  await site.run(plan, undefined, {
    openRestorer: async (engine) => {
      const restorer = await services.openRestorer(engine);
      return changeRestorer(restorer, {
        async exchange(journal, signal) {
          times.exchanging = Date.now();
          const problems = await restorer.exchange(journal, signal);
          times.done = Date.now();
          return problems;
        },
      });
    },
  });
  const findings = await reader.stop();
  const longest = (from: number, to: number): number =>
    Math.max(
      0,
      ...findings.slow.filter(({ began, took }) => began < to && began + took > from).map(({ took }) => took),
    );
  return {
    exchange: times.done - times.exchanging,
    stall: longest(times.exchanging, times.done),
    loadStall: longest(times.loading, times.exchanging),
    idleStall: longest(0, times.loading),
    findings,
  };
}

function report(swaps: readonly Swap[]): Report {
  const problems = swaps.flatMap(({ findings }) => findings.problems);
  return {
    head: [
      'swap',
      'exchange ms',
      'worst stall ms',
      'RENAME alone ms',
      'worst while loading ms',
      'worst idle ms',
      'queries',
      'errors',
    ],
    rows: swaps.map(({ exchange, stall, floor, loadStall, idleStall, findings }, index) => [
      String(index + 1),
      ...[exchange, stall, floor, loadStall, idleStall].map((value) => value.toFixed(0)),
      String(findings.queries),
      String(findings.problems.length),
    ]),
    goals: [
      atMost('queries that failed', problems.length, 0, ''),
      atMost('the worst stall of a query', median(swaps.map(({ stall }) => stall)), 250, ' ms'),
      atMost(
        'the worst stall against the server’s own RENAME',
        median(swaps.map(({ stall, floor }) => stall / floor)),
        1.25,
        '×',
      ),
    ],
    notes: [
      `${tableCount} tables; stalls under 5 ms are shown as 0`,
      'RENAME alone: the same change of names by the stock client; the server waits for the disk five times for each name',
      ...problems.slice(0, 3),
    ],
    runs: {},
  };
}
