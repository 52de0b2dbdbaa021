import { settle, warmUp } from '../measure/disk.ts';
import { median } from '../measure/median.ts';
import { runScript } from '../measure/run-script.ts';
import { generate } from '../workload/generate.ts';
import { planLongFolder } from '../workload/small-files.ts';
import { timeInProcess } from './in-process.ts';
import { employ, homesOf, makeHomes } from './keepers.ts';
import type { Keeper } from '../peers/tool.ts';
import type { OpenPoint } from './in-process.ts';
import type { BackedUpAccount } from '../peers/tool.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const entries = 10_000;
const looks = 41;

/** Each look opens the repository anew, so that nothing of the folder is in memory yet; opening is timed by itself. */
export function createListFolder(openPoint: OpenPoint): Scenario {
  return {
    name: 'list-folder',
    summary: 'a folder of 10,000 entries listed from a restore point, in process',
    tools: ['larder'],
    diskBytes: { small: 1e9, full: 1e9 },
    run: (bench) => run(bench, openPoint),
  };
}

async function run(bench: Bench, openPoint: OpenPoint): Promise<Report> {
  const account = { name: 'account01', uid: 20_001, home: `${homesOf(bench)}/account01` };
  await makeHomes([account]);
  await generate([{ name: 'small-files', spec: planLongFolder(account.home, account.uid) }], bench.stage.signal);
  const tool = bench.tools[0];
  const looked =
    tool === undefined ? undefined : await lookOften(await employ(tool, [account], bench), account, bench, openPoint);
  return {
    head: ['what', 'median ms', 'min-max'],
    rows: looked === undefined ? [] : describeAll(looked),
    goals: [
      {
        text: `a folder of ${String(entries)} entries listed`,
        measured: looked === undefined ? undefined : median(looked.listings),
        limit: { name: 'at most', value: 20 },
        unit: ' ms',
      },
    ],
    notes: [`${String(looks)} looks, the repository opened anew for each; before the first nothing was compiled`],
    runs: {},
  };
}

function describeAll({ openings, listings }: Looked): readonly (readonly string[])[] {
  const first = describe('list, the first', listings.slice(0, 1));
  return [describe('open', openings), describe('list', listings), first];
}

interface Looked {
  readonly openings: number[];
  readonly listings: number[];
}

async function lookOften(
  keeper: Keeper,
  account: BackedUpAccount,
  bench: Bench,
  openPoint: OpenPoint,
): Promise<Looked> {
  await runScript(keeper.backUp(), bench.stage);
  await warmUp(keeper.repositories, bench.stage);
  await settle(bench.stage);
  const looked: Looked = { openings: [], listings: [] };
  for (let look = 0; look < looks; look += 1) await lookOnce(looked, () => openPoint(keeper, account));
  return looked;
}

async function lookOnce({ openings, listings }: Looked, open: () => ReturnType<OpenPoint>): Promise<void> {
  const startedAt = performance.now();
  const point = await open();
  openings.push(performance.now() - startedAt);
  const listed = async (): Promise<void> => {
    const found = await point.listFolder('part0000');
    if (found !== entries) throw new Error(`${String(found)} entries were listed, not ${String(entries)}`);
  };
  listings.push(await timeInProcess(listed));
  await point.close();
}

function describe(what: string, milliseconds: readonly number[]): readonly string[] {
  const range = `${Math.min(...milliseconds).toFixed(2)}-${Math.max(...milliseconds).toFixed(2)}`;
  return [what, median(milliseconds).toFixed(2), range];
}
