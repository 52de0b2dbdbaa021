import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { planReports } from '../../../plugin/domain/plan-reports.ts';

const due = (now: string, timeZone = 'Europe/Athens') =>
  planReports(Date.parse(now), timeZone, ['week', 'month']).map(({ key, from, until }) => {
    return [key, new Date(from).toISOString(), new Date(until).toISOString()];
  });

suite('a report is due', () => {
  const week = ['week:2026-11-16', '2026-11-15T22:00:00.000Z', '2026-11-22T22:00:00.000Z'];

  test('of the week before, from Monday morning on, for three days', () => {
    assert.deepEqual(due('2026-11-23T04:59:59Z'), []);
    assert.deepEqual(due('2026-11-23T05:00:00Z'), [week]);
    assert.deepEqual(due('2026-11-26T04:59:59Z'), [week]);
    assert.deepEqual(due('2026-11-26T05:00:00Z'), []);
  });

  test('of the month before, likewise, whatever its length', () => {
    assert.deepEqual(due('2028-03-01T06:00:00Z'), [
      ['week:2028-02-21', '2028-02-20T22:00:00.000Z', '2028-02-27T22:00:00.000Z'],
      ['month:2028-02-01', '2028-01-31T22:00:00.000Z', '2028-02-29T22:00:00.000Z'],
    ]);
    assert.deepEqual(due('2027-01-01T06:00:00Z').at(-1), [
      'month:2026-12-01',
      '2026-11-30T22:00:00.000Z',
      '2026-12-31T22:00:00.000Z',
    ]);
  });

  test('of a week in which clocks changed, which is an hour longer', () => {
    const [[, from = '', until = ''] = []] = due('2026-10-26T06:00:00Z');
    assert.deepEqual([from, until], ['2026-10-18T21:00:00.000Z', '2026-10-25T22:00:00.000Z']);
  });

  test('on the other side of the world on another day', () => {
    assert.deepEqual(due('2026-11-22T23:00:00Z', 'Pacific/Auckland').length, 1);
    assert.deepEqual(due('2026-11-23T05:00:00Z', 'America/New_York'), []);
  });

  test('only as often as somebody wants one', () => {
    assert.deepEqual(planReports(Date.parse('2026-11-23T06:00:00Z'), 'UTC', ['month']), []);
  });
});
