import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import test, { suite } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import type { BackupSite } from '../../../support/backup-site.ts';
import { change, firstFile, flipBit, largestPack, packsOf, siteOfDays } from '../../../support/damage.ts';
import { failsWith } from '../../../support/failures.ts';
import { checkSite, forget, isClean, pruneSite, snapshotIds, thoroughLimits } from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

suite('prune removes nothing', () => {
  const spoil: Readonly<Record<string, (site: BackupSite) => void | Promise<void>>> = {
    'when a snapshot cannot be read': (site) => change(firstFile(site, 'snapshots'), flipBit(40)),
    'when an index file cannot be read': (site) => change(firstFile(site, 'index'), flipBit(40)),
    'when an index file is missing': (site) => rmSync(firstFile(site, 'index')),
    'when a pack of trees is altered': async (site) => {
      for (const { file } of await packsOf(site, 'tree')) change(file, flipBit(40));
    },
    'when a pack that is needed is missing': async (site) => rmSync((await largestPack(site, 'data')).file),
    'when a pack that is needed is cut short': async (site) =>
      change((await largestPack(site, 'data')).file, (bytes) => bytes.subarray(0, -2000)),
    'when a blob that must be copied is altered': async (site) =>
      change((await largestPack(site, 'data')).file, flipBit(100)),
  };
  for (const [title, damage] of Object.entries(spoil)) {
    test(title, async (t) => {
      const site = await siteOfDays(t, 3);
      await forget(site, (await snapshotIds(site)).slice(0, 1));
      await damage(site);
      const watched = watchStore(openLocalStore(site.location));
      await failsWith('repository-damaged', () => pruneSite(site, { limits: thoroughLimits }, watched.store));
      assert.deepEqual(
        watched.calls.filter((call) => /^remove (?!locks)/.test(call)),
        [],
      );
    });
  }

  test('when its lock was taken away meanwhile', async (t) => {
    const site = await siteOfDays(t, 3);
    await forget(site, (await snapshotIds(site)).slice(0, 1));
    const watched = watchStore(openLocalStore(site.location), (call) => {
      if (call.startsWith('write index')) rmSync(firstFile(site, 'locks'), { force: true });
    });
    await failsWith('repository-locked', () => pruneSite(site, { limits: thoroughLimits }, watched.store));
    assert.deepEqual(
      watched.calls.filter((call) => /^remove (?!locks)/.test(call)),
      [],
    );
    await isSound(site);
  });

  test('when it is told to stop', async (t) => {
    const site = await siteOfDays(t, 3);
    await forget(site, (await snapshotIds(site)).slice(0, 1));
    const stop = new AbortController();
    const watched = watchStore(openLocalStore(site.location), (call) => {
      if (call.startsWith('write index')) stop.abort();
    });
    await assert.rejects(pruneSite(site, { limits: thoroughLimits, signal: stop.signal }, watched.store));
    assert.deepEqual(
      watched.calls.filter((call) => /^remove (?!locks)/.test(call)),
      [],
    );
    await isSound(site);
  });
});

/** Nothing is lost, though prune has not finished. */
async function isSound(site: BackupSite): Promise<void> {
  site.restic('check', '--read-data');
  assert.deepEqual((await checkSite(site, true)).damage, []);
  await pruneSite(site);
  await isClean(site);
}
