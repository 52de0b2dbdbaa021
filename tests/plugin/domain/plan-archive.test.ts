import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import {
  archiveName,
  defaultArchiveRules,
  freeMoment,
  parseArchiveName,
  planArchiveRemoval,
  planNextArchive,
  type ArchiveSummary,
} from '../../../plugin/domain/plan-archive.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 10, number, 1, 30));

function full(on: number, sealedBytes = 1000): ArchiveSummary {
  return { name: `full-${on}`, kind: 'full', full: undefined, startedAt: day(on), sealedBytes };
}

function differential(on: number, of: number, sealedBytes = 10): ArchiveSummary {
  return { name: `diff-${on}`, kind: 'differential', full: `full-${of}`, startedAt: day(on), sealedBytes };
}

const next = (archives: readonly ArchiveSummary[], on: number, isFullAsked = false) =>
  planNextArchive(archives, { now: day(on), isFullAsked, rules: defaultArchiveRules, generation: otherDay });

/** Of an account whose own day is none of those that are looked at. */
const otherDay = (7 - ((Math.floor(day(9).getTime() / 86_400_000) % 7) % 7)).toString(16).padStart(8, '0');

test('full archives of accounts that began in one night are spread over the week, and none grows older than it may', () => {
  const fulls = new Map<number, number>();
  for (let account = 0; account < 210; account += 1) {
    const generation = (account * 7919).toString(16).padStart(8, '0').padEnd(32, 'f');
    const archives: ArchiveSummary[] = [];
    for (let night = 1; night <= 28; night += 1) {
      const plan = planNextArchive(archives, {
        now: day(night),
        isFullAsked: false,
        rules: defaultArchiveRules,
        generation,
      });
      const last = archives.findLast(({ kind }) => kind === 'full');
      if (plan.kind === 'full') {
        archives.push(full(night));
        fulls.set(night, (fulls.get(night) ?? 0) + 1);
      } else {
        assert.ok(plan.kind === 'differential');
        assert.equal(plan.full, last?.name);
        assert.ok(day(night).getTime() - (last?.startedAt.getTime() ?? 0) < 7 * 86_400_000);
        archives.push({ ...differential(night, 0), full: plan.full });
      }
    }
    assert.ok(archives.filter(({ kind }) => kind === 'full').length <= 5, 'one more than in four weeks');
  }
  assert.equal(fulls.get(1), 210, 'the first at once');
  for (let night = 9; night <= 28; night += 1) assert.equal(fulls.get(night), 30, `night ${night}`);
});

test('on its own day, too, the second archive of a day differs', () => {
  const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 9, hour));
  for (let own = 0; own < 7; own += 1) {
    const generation = own.toString(16).padStart(8, '0');
    const first: ArchiveSummary = { ...full(9), startedAt: at(1) };
    const plan = planNextArchive([first], { now: at(20), isFullAsked: false, rules: defaultArchiveRules, generation });
    assert.equal(plan.kind, 'differential');
  }
});

suite('the next archive', () => {
  const cases: readonly [string, readonly ArchiveSummary[], number, object][] = [
    ['is full when there is none', [], 1, { kind: 'full', because: 'first' }],
    ['differs from the newest full one', [full(1), full(3)], 4, { kind: 'differential', full: 'full-3' }],
    ['is full when a week is over', [full(1), differential(7, 1)], 8, { kind: 'full', because: 'week-over' }],
    ['differs on the sixth day', [full(1)], 7, { kind: 'differential', full: 'full-1' }],
    [
      'is full when the difference grew',
      [full(1), differential(2, 1, 501)],
      3,
      { kind: 'full', because: 'difference-large' },
    ],
    [
      'looks at the newest difference only',
      [full(1), differential(2, 1, 501), differential(3, 1, 5)],
      4,
      { kind: 'differential', full: 'full-1' },
    ],
    [
      'ignores what a wrong clock dated into the future',
      [full(1), full(20)],
      3,
      { kind: 'differential', full: 'full-1' },
    ],
  ];
  for (const [title, archives, on, expected] of cases) {
    test(title, () => assert.deepEqual(next(archives.toReversed(), on), expected));
  }

  test('is full when somebody asks for it', () => {
    assert.deepEqual(next([full(1)], 2, true), { kind: 'full', because: 'asked' });
  });
});

suite('removal of archives', () => {
  const histories = fc
    .array(fc.record({ isFull: fc.boolean(), isKept: fc.boolean() }), { maxLength: 30 })
    .map((days) => {
      let last = 0;
      const archives = days.map(({ isFull }, index) => {
        if (isFull || last === 0) last = index + 1;
        return last === index + 1 ? full(index + 1) : differential(index + 1, last);
      });
      return { archives, kept: new Set(archives.filter((_, index) => days[index]?.isKept).map(({ name }) => name)) };
    });

  test('leaves every kept archive with its full one, and the newest full one', () => {
    fc.assert(
      fc.property(histories, ({ archives, kept }) => {
        const gone = new Set(planArchiveRemoval(archives, kept).map(({ name }) => name));
        for (const { name, full: of } of archives) {
          if (!kept.has(name)) continue;
          assert.ok(!gone.has(name));
          assert.ok(of === undefined || !gone.has(of));
        }
        assert.ok(archives.length === 0 || archives.some(({ kind, name }) => kind === 'full' && !gone.has(name)));
      }),
    );
  });

  test('at every step leaves no archive without its full one, and does nothing the second time', () => {
    fc.assert(
      fc.property(histories, ({ archives, kept }) => {
        let left = [...archives];
        for (const gone of planArchiveRemoval(archives, kept)) {
          left = left.filter(({ name }) => name !== gone.name);
          const there = new Set(left.map(({ name }) => name));
          for (const { full: of } of left) assert.ok(of === undefined || there.has(of));
        }
        assert.deepEqual(planArchiveRemoval(left, kept), []);
      }),
    );
  });
});

test('an archive is named by its time, its kind and its full one; nothing else is such a name', () => {
  const fullName = archiveName(day(3), { kind: 'full', because: 'first' });
  assert.equal(fullName, '2026-11-03T013000Z-full');
  assert.deepEqual(parseArchiveName(fullName), { name: fullName, kind: 'full', full: undefined, startedAt: day(3) });
  const name = archiveName(day(4), { kind: 'differential', full: fullName });
  assert.equal(name, '2026-11-04T013000Z-diff-2026-11-03T013000Z');
  assert.deepEqual(parseArchiveName(name), { name, kind: 'differential', full: fullName, startedAt: day(4) });
  for (const isByHand of [false, true]) {
    const own = archiveName(day(5), { kind: 'own', isByHand });
    assert.equal(own, isByHand ? '2026-11-05T013000Z-own-asked' : '2026-11-05T013000Z-own');
    const told = { name: own, kind: 'full', full: undefined, startedAt: day(5), isOwn: true, isByHand };
    assert.deepEqual(parseArchiveName(own), told);
  }
  for (const odd of ['', '2026-11-03T013000Z', '2026-13-03T013000Z-full', '../2026-11-03T013000Z-full', `${name}-full`])
    assert.equal(parseArchiveName(odd), undefined);
});

test('archives that begin in one second are named after different ones, in their order', () => {
  const at = (milliseconds: number) => new Date(day(3).getTime() + milliseconds);
  const archives: { startedAt: Date }[] = [{ startedAt: day(2) }];
  assert.deepEqual(freeMoment(archives, at(300)), at(300));
  for (const milliseconds of [0, 100, 900]) archives.push({ startedAt: freeMoment(archives, at(milliseconds)) });
  assert.deepEqual(
    archives.slice(1).map(({ startedAt }) => startedAt),
    [at(0), at(1000), at(2000)],
  );
});
