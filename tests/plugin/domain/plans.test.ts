import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { compareEntry, isAsPlanned, isStillThere } from '../../../plugin/domain/plan-compare.ts';
import { countPlan, neededBytes, warnOfPlan } from '../../../plugin/domain/plan-counts.ts';
import { countChanges, parsePlanLine, planKey, planLine } from '../../../plugin/domain/plan-line.ts';
import {
  isBelow,
  joinParts,
  noEntry,
  parentPath,
  partsOf,
  type LiveState,
  type PlannedEntry,
} from '../../../plugin/domain/planned-entry.ts';
import {
  makePlanId,
  pickUndo,
  planForgetting,
  planRunStep,
  type PlanState,
  type StoredPlan,
} from '../../../plugin/domain/stored-plan.ts';
import type { NodeType, TreeNode } from '../../../plugin/domain/tree-node.ts';

const time = { seconds: 1_000, nanoseconds: 5 };
const later = { seconds: 2_000, nanoseconds: 0 };

const live = (changes: Partial<LiveState> = {}): LiveState => {
  const file = { type: 'file', sizeBytes: 10, modified: time, mode: 0o644 } as const;
  return { ...file, inode: '7', changed: time, links: 1, ...changes };
};

const node = (changes: Partial<TreeNode> = {}): TreeNode => ({
  name: Buffer.from('name'),
  type: 'file',
  mode: 0o644,
  modified: time,
  changed: time,
  uid: 1,
  gid: 1,
  inode: '7',
  deviceId: '1',
  sizeBytes: 10,
  links: 1,
  linkTarget: undefined,
  attributes: [],
  device: 0,
  content: [],
  subtree: undefined,
  ...changes,
});

const entry = (changes: Partial<PlannedEntry> = {}): PlannedEntry => {
  const { type, sizeBytes, modified, mode } = live();
  const wanted = { type, sizeBytes, modified, mode };
  return { ...noEntry, path: 'a', action: 'comes-back', type, wanted, ...changes };
};

suite('an entry of a restore point is compared with what is there', () => {
  for (const [what, wanted, there, verdict] of [
    ['nothing was done to it', {}, {}, { kind: 'same' }],
    ['a folder in the place of a file', {}, { type: 'dir' }, { kind: 'differs' }],
    ['another mode', {}, { mode: 0o600 }, { kind: 'differs' }],
    ['a mode that no restore sets', { mode: 0o4644 }, {}, { kind: 'same' }],
    ['another size', {}, { sizeBytes: 11 }, { kind: 'differs' }],
    ['another time only', {}, { modified: later, changed: later }, { kind: 'content', likely: 'differs' }],
    ['the same time, set back', {}, { changed: later }, { kind: 'content', likely: 'same' }],
    ['another file with the same times', {}, { inode: '8' }, { kind: 'content', likely: 'same' }],
    ['a folder with another time', { type: 'dir' }, { type: 'dir', modified: later }, { kind: 'same' }],
    ['a link, whatever its mode', { type: 'symlink', mode: 0o777 }, { type: 'symlink', mode: 0 }, { kind: 'target' }],
  ] as const) {
    test(what, () => assert.deepEqual(compareEntry(node(wanted), live(there), 10_000), verdict));
  }

  test('one that changed while the backup began may have changed twice: only reading tells', () => {
    assert.deepEqual(compareEntry(node(), live(), 1_000), { kind: 'content', likely: 'same' });
  });

  test('what a plan brought is known by size, mode and time; a folder by being one', () => {
    const wanted = entry().wanted ?? assert.fail();
    assert.ok(isAsPlanned(wanted, live({ inode: '9', changed: later })));
    for (const changed of [{ sizeBytes: 9 }, { mode: 0o600 }, { modified: later }, { type: 'dir' as const }]) {
      assert.ok(!isAsPlanned(wanted, live(changed)), JSON.stringify(changed));
    }
    assert.ok(isAsPlanned({ ...wanted, type: 'dir' }, live({ type: 'dir', mode: 0, modified: later })));
  });

  test('what a plan saw is no longer there when anything about it changed; further names of it count for nothing', () => {
    assert.ok(isStillThere(live(), live()));
    assert.ok(!isStillThere(live(), live({ changed: later })));
    assert.ok(!isStillThere(live(), live({ inode: '8' })));
    assert.ok(isStillThere(live({ links: 2 }), live({ links: 1, changed: later })));
  });
});

const plainRecord = <Fields>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { noNullPrototype: true });
const types: NodeType[] = ['file', 'dir', 'symlink', 'fifo', 'socket'];
const times = plainRecord({ seconds: fc.maxSafeInteger(), nanoseconds: fc.nat(999_999_999) });
const states = plainRecord({
  type: fc.constantFrom(...types),
  sizeBytes: fc.nat(),
  modified: times,
  mode: fc.nat(0o7777),
});
const liveStates = fc
  .tuple(states, plainRecord({ inode: fc.bigInt(0n, 2n ** 64n - 1n).map(String), changed: times, links: fc.nat() }))
  .map(([state, more]): LiveState => ({ ...state, ...more }));
const paths = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 6 }), { maxLength: 4 })
  .map((parts) => parts.map((part) => Buffer.from(part.map((byte) => (byte === 0x2f || byte === 0 ? 1 : byte)))))
  .map((parts) => joinParts(parts));
const entries = plainRecord({
  path: paths,
  action: fc.constantFrom<PlannedEntry['action']>('comes-back', 'replaced', 'deleted', 'refused', 'touched'),
  type: fc.constantFrom(...types),
  wanted: fc.option(states, { nil: undefined }),
  live: fc.option(liveStates, { nil: undefined }),
  reason: fc.constantFrom<PlannedEntry['reason']>(undefined, 'damaged', 'special', 'in-the-way'),
  linkTo: fc.option(paths, { nil: undefined }),
  alsoAt: fc.option(paths, { nil: undefined }),
});

suite('what a plan lists', () => {
  test('is written line by line and read back as it was', () => {
    fc.assert(
      fc.property(entries, (planned) => {
        const line = planLine(planned);
        assert.ok(!line.includes('\n'));
        assert.deepEqual(parsePlanLine(line), planned);
      }),
    );
  });

  test('is refused when it was altered', () => {
    for (const line of [
      '',
      'null',
      '[]',
      '{}',
      planLine(entry()).replace('comes-back', 'goes'),
      '{"p":5,"a":"deleted","t":"file"}',
    ]) {
      assert.throws(() => parsePlanLine(line), line);
    }
  });

  test('has paths that are bytes: they come apart and together again', () => {
    fc.assert(
      fc.property(paths, (path) => {
        assert.equal(joinParts(partsOf(path)), path);
        assert.ok(path === '' || isBelow(path, parentPath(path)) || parentPath(path) === '');
        assert.ok(!isBelow(path, path));
      }),
    );
  });

  test('did not change when nothing did, in whatever order it is looked at', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entries, { selector: planKey, maxLength: 20 }), (planned) => {
        assert.equal(countChanges(planned, planned.toReversed()), 0);
        assert.equal(countChanges(planned, []), new Set(planned.map(({ path }) => path)).size);
        assert.equal(countChanges([], planned), countChanges(planned, []));
      }),
    );
  });

  test('changes once for each path, also when what was replaced is now deleted', () => {
    const before = [entry({ path: 'a' }), entry({ path: 'b' }), entry({ path: 'c' })];
    const after = [entry({ path: 'a' }), entry({ path: 'b', action: 'deleted' }), entry({ path: 'd' })];
    assert.equal(countChanges(before, after), 3);
  });

  test('does not change because something else in a folder did', () => {
    const folder = (modified: typeof time) =>
      entry({ type: 'dir', action: 'touched', live: live({ type: 'dir', modified }) });
    assert.equal(countChanges([folder(time)], [folder(later)]), 0);
    const file = (changed: typeof time) => entry({ action: 'replaced', live: live({ changed }) });
    assert.equal(countChanges([file(time)], [file(later)]), 1);
  });

  test('is counted: each entry in one place, and bytes only where some are written or saved', () => {
    fc.assert(
      fc.property(fc.array(entries), (planned) => {
        const counts = countPlan(planned, 3);
        const touched = planned.filter(({ action }) => action === 'touched').length;
        const { comesBack, replaced, deleted, refused } = counts;
        assert.equal(comesBack + replaced + deleted + refused + touched, planned.length);
        assert.equal(counts.same, 3);
        assert.ok(counts.bytes <= planned.reduce((sum, { wanted }) => sum + (wanted?.sizeBytes ?? 0), 0));
        assert.ok(neededBytes(planned) <= counts.bytes);
      }),
    );
  });

  test('warns of the changes since first, then of space, then of newer files', () => {
    const newer = entry({ action: 'replaced', live: live({ modified: later }) });
    const damaged = entry({ action: 'refused', reason: 'damaged' });
    const kinds = warnOfPlan([newer, damaged, entry()], { changedSince: 1, freeBytes: 5 }).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['changed-since', 'no-space', 'newer-replaced', 'damaged']);
    assert.deepEqual(warnOfPlan([entry()], { changedSince: 0, freeBytes: 10 }), []);
  });
});

const now = new Date('2026-11-21T10:00:00Z');
const at = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString();
const day = 24 * 60;

const plan = (changes: Partial<StoredPlan> = {}): StoredPlan => ({
  id: 'a'.repeat(20),
  account: 'maria',
  question: {
    purpose: 'restore',
    point: { id: '1'.repeat(64), time: at(-60), kind: 'nightly', label: undefined, files: 1, bytes: 1 },
    selection: [''],
    target: '',
    mode: 'merge',
  },
  counts: countPlan([], 0),
  warnings: [],
  createdAt: at(-10),
  expiresAt: at(20),
  state: 'open',
  job: undefined,
  safety: undefined,
  writingAt: undefined,
  finishedAt: undefined,
  undoUntil: undefined,
  receipt: undefined,
  after: undefined,
  ...changes,
});

suite('a plan runs once', () => {
  for (const [state, job, expires, step] of [
    ['open', undefined, 20, 'begin'],
    ['open', undefined, 0, 'refuse'],
    ['saving', 'this', -5, 'begin'],
    ['saving', 'other', -5, 'refuse'],
    ['saving', 'other', 5, 'begin'],
    ['writing', 'this', -5, 'put-back'],
    ['writing', 'other', 5, 'put-back'],
    ['done', 'this', -5, 'tell-receipt'],
    ['done', 'other', 5, 'refuse'],
    ['put-back', 'this', -5, 'tell-interrupted'],
    ['put-back', 'other', 5, 'refuse'],
  ] as const satisfies readonly (readonly [PlanState, string | undefined, number, string])[]) {
    test(`${state}, run by ${job === 'this' ? 'the same job' : 'another job'}, ${expires > 0 ? 'in time' : 'expired'}: ${step}`, () => {
      assert.equal(planRunStep(plan({ state, job, expiresAt: at(expires) }), 'this', now), step);
    });
  }
});

suite('a plan is forgotten', () => {
  for (const [what, changes, isForgotten] of [
    ['an hour after nobody ran it in time', { expiresAt: at(-60) }, true],
    ['not at once when nobody ran it in time', { expiresAt: at(0) }, false],
    ['not while it may be run', {}, false],
    ['when it can no longer be undone', { state: 'done', undoUntil: at(0) }, true],
    ['not while it can be undone', { state: 'done', undoUntil: at(5), expiresAt: at(-day) }, false],
    ['never while the home is between before and after', { state: 'writing', expiresAt: at(-900 * day) }, false],
    ['when its safety copy never ended', { state: 'saving', expiresAt: at(-3 * day) }, true],
    ['a week after it was put back', { state: 'put-back', finishedAt: at(-7 * day) }, true],
    ['not at once after it was put back', { state: 'put-back', finishedAt: at(-5) }, false],
  ] as const) {
    test(what, () => assert.equal(planForgetting([plan(changes)], now).length, isForgotten ? 1 : 0));
  }

  test('when the account made fifty newer ones', () => {
    const plans = Array.from({ length: 60 }, (_, number) => plan({ id: `p${number}`, createdAt: at(-number) }));
    assert.deepEqual(
      planForgetting(plans, now),
      plans.slice(50).map(({ id }) => id),
    );
  });
});

suite('what is taken back', () => {
  const done = (id: string, finished: number, changes: Partial<StoredPlan> = {}): StoredPlan => {
    return plan({ id, job: `job-${id}`, state: 'done', finishedAt: at(finished), undoUntil: at(day), ...changes });
  };
  const undoOf = (id: string, undone: string, finished: number): StoredPlan => {
    const undoes = { plan: undone, job: `job-${undone}` };
    return done(id, finished, { question: { purpose: 'undo', point: undefined, undoes, target: '' } });
  };

  test('is the newest restore, or the one that a job ran', () => {
    const plans = [done('one', -30), done('two', -10), done('three', -20)];
    assert.equal(pickUndo(plans, undefined, now)?.id, 'two');
    assert.equal(pickUndo(plans, 'job-three', now)?.id, 'three');
    assert.equal(pickUndo(plans, 'job-th', now)?.id, 'three');
    assert.equal(pickUndo(plans, 'job-t', now)?.id, undefined);
    assert.equal(pickUndo(plans, 'job-nine', now)?.id, undefined);
  });

  test('is never one that was taken back already; its undo can be', () => {
    const plans = [done('one', -30), undoOf('undo', 'one', -10)];
    assert.equal(pickUndo(plans, undefined, now)?.id, 'undo');
    assert.equal(pickUndo(plans, 'job-one', now), undefined);
    const again = [...plans, undoOf('again', 'undo', -5)];
    assert.equal(pickUndo(again, undefined, now)?.id, 'again');
    assert.equal(pickUndo(again, 'job-undo', now), undefined);
  });

  test('is none that is too old, open, or put back', () => {
    const plans = [done('old', -30, { undoUntil: at(0) }), plan(), done('back', -5, { state: 'put-back' })];
    assert.equal(pickUndo(plans, undefined, now), undefined);
  });
});

test('a plan has an id like a job', () => {
  assert.match(makePlanId(Buffer.alloc(32, 255)), /^[a-z0-9]{20}$/);
  assert.notEqual(makePlanId(Buffer.alloc(32, 1)), makePlanId(Buffer.alloc(32, 2)));
});
