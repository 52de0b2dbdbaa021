import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { adherenceOf, judgedFrom } from '../../../plugin/domain/adherence.ts';
import { judgeBackup, type BackupSize, type SizeJudgement } from '../../../plugin/domain/judge-backup.ts';
import { usualTier, type Tier } from '../../../plugin/domain/proof-configuration.ts';
import { storageTrend } from '../../../plugin/domain/storage-trend.ts';
import { planRestoreOrder, tierOf } from '../../../plugin/domain/tier.ts';

const size = (files: number, megabytes: number): BackupSize => ({ files, bytes: megabytes * 1e6 });
const usual = [size(1000, 100), size(1010, 101), size(990, 99), size(1000, 100)];
const judged: readonly (readonly [string, readonly BackupSize[], BackupSize, SizeJudgement])[] = [
  ['as ever', usual, size(1005, 102), 'usual'],
  ['with half of the files and one', usual, size(501, 100), 'usual'],
  ['with fewer than half of the files', usual, size(499, 100), 'count-drop'],
  ['of a home that was not mounted', usual, size(0, 0), 'count-drop'],
  ['a third of the size', usual, size(900, 33), 'unusually-small'],
  ['three times the size', usual, size(1000, 301), 'unusually-large'],
  ['a little less than that', usual, size(1000, 299), 'usual'],
  ['of a small account, which may do as it likes', usual.map(() => size(50, 1)), size(3, 40), 'usual'],
  ['of a small account that explodes', usual.map(() => size(50, 1)), size(50, 60), 'unusually-large'],
  ['with too short a history', usual.slice(0, 2), size(0, 0), 'usual'],
  ['after one that was odd', [...usual, size(1, 1)], size(1000, 100), 'usual'],
];

suite('a backup is judged by those before:', () => {
  for (const [title, history, backup, expected] of judged) {
    test(title, () => assert.equal(judgeBackup(history, backup), expected));
  }
});

suite('days left', () => {
  const day = (number: number, bytesStored: number, bytesFree: number | undefined) => {
    return { day: `2026-11-${String(number).padStart(2, '0')}`, bytesStored, bytesFree };
  };

  test('follow the slope of all days, not of one', () => {
    const days = [1, 2, 3, 4, 5].map((number) => day(number, number * 10, 1000 - number * 10));
    assert.deepEqual(storageTrend(days), { bytesStored: 50, bytesFree: 950, growthPerDay: 10, daysLeft: 95 });
    const jump = [...days.slice(0, 4), day(5, 500, 500)];
    assert.ok((storageTrend(jump)?.daysLeft ?? 0) > 4);
  });

  test('are nobody’s guess where it does not fill up, is not known, or began today', () => {
    const full = [1, 2, 3].map((number) => day(number, 10, 500 + number));
    assert.equal(storageTrend(full)?.daysLeft, undefined);
    assert.equal(storageTrend([1, 2, 3].map((number) => day(number, number, undefined)))?.daysLeft, undefined);
    assert.equal(storageTrend([day(1, 1, 9), day(2, 2, 1)])?.daysLeft, undefined);
    assert.equal(storageTrend([]), undefined);
  });

  test('do not depend on the order of days', () => {
    const days = [4, 1, 3, 2].map((number) => day(number, number, 100 - number));
    assert.deepEqual(storageTrend(days), storageTrend(days.toReversed()));
  });
});

suite('tiers', () => {
  const tier = (name: string, fields: Partial<Tier>): Tier => ({ ...usualTier, name, accounts: [], ...fields });
  const tiers = [
    tier('gold', { accounts: ['shop*'], order: 10, after: ['dns'] }),
    tier('base', { accounts: ['dns'], order: 50 }),
    tier('premium', { packages: ['premium'], order: 20 }),
    usualTier,
  ];

  test('the first that fits an account or its package counts', () => {
    assert.equal(tierOf(tiers, { name: 'shop7', package: 'premium' }).name, 'gold');
    assert.equal(tierOf(tiers, { name: 'maria', package: 'premium' }).name, 'premium');
    assert.equal(tierOf(tiers, { name: 'maria' }).name, 'standard');
    assert.equal(tierOf(tiers, { name: 'my.shop' }).name, 'standard', 'a pattern is for the whole name');
  });

  test('in a disaster the lowest come first, and never before whom they wait for', () => {
    const accounts = ['zoe', 'shop2', 'dns', 'maria', 'shop1'].map((name) => ({ name }));
    const order = planRestoreOrder(tiers, accounts).map(({ name }) => name);
    assert.deepEqual(order, ['dns', 'shop1', 'shop2', 'maria', 'zoe']);
    assert.deepEqual(
      planRestoreOrder(tiers, accounts.toReversed()).map(({ name }) => name),
      order,
    );
  });

  test('a circle of waiting ends', () => {
    const circle = [tier('a', { accounts: ['a'], after: ['b'] }), tier('b', { accounts: ['b'], after: ['a'] })];
    assert.equal(planRestoreOrder(circle, [{ name: 'a' }, { name: 'b' }]).length, 2);
  });
});

test('adherence is the share of time within what was promised', () => {
  const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 1, hour));
  assert.equal(adherenceOf([at(0), at(24)], 24, at(0), at(48)), 1);
  assert.equal(adherenceOf([at(0)], 24, at(0), at(48)), 0.5);
  assert.equal(adherenceOf([], 24, at(0), at(48)), 0);
});

test('an account is judged from when its first backup was due or there', () => {
  const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 10, hour));
  const from = (placeAt: Date | undefined, firstGoodAt: Date | undefined): Date =>
    judgedFrom({ placeAt, firstGoodAt, rpoHours: 26 }, at(0));
  assert.deepEqual(from(at(-300), at(-280)), at(0), 'one that was there before: all of the time');
  assert.deepEqual(from(at(10), at(16)), at(16), 'a new one: from its first backup');
  assert.deepEqual(from(at(10), undefined), at(36), 'or from when that was due');
  assert.deepEqual(from(at(10), at(60)), at(36), 'also when it came later');
  assert.deepEqual(from(at(10), at(-20)), at(0), 'a place made anew begins nothing');
  assert.deepEqual(from(undefined, undefined), at(0), 'without a place, nothing speaks for it');
});
