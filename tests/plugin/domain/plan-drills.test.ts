import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { isGivenUp, nextDrill, planDrills, type DrillCandidate } from '../../../plugin/domain/plan-drills.ts';

const day = 86_400_000;
const start = Date.parse('2026-11-01T10:00:00Z');
const at = (days: number): Date => new Date(start + days * day);
const candidate = (name: string, days: number | undefined, hasFailed = false, unfinished = 0): DrillCandidate => {
  return { name, lastAt: days === undefined ? undefined : at(days), hasFailed, unfinished };
};
const settings = { days: 30, now: at(100), random: 0, lastPickedAt: at(99) };

suite('whose turn a drill is', () => {
  test('of those whose time is up all, of the rest as many as a day needs', () => {
    const ages = [69, 70, 84, 95].map((days, index) => candidate(`a${index}`, days));
    assert.deepEqual(planDrills(ages, settings).due, ['a0', 'a1']);
    assert.deepEqual(
      planDrills([candidate('a', 84)], settings).due,
      ['a'],
      'half of the time is over: today as well as later',
    );
    assert.deepEqual(planDrills([candidate('a', 86)], settings).due, []);
  });

  test('who never had one comes first, but not all at once', () => {
    const fresh = Array.from({ length: 90 }, (_, index) => candidate(`a${String(index).padStart(2, '0')}`, undefined));
    assert.deepEqual(planDrills(fresh, settings).due, ['a00', 'a01', 'a02']);
    assert.equal(nextDrill([candidate('old', 1), candidate('never', undefined)]), 'never');
    assert.equal(nextDrill([]), undefined);
  });

  test('what failed is tried again the next day', () => {
    assert.deepEqual(
      planDrills([candidate('a', 99, true), candidate('b', 99.5, true), candidate('c', 99)], settings).due,
      ['a'],
    );
  });

  test('whose drills never came to their end waits until the others had theirs', () => {
    const some = [candidate('a', 60, false, 1), candidate('b', 61, false, 2), candidate('c', 62), candidate('d', 63)];
    assert.deepEqual(planDrills(some, settings).due, ['c', 'd', 'a', 'b']);
  });

  test('after three that never came to their end it is given up, not begun once more', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((length) => isGivenUp(Array.from({ length }))),
      [false, false, false, true, true],
    );
  });

  test('chance chooses one once a week, however many were due meanwhile', () => {
    const some = ['a', 'b', 'c', 'd'].map((name) => candidate(name, 99));
    assert.equal(planDrills(some, settings).picked, undefined);
    assert.equal(planDrills(some, { ...settings, lastPickedAt: at(93) }).picked, 'a');
    assert.equal(planDrills(some, { ...settings, lastPickedAt: undefined, random: 0.99 }).picked, 'd');
    const due = planDrills([candidate('a', 1)], { ...settings, lastPickedAt: undefined });
    assert.deepEqual([due.due, due.picked], [['a'], undefined], 'nobody twice');
  });
});

test('however many never come to their end, every other has its drill before one of them is begun again, and each is given up', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { maxLength: 20 }), (bad) => {
      const names = Array.from({ length: 20 }, (_, index) => `a${index}`);
      const over = new Set<string>();
      const begun = new Map<string, number>();
      /** One process, until a drill ends it. @returns whether it came to its end. */
      const work = (): boolean => {
        const open = names.filter((name) => !over.has(name));
        const candidates = open.map((name) => candidate(name, 1, false, begun.get(name)));
        for (const name of planDrills(candidates, settings).due) {
          const times = begun.get(name) ?? 0;
          const isBad = bad.some((number) => name === `a${number}`);
          if (!isBad || isGivenUp(Array.from({ length: times }))) over.add(name);
          else {
            begun.set(name, times + 1);
            const isOther = (other: string): boolean => over.has(other) || bad.includes(Number(other.slice(1)));
            assert.ok(times === 0 || names.every(isOther));
            return false;
          }
        }
        return true;
      };
      let processes = 1;
      while (!work()) processes += 1;
      assert.equal(over.size, names.length);
      assert.equal(processes, bad.length * 3 + 1);
    }),
    { numRuns: 50 },
  );
});

test('within the promised days every account has its drill, whatever their number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 40 }), (accounts, days) => {
      const last = new Map<string, number>();
      for (let today = 0; today < days * 3; today += 1) {
        const candidates = Array.from({ length: accounts }, (_, index) =>
          candidate(`a${index}`, last.get(`a${index}`)),
        );
        const { due } = planDrills(candidates, { days, now: at(today), random: 0, lastPickedAt: at(today) });
        for (const name of due) last.set(name, today);
        if (today < days) continue;
        const oldest = Math.max(
          ...Array.from({ length: accounts }, (_, index) => today - (last.get(`a${index}`) ?? -1)),
        );
        assert.ok(oldest <= days, `${oldest} days after the last drill, ${accounts} accounts, ${days} days`);
      }
    }),
    { numRuns: 40 },
  );
});
