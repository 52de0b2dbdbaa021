import assert from 'node:assert/strict';
import test from 'node:test';
import { archiveAccount } from '../../../plugin/actions/archive-account.ts';
import { setPassphrase } from '../../../plugin/actions/change-passphrase.ts';
import { findAccount } from '../../../plugin/actions/find-account.ts';
import { openLockingSite } from '../../support/locking-archives.ts';

const day = 86_400_000;

test('the wrapped key is locked at least as long as each archive that needs it', async (t) => {
  const { performing, locks, moveTo } = await openLockingSite(t, { name: 'page.html', content: 'page' });
  const { services } = performing;
  const until = (pattern: RegExp): number[] =>
    [...locks].filter(([key]) => pattern.test(key)).map(([, time]) => time.getTime());

  await setPassphrase(services, { account: 'u1', passphrase: 'kettle orbit mango stairs', hostCanRecover: false });
  const [first = Number.NaN] = until(/own-key/);
  const account = await findAccount(services, 'u1');
  for (const passed of [5, 6]) {
    moveTo(passed * day);
    await archiveAccount(performing, account, { isFullAsked: true, isByHand: false });
    const [key = Number.NaN, ...others] = until(/own-key/);
    assert.deepEqual(others, [], 'it is one key');
    assert.ok(first < Math.max(...until(/\.zip\.age$/)), 'as it was stored at first it would be free too early');
    assert.ok(key >= Math.max(...until(/\.zip\.age$/)));
  }
  assert.equal(until(/\.zip\.age$/).length, 2);
});
