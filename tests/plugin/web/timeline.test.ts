import assert from 'node:assert/strict';
import test from 'node:test';
import { createFormats } from '../../../plugin/domain/formats.ts';
import type { PointLine } from '../../../plugin/protocol/requests.ts';
import { findBigChanges } from '../../../plugin/web/presenters/big-change.ts';
import { groupByDay, planTimeline, type Column } from '../../../plugin/web/presenters/timeline.ts';
import { homePoints, shownPoints } from '../../../plugin/web/presenters/when.ts';
import { presentMonth } from '../../../plugin/web/presenters/month.ts';

const formats = createFormats('en', 'Europe/Athens');
const point = (time: string, changes: Partial<PointLine> = {}): PointLine => ({
  id: time,
  time,
  kind: 'nightly',
  label: undefined,
  files: 10,
  bytes: 10,
  ...changes,
});
const nights = (count: number): PointLine[] =>
  Array.from({ length: count }, (_, index) =>
    point(new Date(Date.UTC(2026, 9, 1 + index, 22)).toISOString(), { added: 3, changed: 5, removed: 2 }),
  );
const columnsOf = (points: readonly PointLine[], until?: string) => {
  const days = groupByDay(points, formats);
  return planTimeline({ days, big: findBigChanges(points), chosen: days.at(-1)?.date ?? '', until });
};

test('a backup belongs to the day that its customer has', () => {
  const [day] = groupByDay([point('2026-11-18T22:30:00.000Z')], formats);
  assert.equal(day?.date, '2026-11-19');
});

test('many days are shown a window at a time, and each can be reached', () => {
  const points = nights(60);
  const seen = new Set<string>();
  let timeline = columnsOf(points);
  for (let turns = 0; turns < 10; turns++) {
    for (const column of timeline.columns) if (column !== 'gap') seen.add(column.date);
    assert.ok(timeline.columns.length <= 18);
    if (timeline.earlier === undefined) break;
    timeline = columnsOf(points, timeline.earlier);
  }
  assert.equal(seen.size, 60);
});

test('days without a backup are shown; long times without one are a gap', () => {
  const { columns } = columnsOf([
    point('2026-08-31T10:00:00.000Z'),
    point('2026-11-10T10:00:00.000Z'),
    point('2026-11-12T10:00:00.000Z'),
  ]);
  const kinds = columns.map((column) => (column === 'gap' ? 'gap' : column.kind));
  assert.deepEqual(kinds, ['usual', 'gap', 'usual', 'none', 'usual']);
});

test('a night in which much was changed or lost is unusual; one with many new files is not', () => {
  const points = [...nights(20), point('2026-11-01T22:00:00.000Z', { added: 500, changed: 4, removed: 1 })];
  assert.deepEqual(findBigChanges(points), []);
  const broken = point('2026-11-02T22:00:00.000Z', { added: 11, changed: 71, removed: 30 });
  const [big] = findBigChanges([...points, broken]);
  assert.equal(big?.point, broken);
  assert.equal(big?.before, points.at(-1));
  const column = columnsOf([...points, broken]).columns.at(-1) as Column;
  assert.equal(column.kind, 'big');
});

test('what happens more than once in ten backups is not unusual, and a day’s work never is', () => {
  const work = nights(20).map((one, index) => (index % 6 === 5 ? { ...one, changed: 200 } : one));
  const worst = point('2026-11-02T22:00:00.000Z', { changed: 900, removed: 10 });
  assert.deepEqual(
    findBigChanges([...work, worst]).map(({ files }) => files),
    [910],
  );
  assert.deepEqual(findBigChanges([point('2026-10-01'), point('2026-10-02', { changed: 59 })]), []);
});

test('many files that are gone are unusual, also where updates often change more', () => {
  const changed = [101, 17, 17, 10, 15, 16, 11, 11, 147, 17, 172, 1598, 677].toReversed();
  const removed = [30, 12, 10, 3, 10, 11, 3, 5, 5, 11, 5, 1, 19].toReversed();
  const points = nights(changed.length + 1).map((one, index): PointLine => ({
    ...one,
    changed: (changed[index - 1] ?? 0) - (removed[index - 1] ?? 0),
    removed: removed[index - 1] ?? 0,
  }));
  const big = findBigChanges(points);
  assert.deepEqual(
    big.map(({ point }) => points.indexOf(point)),
    [2, 13],
    'the worst by changes, and the broken update of yesterday',
  );
  const oftenGone = points.map((one, index) => (index % 4 === 0 ? { ...one, removed: 40 } : one));
  assert.ok(!findBigChanges(oftenGone).some(({ point }) => point.removed === 40), 'a cache that is emptied often');
});

test('backups of databases alone are no days of the home, and safety copies are none to choose', () => {
  const [home] = nights(1);
  const database = point('2026-10-02T04:00:00.000Z', { kind: 'database' });
  const safety = point('2026-10-02T05:00:00.000Z', { kind: 'before-restore' });
  assert.ok(home !== undefined);
  assert.deepEqual(homePoints([safety, database, home]), [home]);
  assert.deepEqual(shownPoints([safety, database, home]), [home, database]);
});

test('a month has each of its days once, Monday first', () => {
  const days = groupByDay(nights(31), formats);
  const month = presentMonth({ month: '2026-10', days, big: [], chosen: '2026-10-05', today: '2026-11-20' });
  const dates = month.weeks.flat().flatMap((cell) => cell?.date ?? []);
  assert.equal(dates.length, 31);
  assert.equal(month.weeks[1]?.[0]?.date, '2026-10-05');
  assert.equal(month.next, '2026-11');
});
