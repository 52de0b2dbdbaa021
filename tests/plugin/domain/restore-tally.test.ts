import assert from 'node:assert/strict';
import test from 'node:test';
import { RestoreTally } from '../../../plugin/domain/restore-tally.ts';

test('sums are told at each step', () => {
  const told: number[][] = [];
  const tally = new RestoreTally<string>((items, bytes) => told.push([items, bytes]));
  tally.advance(1, 0);
  tally.advance(0, 500);
  tally.advance(2, 20);
  assert.deepEqual(told, [
    [1, 0],
    [1, 500],
    [3, 520],
  ]);
});

test('all problems are counted, and the first thousand listed, its own before those of the writer', () => {
  const tally = new RestoreTally<number>(() => {});
  const report = { files: 7, problems: [-1, -2], problemCount: 5 };
  assert.deepEqual(tally.joinTo(report), report);
  for (let problem = 0; problem < 999; problem += 1) tally.add(problem);
  const { problems, ...rest } = tally.joinTo(report);
  assert.deepEqual([rest, problems.length, problems.slice(-2)], [{ files: 7, problemCount: 1004 }, 1000, [998, -1]]);
  for (let problem = 999; problem < 1500; problem += 1) tally.add(problem);
  assert.deepEqual([tally.joinTo(report).problemCount, tally.joinTo(report).problems.at(-1)], [1505, 999]);
});
