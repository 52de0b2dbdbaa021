import assert from 'node:assert/strict';
import test from 'node:test';
import { openPanel } from '../../../plugin/panels/open-panel.ts';

test('the configured kind of panel is opened', () => {
  assert.equal(openPanel({ kind: 'linux' }).kind, 'linux');
  assert.equal(openPanel({ kind: 'static', accounts: '/etc/larder/accounts.json' }).kind, 'static');
  assert.equal(openPanel({ kind: 'demo', accounts: '/var/lib/larder-demo/accounts.json' }).kind, 'demo');
});
