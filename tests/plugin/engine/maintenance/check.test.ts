import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { Failure } from '../../../../plugin/domain/failure.ts';
import type { BackupSite } from '../../../support/backup-site.ts';
import { change, find, firstFile, flipBit, kinds, largestPack, packsOf, siteOfDays } from '../../../support/damage.ts';
import { failsWith } from '../../../support/failures.ts';
import { checkSite, snapshotIds } from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

/** Every file that no finding names is restored by stock restic as it was. */
function othersAreReadable(site: BackupSite, snapshot: string, lost: readonly string[]): void {
  for (const name of ['web/page-1.php', 'web/page-39.php', 'web/img/3.jpg', 'mail/large.mbox']) {
    if (lost.some((shown) => `/files/${name}`.startsWith(shown))) continue;
    assert.notEqual(site.restic('dump', snapshot, `/files/${name}`), '');
  }
}

test('a whole repository has no finding, read in full or not', async (t) => {
  const site = await siteOfDays(t);
  const quick = await checkSite(site);
  assert.deepEqual([quick.points, quick.bytesRead, quick.damage, quick.hints], [3, 0, [], []]);
  const full = await checkSite(site, true);
  assert.deepEqual([full.points, full.damage, full.hints], [3, [], []]);
  const stored = [...(await packsOf(site, 'data')), ...(await packsOf(site, 'tree'))];
  assert.deepEqual([full.packs, full.bytesRead], [stored.length, stored.reduce((sum, { size }) => sum + size, 0)]);
});

test('what stock restic wrote is as whole to us', async (t) => {
  const site = await siteOfDays(t, 1);
  site.restic('backup', site.home);
  const { points, damage, hints } = await checkSite(site, true);
  assert.deepEqual({ points, damage, hints }, { points: 2, damage: [], hints: [] });
});

suite('damage is found, named with what it costs, and everything else is still readable', () => {
  test('a flipped bit in a pack of data, when packs are read', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largestPack(site, 'data');
    change(pack.file, flipBit(1000));
    assert.deepEqual((await checkSite(site)).damage, []);
    const { damage } = await checkSite(site, true);
    assert.deepEqual(kinds(damage), ['damaged-blob', 'damaged-pack']);
    const blob = find(damage, 'damaged-blob');
    const whole = find(damage, 'damaged-pack');
    assert.equal(whole.object, `pack ${pack.id}`);
    assert.ok(
      blob.points.length > 0 && blob.paths.length > 0 && blob.paths.every((shown) => shown.startsWith('/files/')),
    );
    assert.deepEqual([whole.points, whole.paths], [blob.points, blob.paths]);
    othersAreReadable(site, blob.points[0] ?? '', blob.paths);
  });

  test('a flipped bit in a pack of trees, with the folders below it', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largestPack(site, 'tree');
    change(pack.file, flipBit(-300));
    const { damage } = await checkSite(site, true);
    const finding = damage.find(({ kind }) => kind === 'damaged-tree' || kind === 'damaged-pack');
    assert.match(finding?.object ?? '', /^(?:pack|tree) [0-9a-f]{64}$/);
    change(pack.file, flipBit(-300));
    assert.deepEqual((await checkSite(site, true)).damage, []);
    change(pack.file, flipBit(20));
    const again = find((await checkSite(site)).damage, 'damaged-tree');
    assert.deepEqual(again.points, await snapshotIds(site));
    assert.ok(again.paths.length > 0 && again.paths.every((shown) => shown.endsWith('/')));
  });

  test('a flipped bit in the header of a pack, which costs nothing yet', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largestPack(site, 'data');
    change(pack.file, flipBit(-20));
    const { damage } = await checkSite(site, true);
    assert.deepEqual(damage, [{ kind: 'damaged-pack', object: `pack ${pack.id}`, points: [], paths: [] }]);
  });

  test('a missing pack', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largestPack(site, 'data');
    rmSync(pack.file);
    for (const readData of [false, true]) {
      const { damage } = await checkSite(site, readData);
      assert.deepEqual(kinds(damage), ['missing-pack']);
      const finding = find(damage, 'missing-pack');
      assert.equal(finding.object, `pack ${pack.id}`);
      assert.equal(finding.points.length, 3);
      assert.equal(finding.paths.length, 20);
    }
  });

  test('a missing pack of few files', async (t) => {
    const site = await siteOfDays(t);
    const pack = (await packsOf(site, 'data')).at(-1);
    assert.ok(pack !== undefined);
    rmSync(pack.file);
    const { points, paths } = find((await checkSite(site)).damage, 'missing-pack');
    assert.ok(points.length < 3 && paths.length < 10);
    othersAreReadable(site, points[0] ?? '', paths);
  });

  test('a pack that was cut short', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largestPack(site, 'data');
    chmodSync(pack.file, 0o600);
    truncateSync(pack.file, pack.size - 500_000);
    for (const readData of [false, true]) {
      const { damage } = await checkSite(site, readData);
      const finding = find(damage, 'pack-size');
      assert.equal(finding.object, `pack ${pack.id}`);
      assert.ok(finding.points.length > 0 && finding.paths.length > 0);
      assert.ok(damage.length === 1 || readData);
    }
  });

  test('a pack with something after its end', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largestPack(site, 'data');
    change(pack.file, (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]));
    const { damage } = await checkSite(site);
    assert.deepEqual(damage, [{ kind: 'pack-size', object: `pack ${pack.id}`, points: [], paths: [] }]);
  });

  test('an index file that was cut short', async (t) => {
    const site = await siteOfDays(t);
    const file = firstFile(site, 'index');
    change(file, (bytes) => bytes.subarray(0, bytes.length / 2));
    const { damage } = await checkSite(site, true);
    assert.equal(find(damage, 'damaged-index').object, `index ${path.basename(file)}`);
    assert.ok(find(damage, 'missing-blob').points.length > 0);
  });

  test('a missing index file: its packs are unknown and its blobs are missed', async (t) => {
    const site = await siteOfDays(t);
    rmSync(firstFile(site, 'index'));
    const { damage, hints } = await checkSite(site);
    assert.deepEqual(kinds(damage), ['missing-blob']);
    assert.deepEqual(kinds(hints), ['unindexed-pack']);
  });

  test('a flipped bit in a snapshot', async (t) => {
    const site = await siteOfDays(t);
    const file = firstFile(site, 'snapshots');
    change(file, flipBit(30));
    const { damage, points } = await checkSite(site);
    const id = path.basename(file);
    assert.equal(points, 3);
    assert.deepEqual(damage, [{ kind: 'damaged-snapshot', object: `snapshot ${id}`, points: [id], paths: [] }]);
  });

  test('a missing key file', async (t) => {
    const site = await siteOfDays(t, 1);
    rmSync(firstFile(site, 'keys'));
    assert.deepEqual(kinds((await checkSite(site)).damage), ['missing-key']);
  });

  test('a key file that is altered', async (t) => {
    const site = await siteOfDays(t, 1);
    change(firstFile(site, 'keys'), flipBit(30));
    assert.deepEqual(kinds((await checkSite(site)).damage), ['damaged-key', 'missing-key']);
  });

  test('a config that went missing or was altered while the repository was open', async (t) => {
    const site = await siteOfDays(t, 1);
    const readConfig = 'read config';
    for (const [kind, work] of [
      ['damaged-config', (file: string) => change(file, flipBit(30))],
      ['missing-config', (file: string) => rmSync(file)],
    ] as const) {
      let opened = false;
      const { store } = watchStore(openLocalStore(site.location), (call) => {
        if (call === readConfig && opened) work(path.join(site.location, 'config'));
        if (call === readConfig) opened = true;
      });
      const backup = readFileSync(path.join(site.location, 'config'));
      assert.deepEqual(kinds((await checkSite(site, false, store)).damage), [kind]);
      rmSync(path.join(site.location, 'config'), { force: true });
      writeFileSync(path.join(site.location, 'config'), backup);
    }
  });

  test('all at once', async (t) => {
    const site = await siteOfDays(t, 4);
    const [one, two] = await packsOf(site, 'data');
    assert.ok(one !== undefined && two !== undefined);
    change(one.file, flipBit(2000));
    rmSync(two.file);
    change(firstFile(site, 'snapshots'), flipBit(50));
    rmSync(firstFile(site, 'keys'));
    const { damage } = await checkSite(site, true);
    assert.deepEqual(kinds(damage), [
      'damaged-blob',
      'damaged-pack',
      'damaged-snapshot',
      'missing-key',
      'missing-pack',
    ]);
  });

  test('every pack missing: what is told stays bounded', async (t) => {
    const site = await siteOfDays(t, 4);
    rmSync(path.join(site.location, 'data'), { recursive: true });
    const { damage } = await checkSite(site, true);
    assert.ok(damage.length <= 101 && damage.every(({ paths }) => paths.length <= 20));
    assert.ok(damage.some(({ kind, points }) => kind === 'missing-pack' && points.length > 0));
  });
});

test('a pack that one disk sector hides is damage; a destination that is gone altogether is not', async (t) => {
  const site = await siteOfDays(t, 2);
  const pack = await largestPack(site, 'data');
  const unreachable = (): never => {
    throw new Failure('destination-unreachable', { destination: site.location, problem: 'EIO' });
  };
  const sector = watchStore(openLocalStore(site.location), (call) => {
    if (call === `read data/${pack.id.slice(0, 2)}/${pack.id}`) unreachable();
  });
  const { damage } = await checkSite(site, true, sector.store);
  assert.equal(find(damage, 'damaged-pack').object, `pack ${pack.id}`);
  assert.ok(find(damage, 'damaged-pack').points.length > 0);
  let isGone = false;
  const whole = watchStore(openLocalStore(site.location), (call) => {
    isGone ||= call.startsWith('read data');
    if (isGone && !call.includes('locks')) unreachable();
  });
  await failsWith('destination-unreachable', () => checkSite(site, true, whole.store));
});
