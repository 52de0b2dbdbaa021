import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { clockAhead, differences, makeSite, restoreWithRestic, type BackupSite } from '../../../support/backup-site.ts';
import { packsOf, type PackFile } from '../../../support/damage.ts';
import { pruneSite, thoroughLimits } from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

const clock = clockAhead(3600);

interface Loss {
  readonly title: string;
  /** Which backup stored what is lost. */
  readonly stored: 'first' | 'last';
  readonly type: PackFile['type'];
  /** What has to be read again. */
  readonly bytesRead: number;
}

/** The first night stores `old/a` and `old/b`, the last one `new/c`. Without the home's own tree nothing is known. */
const losses: readonly Loss[] = [
  { title: 'contents of an earlier night', stored: 'first', type: 'data', bytesRead: 3000 },
  { title: 'contents of the last night', stored: 'last', type: 'data', bytesRead: 4000 },
  { title: 'folders of an earlier night', stored: 'first', type: 'tree', bytesRead: 3000 },
  { title: 'folders of the last night, the home itself among them', stored: 'last', type: 'tree', bytesRead: 7000 },
];

suite('when a pack was lost and the index made anew, the next backup stores again what the home still has:', () => {
  for (const { title, stored, type, bytesRead } of losses) {
    for (const cache of ['kept', 'lost'] as const) {
      test(`${title}, the stat cache ${cache}`, async (t) => {
        const { site, packs, snapshots } = await makeTwoNights(t);
        for (const pack of packs[stored]) if (pack.type === type) rmSync(pack.file);
        site.restic('rebuild-index');
        if (cache === 'lost') rmSync(site.cacheFolder, { recursive: true });
        const healed = await site.backUp({ clock });
        assert.equal(healed.bytesRead, bytesRead, 'nothing else is read again');
        assert.deepEqual(differences(site.home, restoreWithRestic(site, healed.snapshotId)), []);
        site.restic('forget', snapshots[0] ?? ''); // how the home itself was then is nowhere any more
        assert.match(site.restic('check', '--read-data'), /no errors were found/);
        await isTrusted(site);
      });
    }
  }
});

test('what was lost and has changed or gone since stays lost in old restore points only', async (t) => {
  const { site, packs, snapshots } = await makeTwoNights(t);
  for (const pack of packs.first) rmSync(pack.file);
  site.restic('rebuild-index');
  rmSync(join(site.home, 'old/a'));
  writeFileSync(join(site.home, 'old/b'), 'another b');
  const next = await site.backUp({ clock });
  assert.deepEqual(differences(site.home, restoreWithRestic(site, next.snapshotId)), []);
  assert.throws(() => site.restic('check'), /ended with 1/);
  site.restic('forget', ...snapshots);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('a lost file that is deleted, and nothing else, leaves its folder', async (t) => {
  const { site, packs, snapshots } = await makeTwoNights(t);
  for (const pack of packs.first) if (pack.type === 'data') rmSync(pack.file);
  site.restic('rebuild-index');
  rmSync(join(site.home, 'old/b'));
  const next = await site.backUp({ clock });
  assert.deepEqual(differences(site.home, restoreWithRestic(site, next.snapshotId)), []);
  site.restic('forget', ...snapshots);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('a backup that is given up after damage was seen does not hide it from the next', async (t) => {
  const { site, packs } = await makeTwoNights(t);
  for (const pack of packs.first) if (pack.type === 'data') rmSync(pack.file);
  site.restic('rebuild-index');
  const { store } = watchStore(openLocalStore(site.location), (call) => {
    if (call.startsWith('write data/')) throw new Error('pulled out');
  });
  await assert.rejects(site.backUp({ clock, store }), /pulled out/);
  const healed = await site.backUp({ clock });
  assert.equal(healed.bytesRead, 3000);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, healed.snapshotId)), []);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('a folder whose tree cannot be read, though the index knows it, is walked again and fails no backup', async (t) => {
  const { site, packs } = await makeTwoNights(t);
  for (const pack of packs.first) if (pack.type === 'tree') rmSync(pack.file);
  rmSync(site.cacheFolder, { recursive: true });
  const next = await site.backUp({ clock });
  assert.equal(next.bytesRead, 3000);
});

test('index files that others add do not matter: the stat cache is trusted', async (t) => {
  const { site } = await makeTwoNights(t);
  const other = join(site.folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'x'), 'x'.repeat(5000));
  site.restic('backup', other);
  await isTrusted(site);
});

test('an index that was made anew with nothing lost costs one reading of trees, and of no file', async (t) => {
  const { site } = await makeTwoNights(t);
  site.restic('rebuild-index');
  const next = await site.backUp({ clock });
  assert.deepEqual([next.bytesRead, next.filesNew, next.filesChanged], [0, 0, 0]);
  await isTrusted(site);
});

test('after a prune the next backup reads no file, and the one after that no index', async (t) => {
  const { site, snapshots } = await makeTwoNights(t);
  site.restic('forget', snapshots[0] ?? '');
  await pruneSite(site, { limits: thoroughLimits });
  const next = await site.backUp({ clock });
  assert.equal(next.bytesRead, 0);
  await isTrusted(site);
});

test('the stat cache of a restore point that was forgotten, and not pruned, is trusted: all it stored is there', async (t) => {
  const { site, snapshots } = await makeTwoNights(t);
  site.restic('forget', ...snapshots);
  await isTrusted(site);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

interface TwoNights {
  readonly site: BackupSite;
  readonly packs: Readonly<Record<Loss['stored'], readonly PackFile[]>>;
  readonly snapshots: readonly string[];
}

async function makeTwoNights(t: TestContext): Promise<TwoNights> {
  const site = await makeSite(t);
  for (const folder of ['old', 'new']) mkdirSync(join(site.home, folder));
  writeFileSync(join(site.home, 'old/a'), 'a'.repeat(1000));
  writeFileSync(join(site.home, 'old/b'), 'b'.repeat(2000));
  const one = await site.backUp({ clock });
  const first = await allPacks(site);
  writeFileSync(join(site.home, 'new/c'), 'c'.repeat(4000));
  const two = await site.backUp({ clock });
  const seen = new Set(first.map(({ id }) => id));
  const last = (await allPacks(site)).filter(({ id }) => !seen.has(id));
  return { site, packs: { first, last }, snapshots: [one.snapshotId, two.snapshotId] };
}

async function allPacks(site: BackupSite): Promise<PackFile[]> {
  return [...(await packsOf(site, 'data')), ...(await packsOf(site, 'tree'))];
}

/** An unchanged night reads nothing: no file, no index, no pack; index files are listed once. */
async function isTrusted(site: BackupSite): Promise<void> {
  const { store, calls } = watchStore(openLocalStore(site.location));
  const { bytesRead } = await site.backUp({ clock, store });
  assert.equal(bytesRead, 0);
  assert.equal(readdirSync(site.cacheFolder).length, 1);
  assert.deepEqual(
    calls.filter((call) => !call.startsWith('write snapshots/')),
    ['read config', 'list index/'],
  );
}
