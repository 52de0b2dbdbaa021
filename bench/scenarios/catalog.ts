import { percentile95 } from '../measure/percentile.ts';
import { median } from '../measure/median.ts';
import { openCatalogs } from '../../plugin/database/catalog/open-catalogs.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import { writeHistory } from '../workload/catalog-history.ts';
import { measureMarks, measureNightShare } from './catalog-accounts.ts';
import type { Catalog } from '../../plugin/contracts/catalog.ts';
import { atMost } from '../measure/goal.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const sizes = {
  full: { files: 200_000, points: 90, changedShare: 0.01, addedShare: 0.005 },
  small: { files: 20_000, points: 90, changedShare: 0.01, addedShare: 0.005 },
} as const;
const rounds = 5;
/** Rare, frequent, nowhere, and as shells write them. */
const searches = ['1234', '.php', 'a', 'zzzqqq', '*.jpg', '*-12??.css', 'x*y*z*'];

export const catalog: Scenario = {
  name: 'catalog',
  summary:
    'names, versions and marks over 90 restore points of 200,000 files (small: 20,000), and what nights pay for it',
  tools: ['larder'],
  diskBytes: { small: 1e9, full: 2e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const asked = await askHistory(bench);
  bench.say('marks of 10,000 entries');
  const marks = await measureMarks(`${bench.folder}/marks`, bench.stage.signal);
  bench.say('nights with and without the catalog');
  const share = await measureNightShare(`${bench.folder}/nights`, bench);
  return {
    head: ['what', 'median ms', 'p95 ms'],
    rows: [
      ...asked.map(({ what, milliseconds }) => describe(what, milliseconds)),
      describe('list 10,000 entries', marks.plain),
      describe('list 10,000 entries with marks', marks.marked),
      describe('CPU of a night, without', share.without),
      describe('CPU of a night, with', share.withCatalog),
      describe('CPU of an unchanged night', share.unchanged),
    ],
    goals: [
      atMost(
        'name search, p95',
        percentile95(asked.filter(({ what }) => what.startsWith('find')).flatMap(({ milliseconds }) => milliseconds)),
        300,
        ' ms',
      ),
      atMost(
        'versions of a file, p95',
        percentile95(asked.filter(({ what }) => what === 'versions').flatMap(({ milliseconds }) => milliseconds)),
        30,
        ' ms',
      ),
      atMost('10,000 entries with marks, p95', percentile95(marks.marked), 100, ' ms'),
      {
        text: 'CPU that the catalog adds to a night with a day of changes',
        measured: (median(share.withCatalog) / median(share.without) - 1) * 100,
        limit: { name: 'at most', value: 10 },
        unit: ' %',
      },
    ],
    notes: [
      'each question opens the catalog anew; names are nearly all distinct, which is the worst case',
      'nights in this process: what starting a process takes would make the share smaller',
    ],
    runs: {},
  };
}

interface Asked {
  readonly what: string;
  readonly milliseconds: number[];
}

async function askHistory(bench: Bench): Promise<Asked[]> {
  const catalogs = openCatalogs(`${bench.folder}/catalog`);
  const generation = parseGeneration('ab'.repeat(16));
  const open = <Result>(work: (opened: Catalog) => Result): Result => {
    const opened = catalogs.open(generation);
    try {
      return work(opened);
    } finally {
      opened.close();
    }
  };
  bench.say(`a history of ${String(sizes[bench.size].points)} restore points`);
  const writing = catalogs.open(generation);
  await writeHistory(writing, sizes[bench.size]);
  writing.close();
  const some = open((opened) =>
    opened.find({ text: Buffer.from('-77.'), isPattern: false, point: undefined, limit: 1 }),
  );
  const path = some.names[0]?.path ?? [];
  const finds = searches.map((name) => ask(`find ${name}`, () => open((opened) => search(opened, name))));
  return [...finds, ask('versions', () => open((opened) => opened.history(path)))];
}

function search(opened: Catalog, name: string): unknown {
  return opened.find({ text: Buffer.from(name), isPattern: /[*?]/.test(name), point: undefined, limit: 100 });
}

function ask(what: string, work: () => unknown): Asked {
  const milliseconds = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return { what, milliseconds };
}

function describe(what: string, milliseconds: readonly number[]): readonly string[] {
  return [what, median(milliseconds).toFixed(2), percentile95(milliseconds).toFixed(2)];
}
