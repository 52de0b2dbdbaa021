import { mkdir } from 'node:fs/promises';
import { openHistorySite, type HistorySite } from '../../tests/support/history-site.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generate, generateAccounts } from '../workload/generate.ts';
import { planLongFolder } from '../workload/small-files.ts';
import type { ArchivePool } from '../../plugin/contracts/archive-pool.ts';
import type { Bench } from './scenario.ts';

const looks = 21;
const days = 12;
const mostAccounts = 6;

export interface Marks {
  readonly plain: readonly number[];
  readonly marked: readonly number[];
}

/** Milliseconds of listing a folder of 10,000 entries, as a worker's reader does it: the repository is opened anew. */
export async function measureMarks(folder: string, signal: AbortSignal): Promise<Marks> {
  const site = await openSite(folder, 1);
  const spec = planLongFolder(site.homes[0] ?? '', 20_001);
  await generate([{ name: 'small-files', spec }], signal);
  await site.perform({ kind: 'backup', account: 'u1', paths: [], label: undefined });
  const look = async (marks: boolean): Promise<number> => {
    const path = Buffer.from('part0000').toString('base64');
    const startedAt = performance.now();
    const { entries } = await site.perform({ kind: 'browse', account: 'u1', point: 'latest', path, marks });
    const milliseconds = performance.now() - startedAt;
    if (entries.length !== spec.filesEach) throw new Error(`${String(entries.length)} entries were listed`);
    return milliseconds;
  };
  const marked: number[] = [];
  const plain: number[] = [];
  for (let number = 0; number < looks; number += 1) {
    plain.push(await look(false));
    marked.push(await look(true));
  }
  await site.close();
  return { plain, marked };
}

export interface NightShare {
  readonly without: readonly number[];
  readonly withCatalog: readonly number[];
  readonly unchanged: readonly number[];
}

/** Milliseconds of CPU of nights after a day of changes, in turn with and without the catalog. The first two do not count. */
export async function measureNightShare(folder: string, bench: Bench): Promise<NightShare> {
  const planned = planAccounts(`${folder}/homes`, bench.size).slice(0, mostAccounts);
  const site = await openSite(folder, planned.length);
  const accounts = planned.map((spec, index) => ({
    ...spec,
    name: `u${String(index + 1)}`,
    home: site.homes[index] ?? '',
  }));
  await generateAccounts(`${folder}/homes`, accounts, bench.stage.signal);
  await site.perform({ kind: 'nightly' });
  const share = { without: [] as number[], withCatalog: [] as number[], unchanged: [] as number[] };
  for (let day = 1; day <= days; day += 1) {
    await generate(
      accounts.map((account) => ({ name: 'day', account, day })),
      bench.stage.signal,
    );
    const isWith = day % 2 === 0;
    const spent = await nightOf(site, isWith);
    if (day > 2) (isWith ? share.withCatalog : share.without).push(spent);
    await catchUp(site, accounts);
    share.unchanged.push(await nightOf(site, true));
    await catchUp(site, accounts);
  }
  await site.close();
  return share;
}

async function openSite(folder: string, accounts: number): Promise<HistorySite> {
  await mkdir(folder, { mode: 0o755 });
  return openHistorySite(folder, accounts);
}

async function nightOf(site: HistorySite, isWith: boolean): Promise<number> {
  const before = process.cpuUsage();
  await site.perform({ kind: 'nightly' }, isWith ? {} : { archivers: withoutCatalog(site.services.archivers) });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Who asks brings the catalog in line, so that each measured night adds one day. */
async function catchUp(site: HistorySite, accounts: readonly { readonly name: string }[]): Promise<void> {
  for (const { name } of accounts) await site.perform({ kind: 'list', account: name });
}

function withoutCatalog(archivers: ArchivePool): ArchivePool {
  return {
    size: archivers.size,
    prepare: (orders) => archivers.prepare(orders),
    run: (order, onProgress, signal) => archivers.run({ ...order, catalog: undefined }, onProgress, signal),
    close: () => archivers.close(),
  };
}
