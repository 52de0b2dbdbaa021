import assert from 'node:assert/strict';
import test from 'node:test';
import { presentRunning } from '../../../plugin/web/presenters/job.ts';
import { waitingJob } from '../../support/recorded-jobs.ts';

test('a job that waits says for what, and where that can be seen when it is of the same account', () => {
  const told = (waitsFor: typeof waitingJob.waitsFor): readonly unknown[] => {
    const { waitsFor: word, waitsForJob } = presentRunning({ ...waitingJob, waitsFor });
    return [word, waitsForJob];
  };
  assert.deepEqual(told(undefined), [undefined, undefined]);
  assert.deepEqual(told({ by: 'others' }), ['others', undefined]);
  assert.deepEqual(told({ by: 'own', job: 'j1', kind: 'run-plan' }), ['restore', 'j1']);
  assert.deepEqual(told({ by: 'own', job: 'j1', kind: 'backup' }), ['backup', 'j1']);
  assert.deepEqual(told({ by: 'own', job: 'j1', kind: 'prepare-download' }), ['own', 'j1']);
});
