import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { DrillOutcome } from '../../../plugin/domain/drill-outcome.ts';
import { compareDrillStates, drillStateOf, type DrillState } from '../../../plugin/domain/drill-state.ts';

const day = 86_400_000;
const now = new Date('2026-11-30T12:00:00Z');
const drilled = (days: number, outcome: DrillOutcome) => ({
  finishedAt: new Date(now.getTime() - days * day),
  outcome,
});
const cases: readonly (readonly [DrillState, ReturnType<typeof drilled> | undefined, boolean, boolean])[] = [
  ['nothing', undefined, false, false],
  ['never', undefined, true, false],
  ['sealed', undefined, true, true],
  ['sealed', drilled(1, 'failed'), true, true],
  ['passed', drilled(1, 'passed'), true, false],
  ['files-only', drilled(31, 'files-only'), true, false],
  ['failed', drilled(2, 'failed'), true, false],
  ['overdue', drilled(31.1, 'passed'), true, false],
  ['overdue', drilled(40, 'failed'), true, false],
];

suite('how an account stands with its drills', () => {
  for (const [state, newest, hasBackup, isSealed] of cases) {
    test(`${newest?.outcome ?? 'no drill'}${isSealed ? ', sealed' : ''}${hasBackup ? '' : ', no backup'}: ${state}`, () => {
      assert.equal(drillStateOf({ newest, hasBackup, isSealed }, 30, now), state);
    });
  }

  test('what needs a person comes first, and of those what is the longest ago', () => {
    const some = [
      { state: 'passed', at: '2026-11-01T00:00:00Z' },
      { state: 'failed', at: '2026-11-20T00:00:00Z' },
      { state: 'never', at: '' },
      { state: 'failed', at: '2026-11-10T00:00:00Z' },
      { state: 'overdue', at: '2026-10-01T00:00:00Z' },
    ] as const;
    assert.deepEqual(
      some.toSorted(compareDrillStates).map(({ state, at }) => `${state} ${at.slice(5, 10)}`.trim()),
      ['overdue 10-01', 'never', 'failed 11-10', 'failed 11-20', 'passed 11-01'],
    );
  });
});
