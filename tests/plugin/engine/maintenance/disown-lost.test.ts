import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { disownLost, type DisownResult } from '../../../../plugin/engine/disown-lost.ts';
import { runCheck } from '../../../../plugin/engine/check.ts';
import { clockAhead, differences, makeSite, restoreWithRestic, type BackupSite } from '../../../support/backup-site.ts';
import { change, flipBit, packsOf } from '../../../support/damage.ts';
import { exclusively, locker, never, pruneSite, thoroughLimits } from '../../../support/maintenance.ts';

const clock = clockAhead(3600);

suite('what is lost is taken out of the index, and the next backup stores it again:', () => {
  test('a missing pack', async (t) => {
    const site = await siteWithFiles(t);
    for (const { file } of await packsOf(site, 'data')) rmSync(file);
    const result = await disown(site);
    assert.deepEqual([result.packs, result.blobsSaved], [1, 0]);
    await isHealed(site);
  });

  test('a pack with one damaged blob: the others are saved, and nothing but the lost is read again', async (t) => {
    const site = await siteWithFiles(t);
    for (const { file } of await packsOf(site, 'data')) change(file, flipBit(20));
    const result = await disown(site);
    assert.deepEqual(result, { packs: 1, blobsSaved: 3, blobsLost: 1 });
    const { bytesRead } = await isHealed(site);
    assert.ok([1000, 2000, 4000].includes(bytesRead), `${bytesRead} bytes were read`);
  });

  test('a damaged tree', async (t) => {
    const site = await siteWithFiles(t);
    for (const { file } of await packsOf(site, 'tree')) change(file, flipBit(20));
    await disown(site);
    await isHealed(site);
  });
});

test('a repository that is whole stays as it is', async (t) => {
  const site = await siteWithFiles(t);
  assert.deepEqual(await disown(site), { packs: 0, blobsSaved: 0, blobsLost: 0 });
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

async function siteWithFiles(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  for (const [name, size] of [
    ['a', 1000],
    ['b', 2000],
    ['c', 4000],
  ] as const) {
    writeFileSync(join(site.home, name), name.repeat(size));
  }
  await site.backUp({ clock });
  return site;
}

async function disown(site: BackupSite): Promise<DisownResult> {
  const repository = await site.open();
  return exclusively(repository, async (lock) => {
    const { run } = await runCheck(repository, { readData: true, locker, signal: never });
    return disownLost(run, lock, never);
  });
}

/** @returns what the backup that healed it read. */
async function isHealed(site: BackupSite): Promise<{ bytesRead: number }> {
  const { snapshotId, bytesRead } = await site.backUp({ clock });
  assert.deepEqual(differences(site.home, restoreWithRestic(site, snapshotId)), []);
  await pruneSite(site, { limits: thoroughLimits });
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  return { bytesRead };
}
