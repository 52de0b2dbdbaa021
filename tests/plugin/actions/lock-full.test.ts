import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { archiveAccount } from '../../../plugin/actions/archive-account.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { openLockingSite } from '../../support/locking-archives.ts';

const hour = 3_600_000;

test('a full archive is locked as long as each that differs from it, also when the key may not lock it is no failure', async (t) => {
  const site = await openLockingSite(t, { name: 'photo.jpg', content: randomBytes(300_000) });
  const { performing, locks } = site;
  const account = await findAccount(performing.services, 'u1');
  const archive = () => archiveAccount(performing, account, { isFullAsked: false, isByHand: false });
  const lockOf = (pattern: RegExp): number =>
    Math.min(...[...locks].filter(([key]) => pattern.test(key)).map(([, until]) => until.getTime()));

  await archive();
  const first = lockOf(/-full/);
  site.moveTo(12 * hour);
  assert.equal((await archive()).kind, 'differential');
  assert.ok(lockOf(/-full/) > first);
  assert.ok(lockOf(/-full/) >= lockOf(/-diff-.*\.zip/));
  site.moveTo(20 * hour);
  const refused = new Failure('destination-refused', { destination: 'berlin', problem: 'AccessDenied' });
  site.change({ lock: () => Promise.reject(refused) });
  assert.equal((await archive()).kind, 'differential');
});
