import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { composePolicy, type PolicyWish } from '../../../plugin/domain/compose-policy.ts';
import { planRetention, type DatedPoint, type RetentionGround } from '../../../plugin/domain/plan-retention.ts';
import { presets, type RetentionPolicy } from '../../../plugin/domain/retention-policy.ts';
import { openZoneCalendar } from '../../../plugin/domain/zone-calendar.ts';
import { groundAt, point } from '../../support/dated-points.ts';

const day = 86_400_000;

/** A nightly at 01:00 of each of these days. */
const nights = (...days: readonly string[]): DatedPoint[] => days.map((text) => point(`${text}T01:00:00Z`));
const keptDays = (points: readonly DatedPoint[], ground: RetentionGround): string[] =>
  planRetention(points, ground).keep.map(({ point: { time } }) => new Date(time).toISOString().slice(0, 10));
const everyDay = (from: string, count: number): DatedPoint[] =>
  Array.from({ length: count }, (_, index) => point(Date.parse(`${from}T01:00:00Z`) + index * day));
const own = (wish: PolicyWish): RetentionPolicy => composePolicy(presets.policy, wish) ?? presets.all;

suite('the default policy', () => {
  test('keeps 12 days, 3 ends of months and the end of the year before', () => {
    const kept = keptDays(everyDay('2025-11-01', 196), groundAt('2026-05-15T06:00:00Z'));
    assert.deepEqual(kept.slice(0, 4), ['2025-12-31', '2026-02-28', '2026-03-31', '2026-04-30']);
    assert.deepEqual(
      kept.slice(4),
      everyDay('2026-05-04', 12).map(({ time }) => new Date(time).toISOString().slice(0, 10)),
    );
  });

  test('counts the last day of a month on that very day', () => {
    const kept = keptDays(everyDay('2026-01-01', 90), groundAt('2026-03-31T06:00:00Z'));
    assert.deepEqual(kept.slice(0, 2), ['2026-01-31', '2026-02-28']);
    assert.equal(kept.length, 2 + 12);
  });

  test('looks back to the year before, also on 31 December', () => {
    const points = nights('2025-12-31', '2026-12-31');
    assert.deepEqual(keptDays(points, groundAt('2026-12-31T06:00:00Z')), ['2025-12-31', '2026-12-31']);
    const long = [...points, ...everyDay('2027-01-01', 14)];
    assert.ok(!keptDays(long, groundAt('2027-01-14T06:00:00Z')).includes('2025-12-31'));
  });

  test('lets the latest of a month stand in, and says so', () => {
    const points = [...nights('2026-01-10', '2026-01-29'), ...everyDay('2026-03-01', 12)];
    const { keep, forget } = planRetention(points, groundAt('2026-03-12T06:00:00Z'));
    assert.deepEqual(keep[0]?.reasons, [{ rule: 'month-ends', day: 20_482, isStandIn: true }]);
    assert.deepEqual(
      forget.map(({ point: { id }, reason }) => [id, reason]),
      [[points[0]?.id, 'no-rule']],
    );
  });

  test('counts only days that have a restore point', () => {
    const points = everyDay('2026-05-01', 30).filter((_, index) => index % 2 === 0);
    assert.equal(keptDays(points, groundAt('2026-06-20T06:00:00Z')).length, 12);
  });

  test('takes days as the zone has them', () => {
    const calendar = openZoneCalendar('Europe/Athens');
    const late = point('2026-01-31T22:30:00Z'); // 1 February there
    const last = point('2026-01-31T21:30:00Z');
    const points = [last, late, ...everyDay('2026-02-02', 12)];
    const { keep } = planRetention(points, groundAt('2026-02-13T06:00:00Z', { calendar }));
    assert.equal(keep[0]?.point, last);
    assert.equal(keep.length, 13);
  });
});

suite('each kind has its own rule', () => {
  const ground = groundAt('2026-06-30T06:00:00Z');

  test('databases: all of 3 days, then one a day for 12', () => {
    const start = Date.parse('2026-06-01T00:00:00Z');
    const points = Array.from({ length: 120 }, (_, turn) => point(start + turn * 6 * 3_600_000, { kind: 'database' }));
    const { keep } = planRetention(points, groundAt('2026-06-30T23:00:00Z'));
    assert.equal(keep.length, 12 + 12);
    assert.deepEqual([...new Set(keep.map(({ reasons }) => reasons[0]?.rule))], ['databases-daily', 'databases-all']);
    assert.equal(keep[0]?.point.time, Date.parse('2026-06-16T18:00:00Z'));
    const longer = groundAt('2026-06-30T23:00:00Z', { policy: own({ databaseDays: 30 }) });
    assert.equal(planRetention(points, longer).keep.length, 12 + 27);
  });

  test('a safety copy stays as long as undo is possible', () => {
    const copy = (time: string): DatedPoint => point(time, { kind: 'before-restore', isWhole: false });
    const { keep, forget } = planRetention([copy('2026-06-23T06:00:00Z'), copy('2026-06-23T05:59:59Z')], ground);
    assert.deepEqual([keep.length, forget[0]?.reason], [1, 'undo-over']);
  });

  test('what is pinned, foreign or of the future stays, and stands for no day', () => {
    const points = [
      point('2020-01-01T01:00:00Z', { isPinned: true, kind: 'manual' }),
      point('2020-01-01T02:00:00Z', { kind: 'foreign' }),
      point('2020-01-02T02:00:00Z', { kind: 'something new' }),
      point('2027-01-01T02:00:00Z'),
      point(Number.NaN),
    ];
    const { keep, forget } = planRetention(points, ground);
    assert.deepEqual(forget, []);
    const rules = keep.map(({ reasons }) => reasons[0]?.rule);
    assert.deepEqual(rules, ['foreign', 'pinned', 'foreign', 'foreign', 'future']);
  });

  test('one by hand stays 30 days, and the night stands for its day', () => {
    const hand = point('2026-06-20T12:00:00Z', { kind: 'manual' });
    const night = point('2026-06-20T01:00:00Z');
    const { keep } = planRetention(
      [hand, night, point('2026-05-01T12:00:00Z', { kind: 'manual', isWhole: false })],
      ground,
    );
    assert.deepEqual(
      keep.map(({ point: { id }, reasons }) => [id, reasons[0]?.rule]),
      [
        [night.id, 'daily'],
        [hand.id, 'manual'],
      ],
    );
  });

  test('a day has one also when only somebody made it by hand', () => {
    const hand = point('2026-01-31T12:00:00Z', { kind: 'manual' });
    const { keep } = planRetention([hand, ...everyDay('2026-03-01', 12)], groundAt('2026-03-12T06:00:00Z'));
    assert.deepEqual(
      keep[0]?.reasons.map(({ rule }) => rule),
      ['month-ends'],
    );
  });

  test('what is damaged stands for nothing, and stays while it might be healed', () => {
    const points = everyDay('2026-06-01', 30).map((one, index) =>
      index > 26 ? { ...one, proof: 'damaged' as const } : one,
    );
    const { keep } = planRetention(points, ground);
    assert.equal(keep.filter(({ point: { proof } }) => proof === 'good').length, 12);
    assert.equal(keep.filter(({ point: { proof } }) => proof === 'damaged').length, 3);
  });
});

suite('rules that others know', () => {
  const points = everyDay('2024-01-01', 700);
  const now = '2025-11-30T06:00:00Z';
  const count = (wish: PolicyWish): number => planRetention(points, groundAt(now, { policy: own(wish) })).keep.length;
  for (const [wish, expected] of [
    [{ last: 5 }, 5],
    [{ daily: 7 }, 7],
    [{ weekly: 4 }, 4],
    [{ monthly: 12 }, 12],
    [{ yearly: 3 }, 2],
    [{ hourly: 24 }, 24],
    [{ withinDays: 10 }, 10],
    [{ preset: 'all' }, 700],
    [{ preset: 'all', dropAfterDays: 100 }, 100],
    [{ preset: 'policy', daily: 20 }, 23],
  ] as const) {
    test(`${JSON.stringify(wish)} keeps ${expected}`, () => assert.equal(count(wish), expected));
  }

  test('none at all is no policy', () => assert.equal(composePolicy(presets.policy, { daily: 0 }), undefined));
});

const kinds = ['nightly', 'nightly', 'nightly', 'manual', 'database', 'before-restore', 'foreign'];
const anyPoint = fc
  .record({
    time: fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
    id: fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '7', 'a', 'b', 'f'), minLength: 4, maxLength: 4 }),
    kind: fc.constantFrom(...kinds),
    isWhole: fc.boolean(),
    isPinned: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    proof: fc.constantFrom('good' as const, 'good' as const, 'unknown' as const, 'damaged' as const),
  })
  .map((one): DatedPoint => one);
const anyPoints = fc.uniqueArray(anyPoint, { maxLength: 60, selector: ({ id }) => id });
const anyWish = fc.record(
  {
    preset: fc.constantFrom('policy' as const, 'classic' as const),
    daily: fc.integer({ min: 1, max: 20 }),
    weekly: fc.integer({ min: 0, max: 10 }),
    monthEnds: fc.integer({ min: 0, max: 5 }),
    last: fc.integer({ min: 0, max: 10 }),
    withinDays: fc.integer({ min: 0, max: 60 }),
    dropAfterDays: fc.integer({ min: 1, max: 400 }),
  },
  { requiredKeys: ['daily'] },
);
const anyGround = fc
  .record({
    now: fc.integer({ min: Date.UTC(2025, 6, 1), max: Date.UTC(2027, 0, 1) }),
    wish: anyWish,
    zone: fc.constantFrom('Europe/Athens', 'America/New_York', 'UTC', 'Australia/Lord_Howe'),
  })
  .map(({ now, wish, zone }) => groundAt(now, { policy: own(wish), calendar: openZoneCalendar(zone) }));

suite('whatever the points and the rules', () => {
  const idsOf = (lines: readonly { point: DatedPoint }[]): string[] => lines.map(({ point: { id } }) => id);

  test('every point is decided once, oldest first', () => {
    fc.assert(
      fc.property(anyPoints, anyGround, (points, ground) => {
        const { keep, forget } = planRetention(points, ground);
        assert.deepEqual([...idsOf(keep), ...idsOf(forget)].toSorted(), points.map(({ id }) => id).toSorted());
        for (const lines of [keep, forget]) {
          const times = lines.map(({ point: { time } }) => time);
          assert.deepEqual(
            times,
            times.toSorted((one, other) => one - other),
          );
        }
        assert.ok(keep.every(({ reasons }) => reasons.length > 0));
      }),
    );
  });

  test('the order in which they come does not matter', () => {
    fc.assert(
      fc.property(anyPoints, anyGround, fc.integer(), (points, ground, seed) => {
        const turned = points.toSorted((one, other) => ((one.time * 31 + seed) % 97) - ((other.time * 31 + seed) % 97));
        assert.deepEqual(planRetention(turned, ground), planRetention(points, ground));
      }),
    );
  });

  test('applying it twice changes nothing', () => {
    fc.assert(
      fc.property(anyPoints, anyGround, (points, ground) => {
        const { keep } = planRetention(points, ground);
        const again = planRetention(
          keep.map(({ point: one }) => one),
          ground,
        );
        assert.deepEqual(idsOf(again.keep), idsOf(keep));
      }),
    );
  });
});

test('what a half done restore is put back from stays however old it is', () => {
  const old = { ...point('2026-01-01T01:00:00Z'), kind: 'before-restore' };
  const ground = groundAt('2026-05-15T06:00:00Z');
  assert.deepEqual(keptDays([old], ground), []);
  assert.deepEqual(keptDays([{ ...old, isHeld: true }], ground), ['2026-01-01']);
});
