import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { ArchiveOrder, ArchivePool } from '../../../../plugin/contracts/archive-pool.ts';
import { ringBytes } from '../../../../plugin/engine/blob-ring.ts';
import { sealKeyBytes } from '../../../../plugin/engine/master-key.ts';
import { openArchiveThreads } from '../../../../plugin/platform/archive-threads.ts';
import { differences, makeSite, needsRoot, restoreWithRestic, type BackupSite } from '../../../support/backup-site.ts';
import { localPlace } from '../../../support/local-place.ts';
import { failsWith } from '../../../support/failures.ts';

test('a large backup is packed by both threads into a repository that restic finds whole', async (t) => {
  const site = await makeSite(t);
  const pool = openPool(t, 2);
  for (let round = 1; ; round++) {
    fillHome(site.home, 120);
    const outcome = await pool.run(orderOf(site), () => {}, signal);
    assert.equal(outcome.files, 120);
    assert.ok(outcome.bytesAdded >= 120_000_000, 'what the helper stored is counted');
    if (indexFiles(site) > round) break; // each thread that packed wrote an index of its own
    assert.ok(round < 5, 'the helper was five times too late to help');
  }
  assert.deepEqual(locks(site), []);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, 'latest')), []);
});

test('a thread alone backs up as two do', async (t) => {
  const site = await makeSite(t);
  fillHome(site.home, 12);
  const outcome = await openPool(t, 1).run(orderOf(site), () => {}, signal);
  assert.equal(indexFiles(site), 1);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, outcome.snapshotId)), []);
});

test('more accounts than threads are all backed up, one after another, and helpers change sides', async (t) => {
  const sites = [await makeSite(t), await makeSite(t), await makeSite(t), await makeSite(t)];
  const pool = openPool(t, 2);
  sites.forEach(({ home }, index) => fillHome(home, index === 3 ? 30 : 3));
  await Promise.all(sites.map((site) => pool.run(orderOf(site), () => {}, signal)));
  for (const site of sites) assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('an account that fails does not hinder the next one', async (t) => {
  const [bad, good] = [await makeSite(t), await makeSite(t)];
  fillHome(good.home, 10);
  const pool = openPool(t, 2);
  const failing = failsWith('home-unreadable', () => pool.run({ ...orderOf(bad), home: '/nowhere' }, () => {}, signal));
  await Promise.all([failing, pool.run(orderOf(good), () => {}, signal)]);
  assert.deepEqual(locks(bad), []);
  assert.match(good.restic('check', '--read-data'), /no errors were found/);
});

test(
  'a disk that is full fails the backup as such, whichever thread met it, and makes no restore point',
  { skip: needsRoot },
  async (t) => {
    const folder = (await makeSite(t)).folder;
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24M', 'tmpfs', disk]);
    try {
      const site = await makeSite(t, join(disk, 'repository'));
      fillHome(site.home, 4);
      const pool = openPool(t, 2);
      const kept = await pool.run(orderOf(site), () => {}, signal);
      fillHome(site.home, 60, 'more');
      await failsWith('no-space', () => pool.run(orderOf(site), () => {}, signal));
      assert.deepEqual(readdirSync(join(site.location, 'snapshots')), [kept.snapshotId]);
      assert.deepEqual(locks(site), []);
      assert.match(site.restic('check', '--read-data', '--no-lock'), /no errors were found/);
      assert.equal(site.restic('ls', '--no-lock', 'latest').match(/noise-/g)?.length, 4);
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);

test('a cancelled backup ends soon and makes no restore point', async (t) => {
  const site = await makeSite(t);
  mkdirSync(join(site.home, 'many'));
  writeFileSync(join(site.home, 'first'), 'one file with many names');
  for (let name = 0; name < 60_000; name++) linkSync(join(site.home, 'first'), join(site.home, `many/${name}`));
  const controller = new AbortController();
  const running = openPool(t, 2).run(orderOf(site), () => controller.abort(), controller.signal);
  await failsWith('cancelled', () => running);
  assert.deepEqual(await (await site.open()).listIds('snapshots'), []);
  assert.deepEqual(locks(site), []);
});

const { signal } = new AbortController();

function openPool(t: TestContext, size: number): ArchivePool {
  const pool = openArchiveThreads({
    script: new URL('../../../../plugin/main-archive-thread.ts', import.meta.url),
    size,
    ringBytes,
    programVersion: 'larder test',
  });
  t.after(() => pool.close());
  return pool;
}

function orderOf(site: BackupSite): ArchiveOrder {
  return {
    place: localPlace(site.location),
    masterKey: sealKeyBytes(site.masterKey),
    home: site.home,
    ownerUid: process.getuid?.() ?? 0,
    trustedUids: [],
    paths: [],
    tags: [],
    cacheFolder: site.cacheFolder,
  };
}

/** Files of 1 MB that nothing makes smaller. */
function fillHome(home: string, files: number, name = 'noise'): void {
  for (let file = 0; file < files; file++) writeFileSync(join(home, `${name}-${file}`), randomBytes(1_000_000));
}

const indexFiles = (site: BackupSite): number => readdirSync(join(site.location, 'index')).length;

const locks = (site: BackupSite): string[] => readdirSync(join(site.location, 'locks'));

test('a process waits for threads that still have something to say when they are closed', () => {
  const module = new URL('../../../../plugin/platform/archive-threads.ts', import.meta.url).href;
  const talking = `data:text/javascript,import { parentPort } from 'node:worker_threads';
    const talk = () => { for (let number = 0; number < 200; number += 1) parentPort.postMessage({ kind: 'helped' }); };
    parentPort.once('message', () => {
      parentPort.postMessage({ kind: 'done', outcome: {} });
      setInterval(talk, 0);
    });`;
  const script = `import { openArchiveThreads } from ${JSON.stringify(module)};
    const options = { script: new URL(${JSON.stringify(talking)}), size: 1, ringBytes: 8, programVersion: 'x' };
    const pool = openArchiveThreads(options);
    await pool.run({}, () => {}, new AbortController().signal);
    for (const begun = Date.now(); Date.now() - begun < 50; ); // what it says meanwhile has not been heard yet
    await pool.close();
    console.log('closed');`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(said, 'closed\n');
});
