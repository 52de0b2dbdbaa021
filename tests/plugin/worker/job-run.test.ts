import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Job, JobQueue } from '../../../plugin/contracts/job-queue.ts';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import { startJobRun } from '../../../plugin/worker/job-run.ts';
import { WaitingChild } from '../../support/waiting-child.ts';

const minute = 60_000;

/** A child that is busy: it takes note of the wish to stop, and goes on. */
class BusyChild extends WaitingChild {
  override perform(errand: Parameters<WaitingChild['perform']>[0]): Promise<unknown> {
    return super.perform({ ...errand, signal: new AbortController().signal });
  }
}

suite('a job that shall stop', () => {
  test('ends after a minute, when it does not stop by itself', async (t) => {
    const { run, child } = cancelledRun(t);
    t.mock.timers.tick(minute);
    assert.equal(child.isAlive, false);
    await run.over;
  });

  test('may put back what it had begun for as long as that takes', async (t) => {
    const { run, child } = cancelledRun(t);
    child.errand?.onProgress({ kind: 'advance', step: 'put-back', items: 0 });
    t.mock.timers.tick(30 * minute);
    assert.equal(child.isAlive, true);
    child.answer({});
    await run.over;
  });

  test('but not for ever', async (t) => {
    const { run, child } = cancelledRun(t);
    child.errand?.onProgress({ kind: 'advance', step: 'put-back', items: 0 });
    for (let minutes = 0; minutes < 6 * 60 + 1; minutes += 1) t.mock.timers.tick(minute);
    assert.equal(child.isAlive, false);
    await run.over;
  });
});

function cancelledRun(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const child = new BusyChild();
  const jobs = { finish: () => Promise.resolve(true), retry: () => Promise.resolve(true), renew: () => 'held' };
  const run = startJobRun(aJob, {
    jobs: jobs as unknown as JobQueue,
    start: () => child,
    log: { info() {}, warn() {}, error() {} },
    leaseMilliseconds: 20_000,
    patienceMilliseconds: minute,
    onProgress: () => {},
  });
  run.cancel();
  return { run, child };
}

const aJob = {
  id: 'j'.repeat(20),
  generation: parseGeneration('a'.repeat(32)),
  kind: 'run-plan',
  attempts: 1,
  request: '{"kind":"run-plan"}',
  isCancelWanted: false,
} as unknown as Job;
