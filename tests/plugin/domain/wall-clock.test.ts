import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openWallClock } from '../../../plugin/domain/wall-clock.ts';

const zones = [
  'Europe/Athens',
  'America/New_York',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Kathmandu',
];

for (const zone of zones) {
  test(`the last instant showing a local time is the last in ${zone}`, () => {
    const clock = openWallClock(zone);
    const local = fc.date({ min: new Date('1971-01-01'), max: new Date('2037-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(local, (date) => {
        const found = clock.lastInstantShowing(date.getTime());
        assert.ok(clock.showsAt(found) <= date.getTime());
        for (const later of [1, 1000, 1_800_000, 3_600_000, 7_200_000]) {
          assert.ok(clock.showsAt(found + later) > date.getTime());
        }
      }),
    );
  });
}

test('the day that Samoa left out in 2011 ends when it would have begun', () => {
  const clock = openWallClock('Pacific/Apia');
  const noon = Date.UTC(2011, 11, 30, 12);
  assert.equal(new Date(clock.lastInstantShowing(noon)).toISOString(), '2011-12-30T09:59:59.999Z');
});
