import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseTimestamp } from '../../../plugin/engine/go-time.ts';

test('every instant from year 1000 to 9999 is read as JavaScript reads it', () => {
  const instants = fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 999_999_999 }), (milliseconds, nanoseconds) => {
      const whole = new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19);
      const fraction = String(nanoseconds).padStart(9, '0').replace(/0+$/, '');
      const text = `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
      assert.deepEqual(parseTimestamp(text), { seconds: Date.parse(`${whole}Z`) / 1000, nanoseconds });
    }),
  );
});

const cases = [
  { text: '2026-11-18T20:10:05+02:00', seconds: Date.UTC(2026, 10, 18, 18, 10, 5) / 1000, nanoseconds: 0 },
  { text: '2026-11-18T20:10:05.5-03:30', seconds: Date.UTC(2026, 10, 18, 23, 40, 5) / 1000, nanoseconds: 500_000_000 },
  { text: '0001-01-01T00:00:00Z', seconds: -62_135_596_800, nanoseconds: 0 },
  { text: '1969-12-31T23:59:59.9Z', seconds: -1, nanoseconds: 900_000_000 },
];
for (const { text, seconds, nanoseconds } of cases) {
  test(`${text} is read`, () => assert.deepEqual(parseTimestamp(text), { seconds, nanoseconds }));
}

for (const text of [
  '',
  'now',
  '2026-13-01T00:00:00Z',
  '2026-11-18T25:00:00Z',
  '2026-11-18 20:10:05',
  '2026-11-18T20:10:05.Z',
]) {
  test(`“${text}” is no time`, () => assert.equal(parseTimestamp(text), undefined));
}

for (const value of [undefined, null, 5, true]) {
  test(`${String(value)} is no time`, () => assert.equal(parseTimestamp(value), undefined));
}
