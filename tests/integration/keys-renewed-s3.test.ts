/** Keys are renewed where repositories or their copies lie on S3. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { addS3, keepOnS3Alone, openCopySite as open, pointsOf } from '../support/copy-site.ts';
import { hasRadosgw, startRadosgw, type PrivateRadosgw } from '../support/radosgw.ts';
import { makeBucket } from '../support/s3-destination.ts';

if (!hasRadosgw) {
  test('renewed keys on S3', { skip: 'radosgw is not installed' }, () => {});
} else {
  const server: PrivateRadosgw = await startRadosgw();
  after(() => server.stop());
  before(async () => {
    await makeBucket(server, 'copies');
    await makeBucket(server, 'locked', true);
  });

  test('after keys were renewed, what is locked stays until its lock is over, and is named until then', (t) => {
    const site = open(t);
    addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
    site.succeed('init');
    site.succeed('nightly');
    site.succeed('--account', 'u1', 'keys', 'renew', '--yes');
    site.succeed('copy');
    const { stdout, status } = site.run('--account', 'u1', 'keys', 'remove-former', '--yes', '--json');
    const { places } = JSON.parse(stdout) as {
      places: { destination: string; outcome: string; failure: { code: string } | null }[];
    };
    assert.deepEqual(
      places.map(({ destination, outcome, failure }) => [destination, outcome, failure?.code]),
      [
        ['local', 'removed', undefined],
        ['cloud', 'kept', 'destination-locked'],
      ],
    );
    assert.equal(status, 3);
    const { accounts } = site.json('--account', 'u1', 'inventory') as {
      accounts: { former: { destination: string; lockedUntil: string | null }[] }[];
    };
    const [former] = accounts[0]?.former ?? [];
    assert.equal(former?.destination, 'cloud');
    assert.ok(Date.parse(former.lockedUntil ?? '') > Date.now());
    site.succeed('check', '--read-data', '--from', 'cloud');
  });

  test('the former copy is locked anew before the new one is sent', (t) => {
    const site = open(t);
    addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
    site.succeed('init');
    site.succeed('nightly');
    const [ledger = ''] = globSync(`${site.folder}/state/copies/cloud/*.json`);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const known = JSON.parse(readFileSync(ledger, 'utf8')) as object;
    writeFileSync(ledger, JSON.stringify({ ...known, lockedUntil: tomorrow }));
    site.succeed('--account', 'u1', 'keys', 'renew', '--yes');
    site.succeed('copy');
    const { accounts } = site.json('--account', 'u1', 'inventory') as {
      accounts: { former: { destination: string; lockedUntil: string | null }[] }[];
    };
    const former = accounts[0]?.former.find(({ destination }) => destination === 'cloud');
    assert.ok(Date.parse(former?.lockedUntil ?? '') > Date.now() + 9 * 86_400_000, former?.lockedUntil ?? '');
  });

  test('a repository that lies on S3 alone gets another one beside it', (t) => {
    const site = open(t);
    keepOnS3Alone(server, site);
    site.succeed('--account', 'u1', 'keys', 'renew', '--yes');
    assert.equal(pointsOf(site), 1);
    site.succeed('nightly');
    assert.equal(pointsOf(site), 2);
    site.succeed('check', '--read-data');
    site.succeed('--account', 'u1', 'keys', 'remove-former', '--yes');
    site.succeed('check', '--read-data');
  });
}
