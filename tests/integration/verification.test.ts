import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { parseSnapshotId } from '../../plugin/domain/ids.ts';
import { change, flipBit } from '../support/damage.ts';
import { openProofSite, type ProofSite } from '../support/proof-site.ts';

const points = async (site: ProofSite) => (await site.perform({ kind: 'list', account: 'u1' })).points;
const verify = (site: ProofSite, how: { full?: boolean; due?: boolean; repair?: boolean } = {}) => {
  const { full = false, due = false, repair = false } = how;
  return site.perform({ kind: 'verify', account: due ? undefined : 'u1', full, due, repair });
};

/** Two days, of which only the first holds what its largest pack holds. */
async function twoDays(site: ProofSite): Promise<{ readonly first: string; readonly second: string }> {
  const big = join(site.home, 'public_html/εικόνες/μενού.jpg');
  const first = await site.backUp();
  rmSync(big);
  writeFileSync(join(site.home, 'mail/inbox'), 'another inbox');
  const second = await site.backUp();
  return { first, second };
}

function largestPack(site: ProofSite): string {
  const [largest = ''] = site.packs().toSorted((left, right) => statSync(right).size - statSync(left).size);
  return largest;
}

suite('verification', () => {
  test('a backup is read back at once, and the restore point says so', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    const [point] = await points(site);
    assert.notEqual(point?.verifiedAt, undefined);
    assert.equal(point?.provenAt, undefined);
  });

  test('a backup of the very same content counts as looked at when that one was', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    await setTimeout(4100); // files that changed within two seconds of a backup are read again
    const backUp = () => site.perform({ kind: 'backup', account: 'u1', paths: [], label: undefined });
    const added = [(await backUp()).bytesAdded, (await backUp()).bytesAdded];
    assert.deepEqual(added, [0, 0]);
    const times = (await points(site)).map(({ verifiedAt }) => verifiedAt);
    assert.equal(times.length, 3);
    assert.equal(times.at(-2), times.at(-1));
  });

  test('a site that lacks a required file is known after the backup, and no longer after the next', async (t) => {
    const site = await openProofSite(t);
    const config = join(site.home, 'public_html/wp-config.php');
    rmSync(config);
    await site.backUp();
    const missing = async () => [...(await site.services.verifications.summaries()).values()][0]?.missing;
    assert.deepEqual(await missing(), ['public_html/wp-config.php']);
    writeFileSync(config, '<?php');
    await site.backUp();
    assert.deepEqual(await missing(), []);
  });

  test('whole repositories are whole, and it is remembered how they were read', async (t) => {
    const site = await openProofSite(t);
    await twoDays(site);
    const index = await verify(site);
    assert.deepEqual(
      index.repositories.map(({ depth, points: count, damagedPoints }) => [depth, count, damagedPoints]),
      [['index', 2, 0]],
    );
    const full = await verify(site, { full: true });
    assert.ok((full.repositories[0]?.bytesRead ?? 0) > 0);
    const checks = await site.services.verifications.lastChecks();
    assert.deepEqual(checks.map(({ depth }) => depth).toSorted(), ['full', 'index']);
    assert.ok(checks.every(({ bytesStored }) => bytesStored > 0));
  });

  test('what is due is read once: in full the first time, and not again the same day', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    assert.deepEqual(
      (await verify(site, { due: true })).repositories.map(({ depth }) => depth),
      ['full'],
    );
    assert.deepEqual((await verify(site, { due: true })).repositories, []);
  });

  test('a damaged restore point is never offered without saying so, and the nearest good one is named', async (t) => {
    const site = await openProofSite(t);
    const { first, second } = await twoDays(site);
    change(largestPack(site), flipBit(40_000));
    const { repositories } = await verify(site, { full: true });
    assert.equal(repositories[0]?.damagedPoints, 1);
    const [damaged, good] = await points(site);
    assert.deepEqual([damaged?.id, good?.id], [first, second]);
    assert.equal(damaged?.damage?.nearestGood, second);
    assert.ok(damaged?.damage?.paths.some((path) => path.includes('μενού.jpg')));
    assert.equal(good?.damage, undefined);
    const browsed = await site.perform({ kind: 'browse', account: 'u1', point: first, path: '', marks: false });
    assert.equal(browsed.point.damage?.nearestGood, second);
    const request = { account: 'u1', point: first, paths: [''], target: { kind: 'in-place' }, mode: 'merge' } as const;
    const plan = await site.perform({ kind: 'plan', ...request });
    assert.equal(plan.point?.damage?.nearestGood, second);
  });

  test('after a look at the index what only reading shows is still known', async (t) => {
    const site = await openProofSite(t);
    const { first } = await twoDays(site);
    change(largestPack(site), flipBit(40_000));
    await verify(site, { full: true });
    await verify(site);
    assert.notEqual((await points(site)).find(({ id }) => id === first)?.damage, undefined);
  });

  test('repair reads again what the home still has: all restore points are whole', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    for (const pack of site.packs()) change(pack, flipBit(100));
    const damaged = await verify(site, { full: true });
    assert.equal(damaged.repositories[0]?.damagedPoints, 1);
    const mended = await verify(site, { full: true, repair: true });
    assert.equal(mended.repositories[0]?.repair?.healedPoints, 1);
    assert.deepEqual(mended.repositories[0]?.damage, []);
    assert.ok((await points(site)).every(({ damage }) => damage === undefined));
    await site.perform({ kind: 'prune', account: 'u1', dryRun: false });
    assert.deepEqual((await verify(site, { full: true })).repositories[0]?.damage, []);
    const drilled = await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
    assert.equal(drilled.drills[0]?.outcome, 'passed');
  });

  test('what the home has no more stays damaged after a repair, in old restore points only', async (t) => {
    const site = await openProofSite(t);
    const { first } = await twoDays(site);
    rmSync(largestPack(site));
    const mended = await verify(site, { repair: true });
    assert.equal(mended.repositories[0]?.damagedPoints, 1);
    const all = await points(site);
    assert.deepEqual(
      all.filter(({ damage }) => damage !== undefined).map(({ id }) => id),
      [first],
    );
  });

  test('what was forgotten is no longer known', async (t) => {
    const site = await openProofSite(t);
    const { first } = await twoDays(site);
    const account = (
      await site.services.records.recordAccounts(await site.services.panel.listAccounts(), new Date())
    )[0];
    assert.ok(account !== undefined);
    const place = { generation: account.generation, destination: 'local' };
    await site.perform({ kind: 'forget', account: 'u1', points: [first], dryRun: false });
    await verify(site);
    assert.equal((await site.services.verifications.states(place)).has(parseSnapshotId(first)), false);
  });
});
