import assert from 'node:assert/strict';
import test from 'node:test';
import { demoAccounts } from '../../../plugin/demo/demo-accounts.ts';
import { upkeepAfter } from '../../../plugin/demo/upkeep.ts';

const nights = (days: number) => Array.from({ length: days }, (_, index) => upkeepAfter(days - index));

test('space is freed after the last night, also of the shortest demo, and each demo was checked', () => {
  for (const days of [3, 10, 40]) {
    assert.deepEqual(
      nights(days)
        .map(({ frees }) => frees)
        .lastIndexOf(true),
      days - 1,
    );
    assert.equal(nights(days).filter(({ frees }) => frees).length, 1);
    assert.ok(nights(days).some(({ verifies }) => verifies));
  }
});

test('some are proven, and one is not: there is something to see', () => {
  const drilled = new Set(nights(40).flatMap(({ drills }) => drills));
  assert.ok(drilled.size > 0 && drilled.size < demoAccounts.length);
  for (const name of drilled) assert.ok(demoAccounts.some((account) => account.name === name));
  assert.ok(
    nights(4).some(({ drills }) => drills.length > 0),
    'also in the shortest demos',
  );
});
