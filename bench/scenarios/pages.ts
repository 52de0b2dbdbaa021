import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSite } from '../../tests/support/web-site.ts';
import { median } from '../measure/median.ts';
import { openVisitor, type Visitor, type Weight } from '../measure/page.ts';
import { percentile95 } from '../measure/percentile.ts';
import { generate } from '../workload/generate.ts';
import { planLongFolder, planManyFiles } from '../workload/small-files.ts';
import { atMost } from '../measure/goal.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const sizes = {
  full: { files: 200_000, points: 90, tenants: 50, seconds: 60 },
  small: { files: 10_000, points: 4, tenants: 5, seconds: 10 },
} as const;
const changedShare = 0.005;
const looks = 41;
const plans = 11;
const firstLooks = 5;
/** For longer than this nothing is kept of a look at a folder. */
const keptMilliseconds = 10_500;
const rounds = 5;
/** Rare, frequent, nowhere, and as shells write them. */
const searches = ['file000123', '.txt', 'zzzqqq', '*.txt', 'file0001?3.txt'];
const firstPort = 18_300;
/** Between two clicks of one person. */
const thinks = { leastMilliseconds: 2000, mostMilliseconds: 6000 };

export const pages: Scenario = {
  name: 'pages',
  summary:
    'the pages over HTTP: a folder of 10,000 entries, names over 90 restore points of 200,000 files, a plan for 10,000 files, 50 customers at once',
  tools: ['larder'],
  diskBytes: { small: 1e9, full: 4e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const { files, points, tenants } = sizes[bench.size];
  const accounts = tenants + 1; // the third has no backup, and so nothing to look at
  const folder = `${bench.folder}/site`;
  mkdirSync(folder, { mode: 0o755 });
  bench.say(`${String(tenants)} customers`);
  const site = await WebSite.open(folder, firstPort, {}, accounts);
  try {
    const folderAndPlan = await measureFolder(site, bench);
    bench.say(`${String(points)} restore points of ${String(files)} files`);
    const names = await measureNames(site, bench);
    bench.say('all customers at once');
    const crowd = await measureCrowd(site, sizes[bench.size]);
    const weight = await (await visitorOf(site, 1)).weigh('/restore');
    return report({ ...folderAndPlan, names, crowd }, weight, bench);
  } finally {
    await site.close();
  }
}

async function visitorOf(site: WebSite, number: number): Promise<Visitor> {
  return openVisitor(site.url, await site.link(`u${String(number)}`));
}

async function measureFolder(site: WebSite, bench: Bench): Promise<Pick<Measured, 'folder' | 'first' | 'plan'>> {
  bench.say('a folder of 10,000 entries');
  await generate([{ name: 'small-files', spec: planLongFolder(site.home, 20_001) }], bench.stage.signal);
  await site.backUp('u1', undefined);
  const visitor = await visitorOf(site, 1);
  const address = Buffer.from('part0000').toString('base64url');
  const first: number[] = [];
  for (let look = 0; look < firstLooks; look += 1) {
    first.push(await visitor.page(`/restore?path=${address}`));
    await pause(keptMilliseconds);
  }
  const folder = await repeat(looks, (look) =>
    visitor.page(`/restore?path=${address}&page=${String((look % 50) + 1)}`),
  );
  rmSync(`${site.home}/part0000`, { recursive: true });
  bench.say('a plan for 10,000 files');
  const plan = await repeat(plans, () => visitor.form('/restore', { do: `bring:latest:${address}` }));
  return { folder, first, plan };
}

async function measureNames(site: WebSite, { size, stage }: Bench): Promise<number[]> {
  const { files, points } = sizes[size];
  const home = site.installation.homes[1] ?? '';
  const specs = planManyFiles(home, 20_002, files);
  await generate(
    specs.map((spec) => ({ name: 'small-files', spec })),
    stage.signal,
  );
  for (let point = 0; point < points; point += 1) {
    changeSome(home, files, point);
    await site.backUp('u2', undefined);
  }
  const visitor = await visitorOf(site, 2);
  await visitor.page('/restore?q=warm');
  const asked = Array.from({ length: rounds }, () => searches).flat();
  return repeat(asked.length, (index) => visitor.page(`/restore?q=${encodeURIComponent(asked[index] ?? '')}`));
}

/** As on a day: some files become longer. */
function changeSome(home: string, files: number, day: number): void {
  const each = files / 10_000;
  for (let index = 0; index < files * changedShare; index += 1) {
    const number = (index * 7919 + day * 104_729) % files;
    const [shelf, part, file] = [number % 10, Math.floor(number / 10) % each, Math.floor(number / 10 / each) % 1000];
    const name = `file${String(file).padStart(6, '0')}.txt`;
    appendFileSync(
      `${home}/shelf${String(shelf)}/part${String(part).padStart(4, '0')}/${name}`,
      `day ${String(day)}\n`,
    );
  }
}

interface CrowdSize {
  readonly tenants: number;
  readonly seconds: number;
}

/** Everybody looks at one page after the other, and thinks between. */
async function measureCrowd(site: WebSite, { tenants, seconds }: CrowdSize): Promise<number[]> {
  const visitors: Visitor[] = [];
  for (let number = 1; number <= tenants + 1; number += 1)
    if (number !== 3) visitors.push(await visitorOf(site, number));
  const until = performance.now() + seconds * 1000;
  const measured = await Promise.all(visitors.map((visitor, index) => stroll(visitor, index, until)));
  return measured.flat();
}

const web = Buffer.from('public_html').toString('base64url');
const ways = [
  '/restore',
  `/restore?path=${web}`,
  '/restore/month',
  '/schedule',
  '/restore?q=part',
  '/activity',
  '/downloads',
];

async function stroll(visitor: Visitor, number: number, until: number): Promise<number[]> {
  const times: number[] = [];
  const { leastMilliseconds, mostMilliseconds } = thinks;
  const spread = mostMilliseconds - leastMilliseconds;
  await pause((number * 997) % spread);
  for (let step = number; performance.now() < until; step += 1) {
    times.push(await visitor.page(ways[step % ways.length] ?? '/restore'));
    await pause(leastMilliseconds + ((step * 7919 + number * 997) % spread));
  }
  return times;
}

async function repeat(times: number, act: (index: number) => Promise<number>): Promise<number[]> {
  const measured: number[] = [];
  for (let index = 0; index < times; index += 1) measured.push(await act(index));
  return measured;
}

interface Measured {
  readonly folder: readonly number[];
  /** When nobody looked at it lately. */
  readonly first: readonly number[];
  readonly plan: readonly number[];
  readonly names: readonly number[];
  readonly crowd: readonly number[];
}

function report({ folder, first, plan, names, crowd }: Measured, weight: Weight, { size }: Bench): Report {
  const { tenants, files, points } = sizes[size];
  return {
    head: ['what', 'median', 'p95'],
    rows: [
      describe('folder of 10,000 entries, one page after the other', folder),
      describe('folder of 10,000 entries, not looked at lately', first),
      describe(`names over ${String(points)} restore points of ${String(files)} files`, names),
      describe('plan for 10,000 files', plan),
      describe(`a page, ${String(tenants)} customers at once (${String(crowd.length)} pages)`, crowd),
      ['Restore page, all compressed', `${(weight.bytes / 1000).toFixed(1)} kB`, `${String(weight.requests)} requests`],
      ['its script', `${(weight.scriptBytes / 1000).toFixed(1)} kB`, `${String(weight.blocking)} blocking`],
      ['its elements', String(weight.elements), ''],
    ],
    goals: [
      atMost('folder of 10,000 entries, p95', percentile95(folder), 100, ' ms'),
      atMost('name search, p95', percentile95(names), 300, ' ms'),
      atMost('plan for 10,000 files, p95', percentile95(plan), 2000, ' ms'),
      atMost(`a page with ${String(tenants)} customers at once, p95`, percentile95(crowd), 250, ' ms'),
      atMost('Restore page, first visit', weight.bytes / 1000, 60, ' kB'),
      atMost('script, gzip', weight.scriptBytes / 1000, 12, ' kB'),
      atMost('requests of a first visit', weight.requests, 6, ''),
    ],
    notes: [
      'from the request to the last byte, over loopback, signed in; worker, pages and this client on the same machine',
      'each customer thinks 2 to 6 seconds between two pages',
      'Lighthouse is not measured; what is blocking, the weight and the elements are what it looks at first',
    ],
    runs: {},
  };
}

function describe(what: string, milliseconds: readonly number[]): readonly string[] {
  return [what, `${median(milliseconds).toFixed(1)} ms`, `${percentile95(milliseconds).toFixed(1)} ms`];
}
