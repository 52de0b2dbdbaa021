import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { FullIndex } from '../../../../plugin/engine/full-index.ts';
import { usualLimits } from '../../../../plugin/engine/prune-plan.ts';
import { previewPrune } from '../../../../plugin/engine/prune.ts';
import { lockRepository } from '../../../../plugin/engine/repository-lock.ts';
import { sha256 } from '../../../../plugin/engine/repository.ts';
import { systemClock } from '../../../../plugin/platform/clock.ts';
import { differences, restoreWithRestic } from '../../../support/backup-site.ts';
import { change, siteOfDays } from '../../../support/damage.ts';
import { failsWith } from '../../../support/failures.ts';
import {
  checkSite,
  files,
  forget,
  hashesOf,
  isClean,
  locker,
  never,
  passDay,
  pruneSite,
  snapshotIds,
} from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

const withoutWaste = { ...usualLimits, unusedShare: 0 };

suite('forget and prune', () => {
  test('free what only the forgotten snapshots needed and leave all others as they were', async (t) => {
    const site = await siteOfDays(t, 6);
    const ids = await snapshotIds(site);
    const before = new Map(ids.slice(3).map((id) => [id, hashesOf(site, id)]));
    await forget(site, ids.slice(0, 3));
    const result = await pruneSite(site, { limits: withoutWaste });
    assert.ok(result.packsRepacked + result.packsRemoved > 0 && result.bytesFreed > 500_000);
    assert.equal(result.bytesUnused, 0);
    assert.equal(
      result.bytesTotal,
      files(site, 'data').reduce((sum, name) => sum + statSync(path.join(site.location, 'data', name)).size, 0),
    );
    assert.deepEqual(await snapshotIds(site), ids.slice(3));
    for (const [id, hashes] of before) assert.equal(hashesOf(site, id), hashes);
    await isClean(site);
  });

  test('what stock restic restores afterwards is the home', async (t) => {
    const site = await siteOfDays(t, 4);
    await forget(site, (await snapshotIds(site)).slice(0, 3));
    await pruneSite(site, { limits: withoutWaste });
    const [last = ''] = await snapshotIds(site);
    assert.deepEqual(differences(site.home, restoreWithRestic(site, last)), []);
  });

  test('a second prune has nothing to do and writes nothing', async (t) => {
    const site = await siteOfDays(t, 4);
    await forget(site, (await snapshotIds(site)).slice(0, 2));
    await pruneSite(site);
    const watched = watchStore(openLocalStore(site.location));
    const again = await pruneSite(site, {}, watched.store);
    assert.deepEqual([again.packsRemoved, again.packsRepacked, again.bytesFreed], [0, 0, 0]);
    assert.deepEqual(
      watched.calls.filter((call) => /^(write|remove) (?!locks)/.test(call)),
      [],
    );
  });

  test('index files that name no pack that goes stay untouched', async (t) => {
    const site = await siteOfDays(t, 5);
    const old = files(site, 'index');
    await forget(site, (await snapshotIds(site)).slice(-1));
    await pruneSite(site);
    assert.equal(files(site, 'index').filter((name) => old.includes(name)).length, 4);
    await isClean(site);
  });

  test('a preview tells the same and changes nothing', async (t) => {
    const site = await siteOfDays(t, 5);
    await forget(site, (await snapshotIds(site)).slice(0, 2));
    const old = [...files(site, 'data'), ...files(site, 'index')];
    const repository = await site.open();
    const lock = await lockRepository(repository, false, locker);
    const preview = await previewPrune(repository, lock, { clock: systemClock, signal: never });
    await lock.release();
    assert.deepEqual([...files(site, 'data'), ...files(site, 'index')], old);
    const done = await pruneSite(site);
    assert.deepEqual(
      [done.packsRemoved, done.packsRepacked, done.bytesUnused],
      [preview.packsRemoved, preview.packsRepacked, preview.bytesUnused],
    );
    assert.ok(Math.abs(done.bytesFreed - preview.bytesFreed) < 0.1 * preview.bytesFreed + 20_000);
  });

  test('the tiny packs and index files of many nights are gathered', async (t) => {
    const site = await siteOfDays(t, 20);
    const packs = files(site, 'data').length;
    const result = await pruneSite(site);
    assert.ok(result.packsRepacked >= 16);
    assert.ok(files(site, 'data').length < packs - 14);
    assert.equal(files(site, 'index').length, 1);
    assert.equal((await snapshotIds(site)).length, 20);
    await isClean(site);
  });

  test('the backup after a prune adds nothing that is there', async (t) => {
    const site = await siteOfDays(t, 3);
    await forget(site, (await snapshotIds(site)).slice(0, 2));
    await pruneSite(site, { limits: withoutWaste });
    rmSync(site.cacheFolder, { recursive: true });
    const { bytesAdded } = await site.backUp();
    assert.ok(bytesAdded < 2000);
    await isClean(site);
  });
});

suite('forget', () => {
  test('never drops the last snapshot unless told', async (t) => {
    const site = await siteOfDays(t, 2);
    const ids = await snapshotIds(site);
    await failsWith('confirmation-needed', () => forget(site, ids));
    assert.deepEqual(await snapshotIds(site), ids);
    await forget(site, ids, true);
    assert.deepEqual(await snapshotIds(site), []);
  });

  test('does not count a snapshot that cannot be read', async (t) => {
    const site = await siteOfDays(t, 2);
    const [first = '', second] = await snapshotIds(site);
    change(path.join(site.location, 'snapshots', first), () => Buffer.from('damaged'));
    await failsWith('confirmation-needed', () => forget(site, second === undefined ? [] : [second]));
  });
});

suite('a repository without snapshots', () => {
  test('is left alone: more likely they were lost than unwanted', async (t) => {
    const site = await siteOfDays(t, 2);
    await forget(site, await snapshotIds(site), true);
    const old = files(site, 'data');
    const { packsRemoved, bytesTotal } = await pruneSite(site);
    assert.ok(packsRemoved === 0 && bytesTotal > 0);
    assert.deepEqual(files(site, 'data'), old);
  });

  test('is emptied when told', async (t) => {
    const site = await siteOfDays(t, 2);
    await forget(site, await snapshotIds(site), true);
    await pruneSite(site, { mayEmpty: true });
    assert.deepEqual([...files(site, 'data'), ...files(site, 'index')], []);
    site.restic('check');
  });
});

suite('together with stock restic', () => {
  test('it prunes what we pruned, and we prune what it pruned', async (t) => {
    const site = await siteOfDays(t, 6);
    const ids = await snapshotIds(site);
    const last = hashesOf(site, ids[5] ?? '');
    await forget(site, ids.slice(0, 1));
    await pruneSite(site, { limits: withoutWaste });
    site.restic('forget', '--prune', '--max-unused', '0', ids[1] ?? '', ids[2] ?? '');
    await isClean(site);
    await forget(site, ids.slice(3, 4));
    await pruneSite(site, { limits: withoutWaste });
    await isClean(site);
    assert.equal(hashesOf(site, ids[5] ?? ''), last);
  });

  test('we prune what it backed up, its own trees and packs included', async (t) => {
    const site = await siteOfDays(t, 2);
    for (let day = 3; day <= 6; day++) {
      passDay(site.home, day);
      site.restic('backup', site.home);
    }
    const ids = await snapshotIds(site);
    const kept = ids.slice(-2).map((id) => hashesOf(site, id));
    await forget(site, ids.slice(0, 4));
    await pruneSite(site, { limits: { ...withoutWaste, gatherFrom: 1 } });
    assert.deepEqual(
      ids.slice(-2).map((id) => hashesOf(site, id)),
      kept,
    );
    await isClean(site);
  });
});

suite('what interruptions leave', () => {
  test('a pack that no index names goes', async (t) => {
    const site = await siteOfDays(t, 2);
    const bytes = randomBytes(5000);
    await openLocalStore(site.location).write(`data/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`, bytes);
    assert.equal((await checkSite(site)).hints[0]?.kind, 'unindexed-pack');
    const result = await pruneSite(site);
    assert.deepEqual([result.packsRemoved, result.bytesFreed], [1, 5000]);
    await isClean(site);
  });

  test('an unfinished write goes when it is an hour old, and not before', async (t) => {
    const site = await siteOfDays(t, 1);
    const name = path.join(site.location, 'index/.larder-0123456789abcdef01');
    writeFileSync(name, 'half');
    await pruneSite(site);
    assert.ok(existsSync(name));
    const later = { now: () => new Date(Date.now() + 2 * 3_600_000), elapsedMilliseconds: () => 0 };
    await pruneSite(site, { clock: later });
    assert.ok(!existsSync(name));
  });

  test('blobs that lie in two packs are counted once, and one copy of them goes', async (t) => {
    const site = await siteOfDays(t, 3);
    // As if a prune had been killed before it removed what it had replaced.
    const copy = path.join(site.folder, 'before');
    cpSync(site.location, copy, { recursive: true });
    await forget(site, (await snapshotIds(site)).slice(0, 2));
    await pruneSite(site, { limits: { ...withoutWaste, gatherFrom: 1 } });
    cpSync(path.join(copy, 'data'), path.join(site.location, 'data'), { recursive: true });
    cpSync(path.join(copy, 'index'), path.join(site.location, 'index'), { recursive: true });
    const { copies } = await FullIndex.load(await site.open());
    assert.ok(copies.count > 0);
    assert.equal(
      (await checkSite(site, true)).hints.find(({ kind }) => kind === 'duplicate-blob')?.object,
      `${copies.count} blobs`,
    );
    site.restic('check', '--read-data');
    const { packsRepacked, packsRemoved } = await pruneSite(site);
    assert.ok(packsRepacked === 0 && packsRemoved > 0);
    assert.equal((await FullIndex.load(await site.open())).copies.count, 0);
    await isClean(site);
  });

  test('of two copies the one whose pack is missing is not missed', async (t) => {
    const site = await siteOfDays(t, 3);
    const copy = path.join(site.folder, 'before');
    cpSync(site.location, copy, { recursive: true });
    await forget(site, (await snapshotIds(site)).slice(0, 2));
    await pruneSite(site, { limits: { ...withoutWaste, gatherFrom: 1 } });
    cpSync(path.join(copy, 'index'), path.join(site.location, 'index'), { recursive: true });
    await pruneSite(site);
    await isClean(site);
  });
});

test('nothing is removed before the new index was written and read back, and packs go after the old index', async (t) => {
  const site = await siteOfDays(t, 4);
  await forget(site, (await snapshotIds(site)).slice(0, 2));
  const watched = watchStore(openLocalStore(site.location));
  await pruneSite(site, { limits: withoutWaste }, watched.store);
  const calls = watched.calls.filter((call) => !call.includes('locks/'));
  const last = (pattern: RegExp): number => calls.findLastIndex((call) => pattern.test(call));
  const first = (pattern: RegExp): number => calls.findIndex((call) => pattern.test(call));
  assert.ok(last(/^write data/) < first(/^write index/));
  const written = calls[last(/^write index/)]?.slice('write '.length);
  assert.ok(calls.lastIndexOf(`read ${written}`) > last(/^write index/));
  assert.ok(calls.lastIndexOf(`read ${written}`) < first(/^remove index/));
  assert.ok(last(/^remove index/) < first(/^remove data/));
});
