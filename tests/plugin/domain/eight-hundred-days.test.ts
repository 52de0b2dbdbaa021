import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { guardRetention, isClockSteady } from '../../../plugin/domain/guard-retention.ts';
import { planRetention, type DatedPoint } from '../../../plugin/domain/plan-retention.ts';
import { momentOf, simulateNights } from '../../../plugin/domain/simulate-retention.ts';
import { openWallClock } from '../../../plugin/domain/wall-clock.ts';
import { openZoneCalendar, readDay } from '../../../plugin/domain/zone-calendar.ts';
import { groundAt, point } from '../../support/dated-points.ts';
import { oracleKeeps } from '../../support/retention-oracle.ts';

/** Over four changes of summer time, 29 February 2028, and three turns of a year. */
const first = readDay('2026-11-29') ?? 0;
const dayCount = 800;

const zones = ['Europe/Athens', 'America/New_York'] as const;

suite('800 nights, each followed by a rotation', () => {
  for (const zone of zones) {
    test(`${zone}: what stays is what the policy says of everything that was ever made`, () => {
      const { clock, calendar, nightOf } = openZone(zone);
      const made: { id: string; time: number }[] = [];
      const ground = { ...groundAt(0, { calendar }), from: first, days: dayCount, nightOf };
      for (const { day, kept } of simulateNights([], ground)) {
        const night = nightOf(day);
        assert.equal(calendar.dayOf(night), day);
        assert.equal(clock.showsAt(night) % 86_400_000, 30 * 60_000);
        made.push({ id: `nightly ${night}`, time: night });
        const ids = kept.map(({ point: { id } }) => id).toSorted();
        assert.deepEqual(ids, [...oracleKeeps(made, night, zone)].toSorted());
      }
    });
  }

  test('at the end of 2027 there are 12 days, 2 older ends of months, and the end of 2026', () => {
    const { calendar, nightOf } = openZone('Europe/Athens');
    const days = [...simulateNights([], { ...groundAt(0, { calendar }), from: first, days: 400, nightOf })];
    const last = days.find(({ day }) => day === readDay('2027-12-31'));
    assert.equal(last?.kept.length, 12 + 2 + 1);
  });
});

const anyLife = fc.record({
  zone: fc.constantFrom(...zones),
  missed: fc.array(fc.integer({ min: 0, max: dayCount - 1 }), { maxLength: 300 }),
  outage: fc.record({ from: fc.integer({ min: 0, max: dayCount }), days: fc.integer({ min: 0, max: 60 }) }),
  unverified: fc.array(fc.integer({ min: 0, max: dayCount - 1 }), { maxLength: 100 }),
  damaged: fc.array(fc.integer({ min: 0, max: dayCount - 1 }), { maxLength: 30 }),
});

suite('800 days on which nights are missed, fail, or cannot be verified', () => {
  test('never is less there than the policy promises, and the newest verified one stays', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { calendar, nightOf } = openZone(life.zone);
        const made: DatedPoint[] = [];
        let points: DatedPoint[] = [];
        const worked: number[] = [];
        for (let index = 0; index < dayCount; index++) {
          const isOff = index >= life.outage.from && index < life.outage.from + life.outage.days;
          if (isOff) continue;
          const now = nightOf(first + index);
          if (!life.missed.includes(index)) {
            const proof = life.damaged.includes(index)
              ? 'damaged'
              : life.unverified.includes(index)
                ? 'unknown'
                : 'good';
            made.push(point(now, { proof }));
            points = [...points, point(now, { proof })];
          }
          points = rotate(points, now, { calendar, worked });
          worked.push(first + index);
          const here = new Set(points.map(({ id }) => id));
          const good = made.filter(({ proof }) => proof !== 'damaged');
          for (const id of oracleKeeps(good, now, life.zone)) assert.ok(here.has(id), `${id} is gone on day ${index}`);
          const verified = made.findLast(({ proof }) => proof === 'good');
          if (verified !== undefined) assert.ok(here.has(verified.id));
        }
      }),
      { numRuns: 6 },
    );
  });
});

suite('a clock that jumps', () => {
  const { calendar, nightOf } = openZone('Europe/Athens');
  const before = [...simulateNights([], { ...groundAt(0, { calendar }), from: first, days: 400, nightOf })].at(-1);
  const points = (before?.kept ?? []).map(({ point: one }) => one);
  const worked = Array.from({ length: 400 }, (_, index) => first + index);
  const today = first + 399;

  test('forgets nothing, however far it goes, forward or back, and however many nights it stays there', () => {
    fc.assert(
      fc.property(fc.integer({ min: -4000, max: 4000 }), fc.integer({ min: 1, max: 6 }), (jump, nights) => {
        fc.pre(Math.abs(jump) > 3);
        // Set back by four days, the clock is right again four nights later: what goes then goes by the rules.
        fc.pre(jump > 0 || jump + nights <= 0);
        const days = [...worked];
        let here = points;
        for (let night = 0; night < nights; night++) {
          const now = nightOf(today + jump + night);
          here = rotate([...here, point(now, { id: `wrong ${night}` })], now, { calendar, worked: days });
          days.push(calendar.dayOf(now));
        }
        const ids = new Set(here.map(({ id }) => id));
        assert.deepEqual(
          points.filter(({ id }) => !ids.has(id)),
          [],
        );
      }),
      { numRuns: 60 },
    );
  });

  test('is believed again after a week', () => {
    const away = today + 20;
    const days = [...worked];
    for (let night = 0; night < 8; night++) days.push(away + night);
    assert.equal(isClockSteady(days.slice(0, -2), nightOf(away + 5), calendar), false);
    assert.equal(isClockSteady(days, nightOf(away + 7), calendar), true);
  });

  test('a night that was missed is no jump', () => {
    assert.equal(isClockSteady(worked, nightOf(today + 2), calendar), true);
    assert.equal(isClockSteady(worked, nightOf(today + 3), calendar), false);
  });
});

suite('what guards hold back', () => {
  const ground = groundAt('2026-06-30T06:00:00Z');
  const many = Array.from({ length: 30 }, (_, index) => point(Date.UTC(2026, 5, index + 1, 1)));
  const steady = { isClockSteady: true, isConfirmed: false };

  test('more than a third goes only when a person wants it', () => {
    const plan = planRetention(many, ground);
    assert.deepEqual(guardRetention(plan, steady).held, ['too-many']);
    assert.equal(guardRetention(plan, steady).forget.length, 0);
    assert.equal(guardRetention(plan, { ...steady, isConfirmed: true }).forget.length, 18);
  });

  suite('junk that somebody makes to drive out what is good', () => {
    const policy = { ...ground.policy, rules: [{ kind: 'last', count: 10 }] } as const;
    const good = many.slice(-10);
    const junk = (count: number, kind: string): DatedPoint[] =>
      Array.from({ length: count }, (_, index) => point(Date.UTC(2026, 5, 30, 2) + index * 1000, { kind }));
    const lost = (added: readonly DatedPoint[], isConfirmed: boolean): number => {
      const plan = planRetention([...good, ...added], { ...ground, policy });
      const { forget } = guardRetention(plan, { isClockSteady: true, isConfirmed });
      return forget.filter(({ point: one }) => good.includes(one)).length;
    };

    test('500 at once: nothing goes until a person has seen it', () => {
      assert.equal(lost(junk(500, 'nightly'), true), 10); // what the count alone would do
      assert.equal(lost(junk(500, 'nightly'), false), 0);
    });

    test('what an account can make itself drives out no night, also a little every day, and by whose word ever', () => {
      for (const kind of ['manual', 'before-change', 'database', 'before-restore', 'junk']) {
        for (const count of [1, 4, 500]) assert.equal(lost(junk(count, kind), true), 0, `${count} ${kind}`);
      }
    });
  });

  test('one at a time may go, however few there are', () => {
    const few = many.slice(-2);
    const last = groundAt('2026-06-30T06:00:00Z', {
      policy: { ...ground.policy, rules: [{ kind: 'last', count: 1 }] },
    });
    assert.equal(guardRetention(planRetention(few, last), steady).forget.length, 1);
  });

  test('nothing goes while the newest is not verified, whoever wants it', () => {
    const points = many.with(-1, { ...many[29], proof: 'unknown' } as DatedPoint);
    const { forget, held } = guardRetention(planRetention(points, ground), { ...steady, isConfirmed: true });
    assert.deepEqual([forget.length, held], [0, ['newest-unverified']]);
  });

  test('the newest verified one stays also where a rule drops what is old', () => {
    const policy = { ...ground.policy, dropAfterDays: 5 };
    const old = many.slice(0, 3);
    const plan = planRetention(old, { ...ground, policy });
    const { keep } = guardRetention(plan, { ...steady, isConfirmed: true });
    assert.deepEqual(
      keep.map(({ point: { id }, reasons }) => [id, reasons[0]?.rule]),
      [[old[2]?.id, 'newest-verified']],
    );
  });
});

function openZone(timeZone: string) {
  const clock = openWallClock(timeZone);
  const calendar = openZoneCalendar(timeZone);
  return { clock, calendar, nightOf: (day: number): number => momentOf(day, 30, clock) };
}

/** As a rotation after the night does it, with nobody there to confirm anything. */
function rotate(
  points: readonly DatedPoint[],
  now: number,
  { calendar, worked }: { calendar: ReturnType<typeof openZoneCalendar>; worked: readonly number[] },
): DatedPoint[] {
  const isSteady =
    isClockSteady(worked.slice(-40), now, calendar) && points.every(({ time }) => time <= now + 3_600_000);
  const plan = planRetention(points, groundAt(now, { calendar }));
  return guardRetention(plan, { isClockSteady: isSteady, isConfirmed: false }).keep.map(({ point: one }) => one);
}
