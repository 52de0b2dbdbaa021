import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import {
  archiveName,
  defaultArchiveRules,
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
  planNextArchive(archives, { now: day(on), isFullAsked, rules: defaultArchiveRules });

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
  for (const odd of ['', '2026-11-03T013000Z', '2026-13-03T013000Z-full', '../2026-11-03T013000Z-full', `${name}-full`])
    assert.equal(parseArchiveName(odd), undefined);
});
