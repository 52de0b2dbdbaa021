import assert from 'node:assert/strict';
import test from 'node:test';
import { mayAskMore } from '../../../plugin/domain/site-budget.ts';

test('a drill asks twenty sites, for five minutes, and gives up after two that are silent', () => {
  const none = { sites: 0, silent: 0, milliseconds: 0 };
  assert.ok(mayAskMore(none));
  assert.ok(mayAskMore({ sites: 19, silent: 1, milliseconds: 299_999 }));
  assert.ok(!mayAskMore({ ...none, sites: 20 }));
  assert.ok(!mayAskMore({ ...none, silent: 2 }));
  assert.ok(!mayAskMore({ ...none, milliseconds: 300_000 }));
});
