import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import {
  isQuietAt,
  planAlerts,
  withTold,
  type AlertCondition,
  type KnownAlert,
} from '../../../plugin/domain/plan-alerts.ts';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 29, 12, minutes));
const failed = (name: string): AlertCondition => {
  return { key: `failed:${name}`, kind: 'backup-failed', severity: 'failure', account: name, facts: {} };
};
const warned = (name: string): AlertCondition => ({ ...failed(name), key: `late:${name}`, severity: 'warning' });

/** A server that is looked at again and again, and people who are told. */
class Watched {
  known: KnownAlert[] = [];
  readonly told: { readonly begun: string[]; readonly over: string[] }[] = [];

  look(minutes: number, conditions: readonly AlertCondition[], isQuiet = false): void {
    const plan = planAlerts(this.known, conditions, { now: at(minutes), isQuiet });
    const kept = withTold(plan, at(minutes));
    const same = (left: KnownAlert, right: KnownAlert) => {
      return left.key === right.key && left.since.getTime() === right.since.getTime();
    };
    this.known = [...this.known.filter((alert) => !kept.some((other) => same(alert, other))), ...kept];
    if (plan.tellBegun.length + plan.tellOver.length === 0) return;
    this.told.push({ begun: plan.tellBegun.map(({ key }) => key), over: plan.tellOver.map(({ key }) => key) });
  }
}

suite('people are told', () => {
  test('of a storm in one message, and of its end in one', () => {
    const server = new Watched();
    const storm = Array.from({ length: 5000 }, (_, number) => failed(`account${number}`));
    for (let minute = 0; minute < 60; minute += 10) server.look(minute, storm);
    server.look(60, []);
    server.look(70, []);
    assert.deepEqual(
      server.told.map(({ begun, over }) => [begun.length, over.length]),
      [
        [5000, 0],
        [0, 5000],
      ],
    );
  });

  test('of a failure at once also in quiet hours, of a warning in the morning', () => {
    const server = new Watched();
    server.look(0, [failed('a'), warned('b')], true);
    server.look(10, [failed('a'), warned('b')], true);
    server.look(20, [failed('a'), warned('b')]);
    assert.deepEqual(server.told, [
      { begun: ['failed:a'], over: [] },
      { begun: ['late:b'], over: [] },
    ]);
  });

  test('not of a warning that was over before the morning', () => {
    const server = new Watched();
    server.look(0, [warned('b')], true);
    server.look(10, [], true);
    server.look(20, []);
    assert.deepEqual(server.told, []);
  });

  test('not again of what comes and goes within two hours', () => {
    const server = new Watched();
    for (let minute = 0; minute < 100; minute += 10)
      server.look(minute, minute % 20 === 0 ? [failed('a')] : [], minute > 0);
    assert.deepEqual(
      server.told.map(({ begun }) => begun),
      [['failed:a']],
    );
  });

  test('only once it has lasted as long as it may', () => {
    const server = new Watched();
    const patient = { ...failed('new'), afterMilliseconds: 26 * 3_600_000 };
    server.look(0, [patient]);
    server.look(25 * 60, [patient]);
    assert.deepEqual(server.told, []);
    server.look(26 * 60, [patient]);
    assert.deepEqual(server.told, [{ begun: ['failed:new'], over: [] }]);
  });
});

test('whatever happens, each thing is told at most once as long as it lasts, and its end never before', () => {
  const anyLook = fc.record({
    names: fc.subarray(['a', 'b', 'c']),
    isQuiet: fc.boolean(),
    pause: fc.integer({ min: 1, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(anyLook, { maxLength: 30 }), (looks) => {
      const server = new Watched();
      let minutes = 0;
      for (const { names, isQuiet, pause } of looks) server.look((minutes += pause), names.map(failed), isQuiet);
      for (const key of ['failed:a', 'failed:b', 'failed:c']) {
        const said = server.told.flatMap(({ begun, over }) => [
          ...over.filter((other) => other === key).map(() => 'over'),
          ...begun.filter((other) => other === key).map(() => 'begun'),
        ]);
        assert.ok(said[0] !== 'over', said.join());
      }
      assert.ok(server.told.every(({ begun }) => new Set(begun).size === begun.length));
    }),
    { numRuns: 200 },
  );
});

test('quiet hours may go over midnight', () => {
  const night = { from: 22 * 60, until: 7 * 60 };
  assert.deepEqual(
    [21 * 60, 22 * 60, 0, 7 * 60 - 1, 7 * 60].map((minute) => isQuietAt(night, minute)),
    [false, true, true, true, false],
  );
  assert.equal(isQuietAt({ from: 60, until: 120 }, 90), true);
  assert.equal(isQuietAt(undefined, 90), false);
});
