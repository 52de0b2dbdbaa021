import assert from 'node:assert/strict';
import test from 'node:test';
import { planBeside, withoutBeside } from '../../../plugin/actions/own-key.ts';
import { guardRetention } from '../../../plugin/domain/guard-retention.ts';
import type { DatedPoint } from '../../../plugin/domain/plan-retention.ts';
import { presets } from '../../../plugin/domain/retention-policy.ts';
import { openZoneCalendar } from '../../../plugin/domain/zone-calendar.ts';

const day = 86_400_000;
const begun = Date.parse('2026-06-03T01:00:00Z');
const at = (prefix: string, index: number): DatedPoint => {
  const id = `${prefix}${String(index).padStart(3, '0')}`;
  return { id, time: begun + index * day, kind: 'nightly', isWhole: true, isPinned: false, proof: 'good' };
};
const points = Array.from({ length: 12 }, (_, index) => at('point', index));
const ground = (index: number) => ({
  policy: presets.policy,
  now: begun + index * day + 3_600_000,
  calendar: openZoneCalendar('Europe/Athens'),
  undoDays: 7,
});

test('alone, the last restore points never go', () => {
  const { keep } = planBeside(points, [], ground(60));
  assert.equal(keep.length, 12);
});

test('sealed archives take the places of restore points, which then go one by one', () => {
  const sealed = Array.from({ length: 5 }, (_, index) => at('sealed', 12 + index));
  const { keep, forget } = withoutBeside(planBeside(points, sealed, ground(16)), points);
  assert.deepEqual([keep.length, forget.length], [7, 5]);
  assert.ok([...keep, ...forget].every(({ point }) => point.id.startsWith('point')));
});

test('and the last of them, too: what is newest and good is a sealed archive', () => {
  const sealed = Array.from({ length: 40 }, (_, index) => at('sealed', 12 + index));
  const guarded = guardRetention(planBeside(points, sealed, ground(51)), { isClockSteady: true, isConfirmed: true });
  assert.deepEqual(withoutBeside(guarded, points).keep, []);
});
