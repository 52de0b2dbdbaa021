import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Job, JobQueue, NewJob } from '../../../plugin/contracts/job-queue.ts';
import { openMetadata } from '../../../plugin/database/open-metadata.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { parseAccountName, parseGeneration, parseServerId } from '../../../plugin/domain/ids.ts';
import { planClaims } from '../../../plugin/domain/plan-claims.ts';
import { startQueue } from '../../../plugin/worker/run-queue.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { WaitingChild } from '../../support/waiting-child.ts';

suite('the worker brings jobs to their end', () => {
  const folder = suiteFolder();
  const maria = parseGeneration('a'.repeat(32));
  const quiet = { info() {}, warn() {}, error() {} };

  async function openQueue(leaseMilliseconds = 20_000) {
    const file = join(folder, `${randomBytes(6).toString('hex')}.db`);
    const server = parseServerId('1'.repeat(32));
    const metadata = await openMetadata({ metadata: { kind: 'sqlite', file }, server, migrates: true });
    const children: WaitingChild[] = [];
    const start = () => {
      const child = new WaitingChild();
      children.push(child);
      return child;
    };
    const runner = startQueue({
      jobs: metadata.jobs,
      holder: 'test',
      log: quiet,
      start,
      choose: (open) => planClaims(open, { small: 1, large: 1 }),
      leaseMilliseconds,
      pollMilliseconds: 20,
      patienceMilliseconds: 60_000,
    });
    return { jobs: metadata.jobs, children, runner, end: () => metadata.close() };
  }

  test('a job is performed once and its answer kept', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    const child = await nextChild(children, 1);
    assert.deepEqual(child.errand?.request, { kind: 'backup' });
    child.answer({ good: true });
    const job = await ended(jobs, maria, id);
    assert.deepEqual([job.state, job.result, job.attempts], ['done', '{"good":true}', 1]);
    await runner.stop(0);
    await end();
  });

  test('a failure is kept with its code and facts', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    (await nextChild(children, 1)).fail(new Failure('no-space', { path: '/backup' }));
    const job = await ended(jobs, maria, id);
    assert.deepEqual([job.state, job.failure], ['failed', '{"code":"no-space","facts":{"path":"/backup"}}']);
    await runner.stop(0);
    await end();
  });

  test('a process that died is replaced, and the job is done in the end', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    (await nextChild(children, 1)).die();
    (await nextChild(children, 2)).answer('well');
    const job = await ended(jobs, maria, id);
    assert.deepEqual([job.state, job.attempts], ['done', 2]);
    await runner.stop(0);
    await end();
  });

  test('a running job that its owner cancels is asked to stop', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    await nextChild(children, 1);
    await jobs.cancel(maria, id);
    runner.cancel(id);
    assert.equal((await ended(jobs, maria, id)).state, 'cancelled');
    await runner.stop(0);
    await end();
  });

  test('what another worker cancelled is asked to stop too', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    await nextChild(children, 1);
    await jobs.cancel(maria, id);
    assert.equal((await ended(jobs, maria, id)).state, 'cancelled');
    await runner.stop(0);
    await end();
  });

  test('a worker that stops lets its jobs wait for the next', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    await nextChild(children, 1);
    await runner.stop(0);
    const job = await jobs.find(maria, id);
    assert.deepEqual([job?.state, children[0]?.isAlive], ['waiting', false]);
    await end();
  });

  test('a job that another worker took over is dropped, and what it did here counts for nothing', async () => {
    const { jobs, children, runner, end } = await openQueue(400);
    const { id } = await jobs.add(aJob(maria));
    runner.wake();
    const child = await nextChild(children, 1);
    await stealWhenDue(jobs, child);
    const taken = await jobs.find(maria, id);
    assert.deepEqual([taken?.state, taken?.holder], ['running', 'thief']);
    await runner.stop(0);
    await end();
  });

  test('progress reaches those who watch', async () => {
    const { jobs, children, runner, end } = await openQueue();
    const { id } = await jobs.add(aJob(maria));
    const seen: unknown[] = [];
    const unwatch = runner.watch(id, (progress) => void seen.push(progress));
    runner.wake();
    const child = await nextChild(children, 1);
    child.errand?.onProgress({ items: 7 });
    assert.deepEqual(seen, [undefined, { items: 7 }]);
    unwatch();
    child.answer('well');
    await ended(jobs, maria, id);
    await runner.stop(0);
    await end();
  });
});

function aJob(generation: NewJob['generation']): NewJob {
  return {
    generation,
    accountName: parseAccountName('maria'),
    kind: 'backup',
    weight: 'large',
    label: undefined,
    request: '{"kind":"backup"}',
    askedBy: 'account',
    uniqueKey: undefined,
  };
}

/** Waits until so many children were started. */
async function nextChild(children: readonly WaitingChild[], count: number): Promise<WaitingChild> {
  for (;;) {
    const child = children[count - 1];
    if (child?.errand !== undefined) return child;
    await pause(5);
  }
}

async function ended(jobs: JobQueue, generation: NewJob['generation'], id: string): Promise<Job> {
  for (;;) {
    const job = await jobs.find(generation, id);
    if (job !== undefined && job.state !== 'waiting' && job.state !== 'running') return job;
    await pause(5);
  }
}

/** The lease is shortened by whoever is to lose it, as if its renewals had not come through. */
async function stealWhenDue(jobs: JobQueue, child: WaitingChild): Promise<void> {
  while (child.isAlive) {
    const [open] = await jobs.open();
    if (open !== undefined) {
      const held = await jobs.find(open.generation, open.id);
      if (held !== undefined) await jobs.renew(held, 0, undefined);
      await jobs.claim(open, 'thief', 60_000);
    }
    await pause(5);
  }
}
