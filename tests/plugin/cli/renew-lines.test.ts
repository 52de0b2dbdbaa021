import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeForAll } from '../../../plugin/cli/renew-all-lines.ts';
import { exitCodeFor } from '../../../plugin/cli/renew-lines.ts';
import type { RenewReport } from '../../../plugin/protocol/keys.ts';

const whole: RenewReport = {
  account: 'maria',
  destination: 'local',
  outcome: 'planned',
  from: 'maria-0123456789ab',
  to: 'maria-0123456789ab-2',
  points: 3,
  bytes: 1000,
  freeBytes: undefined,
  lost: [],
  former: [],
};
const lost = [{ kind: 'missing-pack', object: 'pack 1f8b2c3d', points: ['1'.repeat(64)], paths: [] }];

const cases: readonly [what: string, report: RenewReport, acceptLoss: boolean, exitCode: number][] = [
  ['a trial in which nothing is lost', whole, false, 0],
  ['a trial in which something is lost', { ...whole, lost }, false, 9],
  ['a trial in which that is accepted', { ...whole, lost }, true, 0],
  ['a trial in which nothing would be left', { ...whole, lost, points: 0 }, true, 9],
  ['a trial without room, whatever is accepted', { ...whole, lost, freeBytes: 10 }, true, 6],
  ['a real one that was refused', { ...whole, lost, outcome: 'refused' }, false, 9],
  ['a real one that accepted', { ...whole, lost, outcome: 'renewed' }, true, 0],
];

for (const [what, report, acceptLoss, exitCode] of cases) {
  test(`${what} ends with ${exitCode}`, () => {
    assert.equal(exitCodeFor(report, acceptLoss), exitCode);
  });
}

test('a trial of all ends as the real one would, also when loss is accepted', () => {
  const lines = [whole, { ...whole, lost }].map((report) => ({ account: 'maria', report, failure: undefined }));
  const all = { accounts: lines, gone: [] };
  assert.deepEqual([exitCodeForAll(all, false), exitCodeForAll(all, true)], [3, 0]);
});

test('not all is done while something of an account that is gone keeps its keys', () => {
  const gone = [{ account: 'petros', destination: 'local', folder: 'petros-1', location: '/backup/petros-1' }];
  const accounts = [{ account: 'maria', report: whole, failure: undefined }];
  assert.equal(exitCodeForAll({ accounts, gone: [] }, false), 0);
  assert.equal(exitCodeForAll({ accounts, gone }, false), 3);
  assert.equal(exitCodeForAll({ accounts: [], gone }, false), 1);
  assert.equal(exitCodeForAll({ accounts: [], gone: [] }, false), 0);
});
