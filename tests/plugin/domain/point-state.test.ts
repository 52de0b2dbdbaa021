import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';
import { nearestGood } from '../../../plugin/domain/nearest-good.ts';
import {
  isVerified,
  unknownState,
  withFinding,
  type FoundDamage,
  type PointFinding,
  type VerificationDepth,
} from '../../../plugin/domain/point-state.ts';

const snapshotId = parseSnapshotId('1'.repeat(64));
const depths = ['sample', 'index', 'full', 'drill'] as const;
const seenByListing: FoundDamage = { kinds: ['missing-pack'], paths: [], needsReading: false };
const seenByReading: FoundDamage = { kinds: ['damaged-pack'], paths: ['a'], needsReading: true };

const look = (day: number, depth: VerificationDepth, damage?: FoundDamage): PointFinding => {
  return { snapshotId, depth, at: new Date(day * 86_400_000), damage };
};

suite('what is known of a restore point', () => {
  test('nothing is known of one that nobody looked at', () => assert.equal(isVerified(unknownState), false));

  for (const depth of depths) {
    test(`one that was found whole by ${depth} is verified`, () => {
      const state = withFinding(unknownState, look(1, depth));
      assert.equal(isVerified(state), true);
      assert.deepEqual(state.provenAt, depth === 'drill' ? new Date(86_400_000) : undefined);
    });
  }

  for (const [damage, depth, isCleared] of [
    [seenByListing, 'sample', false],
    [seenByListing, 'index', true],
    [seenByListing, 'full', true],
    [seenByReading, 'sample', false],
    [seenByReading, 'index', false],
    [seenByReading, 'full', true],
    [seenByReading, 'drill', true],
  ] as const) {
    test(`${damage.kinds.join()} is ${isCleared ? 'gone' : 'still there'} after a good look by ${depth}`, () => {
      const state = withFinding(withFinding(unknownState, look(1, 'full', damage)), look(2, depth));
      assert.equal(isVerified(state), isCleared);
    });
  }

  test('damage that is seen again keeps the day of its first sight', () => {
    const state = [look(1, 'index', seenByListing), look(5, 'full', seenByReading)].reduce(withFinding, unknownState);
    assert.deepEqual(state.damage, { ...seenByReading, since: new Date(86_400_000) });
  });

  test('whatever is looked for in whatever order, damage on the last day is known', () => {
    const anyLook = fc.record({
      day: fc.integer({ min: 1, max: 50 }),
      depth: fc.constantFrom(...depths),
      damage: fc.constantFrom(undefined, seenByListing, seenByReading),
    });
    fc.assert(
      fc.property(fc.array(anyLook), (looks) => {
        const before = looks.map(({ day, depth, damage }) => look(day, depth, damage));
        const state = [...before, look(51, 'sample', seenByReading)].reduce(withFinding, unknownState);
        assert.equal(isVerified(state), false);
        assert.equal(isVerified(withFinding(state, look(52, 'full'))), true);
      }),
    );
  });

  test('a look that is older than what is known changes nothing', () => {
    const state = withFinding(unknownState, look(9, 'drill'));
    assert.equal(withFinding(state, look(8, 'full', seenByReading)), state);
  });
});

suite('the nearest good restore point', () => {
  const point = (id: string, hour: number, kind = 'nightly') => {
    return { id, time: new Date(hour * 3_600_000).toISOString(), kind };
  };
  const points = [point('a', 10), point('b', 20), point('c', 30), point('d', 31, 'before-restore'), point('e', 41)];
  const nearest = (id: string, ...damaged: string[]) => {
    const from = points.find((candidate) => candidate.id === id);
    assert.ok(from !== undefined);
    return nearestGood(points, from, (candidate) => damaged.includes(candidate.id))?.id;
  };

  test('is the one with the least time between, never a safety copy', () => {
    assert.equal(nearest('c', 'c'), 'b');
    assert.equal(nearest('e', 'e'), 'c');
  });
  test('is the newer of two as near', () => assert.equal(nearest('b', 'b'), 'c'));
  test('is none that is damaged itself', () => assert.equal(nearest('b', 'b', 'c', 'a'), 'e'));
  test('is nothing where all are damaged', () => assert.equal(nearest('b', 'a', 'b', 'c', 'e'), undefined));
  test('is one of databases only for one of databases only', () => {
    const databases = [point('x', 21, 'database'), point('y', 25, 'database')];
    const find = (id: string) => {
      const all = [...points, ...databases];
      const from = all.find((candidate) => candidate.id === id);
      return from && nearestGood(all, from, (candidate) => candidate.id === id)?.id;
    };
    assert.equal(find('b'), 'c');
    assert.equal(find('x'), 'y');
  });
});
