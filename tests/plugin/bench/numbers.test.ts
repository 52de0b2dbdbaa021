import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { judgeGoal, ratio } from '../../../bench/measure/goal.ts';
import type { Goal } from '../../../bench/measure/goal.ts';
import { parseTimeReport, summarise } from '../../../bench/measure/measurement.ts';
import { median } from '../../../bench/measure/median.ts';

suite('the median', () => {
  const cases = [
    { title: 'of one value is that value', values: [4], expected: 4 },
    { title: 'of three is the middle one, in whatever order they came', values: [10, 9, 100], expected: 10 },
    { title: 'of four is the mean of the two in the middle', values: [1, 2, 4, 100], expected: 3 },
  ];
  for (const { title, values, expected } of cases) test(title, () => assert.equal(median(values), expected));

  test('of nothing is refused', () => assert.throws(() => median([]), RangeError));
});

suite('a ratio', () => {
  const cases = [
    { title: 'is the quotient', dividend: 6, divisor: 3, expected: 2 },
    { title: 'is unknown when a tool was not measured', dividend: undefined, divisor: 3, expected: undefined },
    { title: 'is unknown when Larder was not measured', dividend: 6, divisor: undefined, expected: undefined },
    { title: 'to nothing is unknown, not endless', dividend: 6, divisor: 0, expected: undefined },
  ];
  for (const { title, dividend, divisor, expected } of cases) {
    test(title, () => assert.equal(ratio(dividend, divisor), expected));
  }
});

suite('a goal', () => {
  const goal = (name: 'at least' | 'at most', measured: number | undefined): Goal => {
    return { text: 'g', measured, limit: { name, value: 2 }, unit: '×' };
  };
  const cases = [
    { title: 'of at least 2 is met by 2', goal: goal('at least', 2), verdict: 'met' },
    { title: 'of at least 2 is not met by 1.99', goal: goal('at least', 1.99), verdict: 'NOT met' },
    { title: 'of at most 2 is met by 2', goal: goal('at most', 2), verdict: 'met' },
    { title: 'of at most 2 is not met by 2.01', goal: goal('at most', 2.01), verdict: 'NOT met' },
    { title: 'that was not measured is never met', goal: goal('at most', undefined), verdict: 'not measured' },
    { title: 'measured as no number is never met', goal: goal('at most', Number.NaN), verdict: 'not measured' },
  ];
  for (const { title, goal: each, verdict } of cases) test(title, () => assert.equal(judgeGoal(each), verdict));
});

test('user and system time are added up, and kibibytes become bytes', () => {
  assert.deepEqual(parseTimeReport('1.50 0.25 2048\n'), { cpuSeconds: 1.75, largestBytes: 2_097_152 });
});

test('an unreadable report of GNU time is refused', () => {
  assert.throws(() => parseTimeReport('Command exited with non-zero status 1\n'), /GNU time/);
});

test('each number of several runs has a median of its own', () => {
  const run = (wallSeconds: number, cpuSeconds: number) => ({
    wallSeconds,
    cpuSeconds,
    largestBytes: 1,
    treeBytes: 2,
  });
  const expected = { wallSeconds: 2, cpuSeconds: 8, largestBytes: 1, treeBytes: 2 };
  assert.deepEqual(summarise([run(1, 9), run(2, 7), run(3, 8)]), expected);
});
