import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { after, before, type TestContext } from 'node:test';
import { addS3, copy, openCopySite as open } from '../support/copy-site.ts';
import type { Installation } from '../support/installation.ts';
import { hasRadosgw, startRadosgw, type PrivateRadosgw } from '../support/radosgw.ts';
import { makeBucket } from '../support/s3-destination.ts';

interface InventoryAnswer {
  readonly accounts: readonly {
    readonly places: readonly {
      readonly destination: string;
      readonly points: number | null;
      readonly newestAt: string | null;
      readonly offsite: string;
      readonly immutability: { readonly state: string; readonly until: string | null; readonly why: string | null };
    }[];
  }[];
}

if (!hasRadosgw) {
  test('copies that are guarded', { skip: 'radosgw is not installed' }, () => {});
} else {
  const server: PrivateRadosgw = await startRadosgw();
  after(() => server.stop());
  before(async () => {
    await makeBucket(server, 'copies');
    await makeBucket(server, 'locked', true);
  });

  const openLocked = (t: TestContext): { site: Installation; prefix: string } => {
    const site = open(t);
    const prefix = addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
    site.succeed('init');
    site.succeed('nightly');
    return { site, prefix };
  };

  test('the inventory calls it locked when that was tried out at this very place, and not before', (t) => {
    const { site } = openLocked(t);
    const cloud = (): { immutability: { state: string; until: string | null; why: string | null } } => {
      const { accounts } = site.json('--account', 'u1', 'inventory') as unknown as InventoryAnswer;
      const found = accounts[0]?.places.find(({ destination }) => destination === 'cloud');
      assert.ok(found !== undefined);
      const { newestAt, points, offsite } = found;
      assert.ok(Date.now() - Date.parse(newestAt ?? '') < 3_600_000);
      assert.deepEqual([points, offsite], [1, 'unknown']); // it is reached through this machine itself
      return found;
    };
    assert.deepEqual(cloud().immutability, { state: 'unknown', until: null, why: 'untried' });
    site.succeed('destination', 'test', 'cloud');
    const { state, until } = cloud().immutability;
    assert.deepEqual([state, until], ['locked', copy(site)[0]?.lockedUntil]);
    const settings = readFileSync(`${site.folder}/larder.toml`, 'utf8');
    writeFileSync(`${site.folder}/larder.toml`, settings.replace(/^prefix = .*$/m, 'prefix = "another"'));
    assert.equal(cloud().immutability.why, 'untried');
  });
}
