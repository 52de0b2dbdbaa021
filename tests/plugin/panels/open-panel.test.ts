import assert from 'node:assert/strict';
import test from 'node:test';
import { openPanel } from '../../../plugin/panels/open-panel.ts';
import { failsWith } from '../../support/failures.ts';

test('the configured kind of panel is opened', () => {
  assert.equal(openPanel({ kind: 'linux' }).kind, 'linux');
  assert.equal(openPanel({ kind: 'static', accounts: '/etc/larder/accounts.json' }).kind, 'static');
});

test('the demo panel is refused with what to write instead', async () => {
  const facts = await failsWith('system-unsupported', () => openPanel({ kind: 'demo' }));
  assert.match(facts.mend, /kind = "static"/);
});
