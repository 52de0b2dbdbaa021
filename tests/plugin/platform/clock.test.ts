import assert from 'node:assert/strict';
import test from 'node:test';
import { systemClock } from '../../../plugin/platform/clock.ts';

test('the system clock says what Node says', () => {
  const before = Date.now();
  const now = systemClock.now().getTime();
  assert.ok(before <= now && now <= Date.now());
});

test('elapsed time never goes back', () => {
  const first = systemClock.elapsedMilliseconds();
  assert.ok(systemClock.elapsedMilliseconds() >= first);
});
