import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { planDue, type DueRun } from '../../../plugin/domain/plan-due.ts';
import { planSchedules, type ScheduleConfiguration } from '../../../plugin/domain/schedule.ts';
import { openWallClock } from '../../../plugin/domain/wall-clock.ts';
import { cronTimes } from '../../../plugin/platform/cron-times.ts';

const usual: ScheduleConfiguration = {
  timeZone: 'Europe/Athens',
  night: { from: 210, until: 300, isSpread: true },
  databases: '0 */6 * * *',
  system: true,
  systemFolders: [],
  own: [],
  excluded: [],
  skipped: [],
  rotationMinutes: 120,
};
const minute = 60_000;

/** Asks every minute (every `step` minutes) what is due, as a worker does; `isOff` says when there is none. */
function live(
  configuration: ScheduleConfiguration,
  [from, until]: readonly [string, string],
  { step = 1, isOff = () => false }: { step?: number; isOff?: (now: Date) => boolean } = {},
): DueRun[] {
  const schedules = planSchedules(configuration, [{ name: 'maria' }]);
  const dealtWith = new Map<string, Date>();
  const runs: DueRun[] = [];
  for (let at = Date.parse(from); at < Date.parse(until); at += step * minute) {
    const now = new Date(at);
    if (isOff(now)) continue;
    const latest = (schedule: (typeof schedules)[number]) => cronTimes.latest(schedule.cron, schedule.timeZone, now);
    const plan = planDue(schedules, { dealtWith, now, latest });
    runs.push(...plan.runs);
    for (const [key, time] of plan.dealtWith) dealtWith.set(key, time);
  }
  return runs;
}

const of = (runs: readonly DueRun[], name: string): DueRun[] => runs.filter(({ schedule }) => schedule.name === name);

suite('800 days of nights, looked at every hour', () => {
  for (const timeZone of ['Europe/Athens', 'America/New_York']) {
    for (const from of [30, 210]) {
      test(`${timeZone}, from minute ${from} of the day: each day has exactly one`, () => {
        const night = { from, until: 420, isSpread: true };
        const runs = live(
          { ...usual, timeZone, night, databases: undefined },
          ['2026-11-29T12:00:00Z', '2029-02-06T12:00:00Z'],
          { step: 10 },
        );
        const clock = openWallClock(timeZone);
        const days = of(runs, 'nightly').map(({ dueAt }) => Math.floor(clock.showsAt(dueAt.getTime()) / 86_400_000));
        assert.deepEqual(
          days,
          Array.from({ length: 800 }, (_, index) => (days[0] ?? 0) + index),
        );
      });
    }
  }
});

test('what falls into the hour that spring leaves out is due when it is over', () => {
  const runs = of(live(usual, ['2027-03-27T12:00:00Z', '2027-03-28T12:00:00Z']), 'nightly');
  assert.deepEqual(
    runs.map(({ dueAt }) => dueAt.toISOString()),
    ['2027-03-28T01:00:00.000Z'],
  );
});

test('what falls into the hour that autumn has twice is due once', () => {
  const runs = of(live(usual, ['2027-10-30T12:00:00Z', '2027-10-31T12:00:00Z']), 'nightly');
  assert.deepEqual(
    runs.map(({ dueAt }) => dueAt.toISOString()),
    ['2027-10-31T00:30:00.000Z'],
  );
});

test('what goes elsewhere follows each night, where there is such a place', () => {
  const offSite = { copies: true, archives: true };
  const day = ['2026-11-29T12:00:00Z', '2026-11-30T12:00:00Z'] as const;
  const runs = live({ ...usual, offSite }, day);
  const night = of(runs, 'nightly')[0]?.dueAt.getTime() ?? Infinity;
  for (const name of ['copies', 'archives']) {
    assert.deepEqual(
      of(runs, name).map(({ dueAt }) => dueAt.getTime() - night),
      [90 * minute],
    );
    assert.deepEqual(of(live(usual, day), name), []);
  }
  assert.deepEqual(of(live({ ...usual, offSite, night: undefined }, day), 'archives'), []);
});

test('databases have four runs a day also when clocks change', () => {
  const runs = of(live(usual, ['2027-03-27T22:00:00Z', '2027-03-28T21:00:00Z']), 'databases');
  assert.equal(runs.length, 4 - 1); // the first is what the worker finds when it is seen for the first time
});

test('whatever was missed while the machine was off is made up once', () => {
  const isOff = (now: Date): boolean =>
    now > new Date('2027-01-05T00:00:00Z') && now < new Date('2027-01-09T09:00:00Z');
  const runs = live(usual, ['2027-01-01T00:00:00Z', '2027-01-10T00:00:00Z'], { isOff });
  const late = runs.filter(({ isLate }) => isLate);
  assert.deepEqual(
    late.map(({ schedule }) => schedule.name),
    ['system', 'nightly', 'databases', 'rotate'],
  );
  assert.equal(of(runs, 'nightly').length, 9 - 4);
});

test('a schedule that was just written begins with its next run', () => {
  assert.deepEqual(live(usual, ['2027-01-01T12:00:00Z', '2027-01-01T12:05:00Z']), []);
});

test('a clock that was a year ahead does not stop schedules for a year', () => {
  const schedules = planSchedules(usual, []);
  const now = new Date('2027-01-02T12:00:00Z');
  const dealtWith = new Map(schedules.map(({ key }) => [key, new Date('2028-01-01T00:00:00Z')]));
  const latest = () => new Date('2027-01-02T00:30:00Z');
  const plan = planDue(schedules, { dealtWith, now, latest });
  assert.deepEqual(plan.runs, []);
  assert.deepEqual(
    [...plan.dealtWith.values()],
    schedules.map(() => now),
  );
});

test('own schedules are for whom they name, in their own zone', () => {
  const own = [
    { name: 'gold', cron: '0 * * * *', does: 'backup', accounts: [], packages: ['gold'], timeZone: undefined },
    { name: 'nobody', cron: '0 * * * *', does: 'backup', accounts: ['x'], packages: [], timeZone: undefined },
  ] as const;
  const accounts = [
    { name: 'a', package: 'gold', timeZone: 'Asia/Tokyo' },
    { name: 'b', package: 'gold' },
    { name: 'c' },
  ];
  const schedules = planSchedules({ ...usual, own }, accounts).filter(
    ({ name }) => name === 'gold' || name === 'nobody',
  );
  assert.deepEqual(
    schedules.map(({ timeZone, accounts: names }) => [timeZone, names]),
    [
      ['Asia/Tokyo', ['a']],
      ['Europe/Athens', ['b']],
    ],
  );
});
