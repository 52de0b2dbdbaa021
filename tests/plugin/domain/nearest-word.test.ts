import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestWord } from '../../../plugin/domain/nearest-word.ts';

const known = ['backup', 'browse', 'list', 'restore', 'nightly', 'check'];
const cases: readonly (readonly [string, string | undefined])[] = [
  ['bakup', 'backup'],
  ['BACKUP', 'backup'],
  ['resotre', 'restore'],
  ['night', 'nightly'],
  ['lsit', 'list'],
  ['chekc', 'check'],
  ['delete', undefined],
  ['', undefined],
  ['x', undefined],
  ['x'.repeat(10_000), undefined],
];
for (const [typed, nearest] of cases) {
  test(`“${typed.slice(0, 20)}” most likely meant ${nearest ?? 'nothing known'}`, () => {
    assert.equal(nearestWord(typed, known), nearest);
  });
}
