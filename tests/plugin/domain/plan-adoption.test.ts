import assert from 'node:assert/strict';
import test from 'node:test';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import { planAdoption, type FoundFolder } from '../../../plugin/domain/plan-adoption.ts';

const [former, newer, present] = ['1', '2', '3'].map((digit) => parseGeneration(digit.repeat(32)));
const folder = (
  generation: FoundFolder['generation'],
  newestAt: number,
  problem?: 'no-key' | 'damaged',
): FoundFolder => ({
  folder: `maria-${String(generation).slice(0, 12)}`,
  name: 'maria',
  generation,
  newestAt,
  problem,
});
const account = { generation: present ?? assert.fail(), hasOwnKey: false };

test('an account gets its archives back when everything else is lost', () => {
  const one = folder(former, 5);
  assert.equal(planAdoption(one, [one], account), 'adopt');
  assert.equal(planAdoption(one, [one], undefined), 'no-account');
});

test('of a name that two customers had, the archives of the last are meant, in whatever order they are found', () => {
  const [old, last] = [folder(former, 5), folder(newer, 6)];
  for (const found of [
    [old, last],
    [last, old],
  ])
    assert.deepEqual(
      [old, last].map((one) => planAdoption(one, found, account)),
      ['no-account', 'adopt'],
    );
});

test('also when the last ones are sealed so that nobody here can tell', () => {
  const [old, last] = [folder(former, 5), folder(newer, 6, 'no-key')];
  assert.deepEqual(
    [old, last].map((one) => planAdoption(one, [old, last], account)),
    ['no-account', 'no-key'],
  );
});

test('a folder for which there is no key at all is in nobody’s way', () => {
  const [one, foreign] = [folder(former, 5), folder(undefined, 9, 'no-key')];
  assert.equal(planAdoption(one, [one, foreign], account), 'adopt');
});

test('nobody loses what there is now: archives of the present generation, or a key', () => {
  const [old, own] = [folder(former, 9), folder(present, 1)];
  assert.deepEqual(
    [old, own].map((one) => planAdoption(one, [old, own], account)),
    ['no-account', 'known'],
  );
  assert.equal(planAdoption(old, [old], { ...account, hasOwnKey: true }), 'no-account');
});
