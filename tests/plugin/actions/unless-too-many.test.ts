import assert from 'node:assert/strict';
import test from 'node:test';
import { unlessTooMany } from '../../../plugin/actions/unless-too-many.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { parseAccountName } from '../../../plugin/domain/ids.ts';

const account = { name: parseAccountName('maria') };

test('too much waiting work of one account is logged and ends nothing; whatever else is wrong does', async () => {
  const logged: unknown[] = [];
  const log = { info() {}, error() {}, warn: (event: string, facts: object) => logged.push({ event, ...facts }) };
  assert.equal(await unlessTooMany({ log }, account, () => Promise.resolve()), true);
  const full = () => Promise.reject(new Failure('too-many-jobs', { waiting: 1000 }));
  assert.equal(await unlessTooMany({ log }, account, full), false);
  assert.deepEqual(logged, [{ event: 'too-many-jobs', account: 'maria' }]);
  await assert.rejects(
    unlessTooMany({ log }, account, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
});
