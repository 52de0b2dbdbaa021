import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { planAfterFailure } from '../../../plugin/domain/plan-job-ending.ts';

const first = { attempts: 1, code: 'not-found', childDied: false, isCancelWanted: false };

const cases = [
  { title: 'what would fail again ends', failed: first, after: { step: 'end', state: 'failed' } },
  {
    title: 'a locked repository is tried again after half a minute',
    failed: { ...first, code: 'repository-locked' },
    after: { step: 'retry', delayMilliseconds: 30_000 },
  },
  {
    title: 'and later after ten',
    failed: { ...first, code: 'repository-locked', attempts: 3 },
    after: { step: 'retry', delayMilliseconds: 600_000 },
  },
  {
    title: 'but not for ever',
    failed: { ...first, code: 'repository-locked', attempts: 4 },
    after: { step: 'end', state: 'failed' },
  },
  {
    title: 'a process that died is replaced at once',
    failed: { ...first, code: 'interrupted', childDied: true },
    after: { step: 'retry', delayMilliseconds: 0 },
  },
  {
    title: 'also when the job shall stop: what it had begun is put back',
    failed: { ...first, code: 'interrupted', childDied: true, isCancelWanted: true },
    after: { step: 'retry', delayMilliseconds: 0 },
  },
  {
    title: 'a restore that was put back is not begun again by itself',
    failed: { ...first, code: 'interrupted', attempts: 2 },
    after: { step: 'end', state: 'failed' },
  },
  {
    title: 'a restore that could not be put back goes on until it can, also when it shall stop',
    failed: { ...first, code: 'half-restored', attempts: 9, isCancelWanted: true },
    after: { step: 'retry', delayMilliseconds: 3_600_000 },
  },
  {
    title: 'who wanted it to stop sees it cancelled',
    failed: { ...first, code: 'cancelled', isCancelWanted: true },
    after: { step: 'end', state: 'cancelled' },
  },
];

suite('how a job goes on when a try of it failed', () => {
  for (const { title, failed, after } of cases) {
    test(title, () => assert.deepEqual(planAfterFailure(failed), after));
  }
});
