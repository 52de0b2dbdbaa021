import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import {
  assessAccount,
  freshnessOf,
  type AccountFacts,
  type DrillFact,
} from '../../../plugin/domain/assess-account.ts';
import { usualTier } from '../../../plugin/domain/proof-configuration.ts';

const now = new Date('2026-11-29T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
const daysAgo = (days: number): Date => hoursAgo(days * 24);
/** A drill so many days ago. @param proven when one last proved everything. */
const drilled = (days: number, outcome: DrillFact['outcome'], proven?: number): DrillFact => ({
  at: daysAgo(days),
  outcome,
  problem: undefined,
  untried: outcome === 'files-only' ? ['maria_shop', 'maria_crm'] : [],
  provenAt: proven === undefined ? undefined : daysAgo(proven),
});
const well: AccountFacts = {
  account: 'maria',
  tier: usualTier,
  lastGoodAt: hoursAgo(10),
  failure: undefined,
  size: 'usual',
  damagedPoints: 0,
  missing: [],
  copies: [],
  lastDrill: drilled(3, 'passed', 3),
};
const failed = { code: 'no-space', at: hoursAgo(1) };
const copied = (hours: number) => [{ destination: 'cloud', copiedAt: hoursAgo(hours) }];

const cases: readonly (readonly [string, Partial<AccountFacts>, readonly string[]])[] = [
  ['all is well', {}, []],
  ['who is backed up every night is not late every evening', { lastGoodAt: hoursAgo(24.5) }, []],
  ['it gets late before it is too late', { lastGoodAt: hoursAgo(25) }, ['warning late:maria backup-late']],
  ['more time has passed than was promised', { lastGoodAt: hoursAgo(26.1) }, ['failure fresh:maria backup-missed']],
  ['a tier promises more', { tier: { ...usualTier, rpoHours: 6 } }, ['failure fresh:maria backup-missed']],
  ['there never was a backup', { lastGoodAt: undefined }, ['failure fresh:maria backup-missed']],
  ['the newest backup failed', { failure: failed }, ['failure failed:maria backup-failed']],
  [
    'what failed says nothing about its size',
    { failure: failed, size: 'count-drop' },
    ['failure failed:maria backup-failed'],
  ],
  ['it is far larger', { size: 'unusually-large' }, ['warning size:maria backup-large']],
  ['it is far smaller', { size: 'unusually-small' }, ['warning size:maria backup-small']],
  ['half of the files are gone', { size: 'count-drop' }, ['warning size:maria count-drop']],
  ['restore points are damaged', { damagedPoints: 2 }, ['failure damaged:maria point-damaged']],
  ['a site is incomplete', { missing: ['shop/wp-config.php'] }, ['warning missing:maria required-missing']],
  [
    'the last drill failed',
    { lastDrill: { ...drilled(3, 'failed', 3), problem: { kind: 'files-missing', count: 2 } } },
    ['failure drill:maria drill-failed'],
  ],
  [
    'the last drill is long ago',
    { lastDrill: drilled(31.5, 'passed', 31.5) },
    ['warning undrilled:maria drill-overdue'],
  ],
  [
    'drills prove files, and never databases',
    { lastDrill: drilled(3, 'files-only') },
    ['warning unproven:maria databases-unproven'],
  ],
  ['databases were proven this month', { lastDrill: drilled(3, 'files-only', 20) }, []],
  [
    'databases were not proven for longer than a month',
    { lastDrill: drilled(3, 'files-only', 31.5) },
    ['warning unproven:maria databases-unproven'],
  ],
  [
    'a drill of files alone is long ago, too',
    { lastDrill: drilled(31.5, 'files-only') },
    ['warning undrilled:maria drill-overdue'],
  ],
  ['there never was a drill', { lastDrill: undefined }, ['warning undrilled:maria drill-overdue']],
  [
    'nothing can be restored yet',
    { lastDrill: undefined, lastGoodAt: undefined },
    ['failure fresh:maria backup-missed'],
  ],
  ['the copy is of this night', { copies: copied(20) }, []],
  ['the copy misses a night', { copies: copied(27) }, ['warning copy:cloud:maria copy-late']],
  [
    'somebody emptied the copy',
    { copies: copied(2).map((copy) => ({ ...copy, lost: 3 })) },
    ['failure lost:cloud:maria copy-lost'],
  ],
  ['the copy misses two', { copies: copied(53) }, ['failure copy:cloud:maria copy-late']],
  [
    'there never was a copy',
    { copies: [{ destination: 'cloud', copiedAt: undefined }] },
    ['failure copy:cloud:maria copy-late'],
  ],
];

suite('what somebody must know about an account', () => {
  for (const [title, change, expected] of cases) {
    test(title, () => {
      const conditions = assessAccount({ ...well, ...change }, 30, now);
      assert.deepEqual(
        conditions.map(({ severity, key, kind }) => `${severity} ${key} ${kind}`),
        expected,
      );
      for (const { key } of conditions) assert.ok(key.length <= 150);
    });
  }

  test('why a drill failed is told with all that a sentence about it needs', () => {
    const problem = { kind: 'tables-missing', name: 'shop', count: 1, detail: 'wp_posts' };
    const [failed] = assessAccount({ ...well, lastDrill: { ...drilled(3, 'failed', 3), problem } }, 30, now);
    const { kind, ...words } = problem;
    const { at, ...told } = failed?.facts ?? {};
    assert.deepEqual(told, { problem: kind, ...words });
    assert.equal(typeof at, 'string');
  });

  test('what never was is told only when there was time for it', () => {
    const never = { ...well, lastGoodAt: undefined };
    assert.deepEqual(
      assessAccount(never, 30, now).map(({ afterMilliseconds }) => afterMilliseconds),
      [26 * 3_600_000],
    );
    assert.equal(freshnessOf(never, now), 'never');
  });
});
