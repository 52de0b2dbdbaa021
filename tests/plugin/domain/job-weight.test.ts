import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { isQueued, weightOf } from '../../../plugin/domain/job-weight.ts';
import type { JobWeight } from '../../../plugin/domain/job.ts';

const folder = Buffer.from('public_html').toString('base64');
const cases: readonly (readonly [string, string, readonly string[] | undefined, JobWeight])[] = [
  ['some files back', 'restore', [folder], 'small'],
  ['the whole home back', 'restore', [''], 'large'],
  ['the whole home among others', 'restore', [folder, ''], 'large'],
  ['the whole home as a dot', 'restore', [Buffer.from('.').toString('base64')], 'large'],
  ['the whole home as a slash', 'restore', [Buffer.from('/').toString('base64')], 'large'],
  ['the whole home as a dot and a slash', 'restore', [Buffer.from('./').toString('base64')], 'large'],
  ['very many files back', 'restore', Array.from({ length: 101 }, () => folder), 'large'],
  ['a plan', 'run-plan', undefined, 'small'],
  ['a plan for some files', 'run-plan', [folder], 'small'],
  ['a plan for the whole home', 'run-plan', [''], 'large'],
  ['a copy of a folder', 'local-copy', [folder], 'small'],
  ['a copy of the home', 'local-copy', [''], 'large'],
  ['a backup of a folder', 'backup', [folder], 'small'],
  ['a backup of the account', 'backup', [], 'large'],
  ['forgetting', 'forget', undefined, 'small'],
  ['the night', 'nightly', undefined, 'large'],
  ['a check', 'check', undefined, 'large'],
  ['a prune', 'prune', undefined, 'large'],
  ['a catalog', 'catalog-rebuild', undefined, 'large'],
  ['new keys', 'keys-renew', undefined, 'large'],
  ['new keys for all', 'keys-renew-all', undefined, 'large'],
  ['what nobody knows', 'constructor', [folder], 'large'],
];

suite('how much work a request is', () => {
  for (const [title, kind, paths, weight] of cases) {
    test(`${title} is ${weight}`, () => assert.equal(weightOf(kind, paths), weight));
  }
});

test('work waits in the queue and reading does not', () => {
  for (const kind of ['backup', 'run-plan', 'nightly', 'local-copy']) assert.ok(isQueued({ kind }), kind);
  for (const kind of ['list', 'plan', 'download', 'enqueue', 'toString', '']) assert.ok(!isQueued({ kind }), kind);
});
