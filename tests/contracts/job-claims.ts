import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Job, JobQueue } from '../../plugin/contracts/job-queue.ts';
import { claimed, done, longLease, maria, newJob, nikos, runningJob } from '../support/make-jobs.ts';
import { openQueues, type MetadataPlace } from '../support/metadata-place.ts';

/** The part of `testJobQueue` about who holds a job, and how it ends. */
export function testClaims(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<JobQueue> => (await makePlace(context).open()).jobs;

  suite(title, () => {
    test('of 20 callers who claim a job at once exactly one gets it, but of naive ones several', async (t) => {
      const place = makePlace(t);
      const queues = await openQueues(place, 4);
      const job = await queues[0]?.add(newJob());
      assert.ok(job !== undefined);
      const claims = Array.from({ length: 5 }, () => queues.map((jobs) => jobs.claim(job, 'x', longLease))).flat();
      const winners = (await Promise.all(claims)).filter((taken) => taken !== undefined);
      assert.deepEqual(
        winners.map(({ state, fence, attempts }) => ({ state, fence, attempts })),
        [{ state: 'running', fence: 1, attempts: 1 }],
      );
      const second = await queues[0]?.add(newJob());
      assert.equal(await claimNaively(place, second?.id, 4), 4);
    });

    test('a job that somebody holds is not claimed, whatever fence one knows', async (t) => {
      const jobs = await open(t);
      const waiting = await jobs.add(newJob());
      const running = await claimed(jobs, waiting);
      for (const fence of [-1, 0, 1, 2]) {
        assert.equal(await jobs.claim({ id: running.id, fence }, 'other', longLease), undefined);
      }
      assert.deepEqual((await jobs.find(maria, running.id))?.holder, 'holder');
    });

    test('a job that has ended is never begun again', async (t) => {
      const jobs = await open(t);
      const ended = await runningJob(jobs, {}, 0);
      await jobs.finish(ended, done);
      for (const fence of [0, 1, 2]) assert.equal(await jobs.claim({ id: ended.id, fence }, 'x', 1), undefined);
      assert.deepEqual(await jobs.open(), []);
    });

    test('a job whose lease has ended is taken by another, and why is kept', async (t) => {
      const jobs = await open(t);
      const stalled = await runningJob(jobs, {}, 0);
      const [orphan] = await jobs.open();
      assert.deepEqual([orphan?.state, orphan?.isDue, orphan?.fence], ['running', true, 1]);
      const taken = await claimed(jobs, stalled);
      assert.deepEqual([taken.fence, taken.attempts], [2, 2]);
      const [reason] = JSON.parse(taken.retryReasons ?? '') as string[];
      assert.deepEqual(JSON.parse(reason ?? ''), {
        code: 'interrupted',
        facts: { action: 'backup', after: '"holder" gave no sign' },
      });
    });

    test('a worker that starts takes over what the one before had in hand, at once', async (t) => {
      const jobs = await open(t);
      const held = await runningJob(jobs, {}, longLease);
      await jobs.add(newJob());
      assert.equal(await jobs.endLeases(), 1);
      const [orphan] = (await jobs.open()).filter(({ id }) => id === held.id);
      assert.deepEqual([orphan?.state, orphan?.isDue], ['running', true]);
      assert.equal((await claimed(jobs, held)).attempts, 2);
      assert.equal(await jobs.renew(held, longLease, undefined), 'lost');
    });

    test('who lost a job can neither renew nor finish nor retry it, and changes nothing', async (t) => {
      const jobs = await open(t);
      const stalled = await runningJob(jobs, {}, 0);
      await claimed(jobs, stalled);
      const before = await jobs.find(maria, stalled.id);
      assert.equal(await jobs.renew(stalled, longLease, '{"items":1}'), 'lost');
      assert.equal(await jobs.finish(stalled, done), false);
      assert.equal(await jobs.retry(stalled, 0, 'x'), false);
      assert.deepEqual(await jobs.find(maria, stalled.id), before);
    });

    test('a lease that ended and that nobody took is renewed', async (t) => {
      const jobs = await open(t);
      const late = await runningJob(jobs, {}, 0);
      assert.equal(await jobs.renew(late, longLease, undefined), 'held');
      assert.equal(await jobs.claim(late, 'other', longLease), undefined);
      assert.equal((await jobs.open())[0]?.isDue, false);
    });

    test('renewing keeps the progress, and the last one when there is no news', async (t) => {
      const jobs = await open(t);
      const job = await runningJob(jobs);
      await jobs.renew(job, longLease, '{"items":1}');
      await jobs.renew(job, longLease, undefined);
      assert.equal((await jobs.find(maria, job.id))?.progress, '{"items":1}');
    });

    test('a lease lasts as long as was asked for', async (t) => {
      const jobs = await open(t);
      const job = await runningJob(jobs, {}, 90_000);
      assert.equal((job.leaseUntil?.getTime() ?? 0) - (job.startedAt?.getTime() ?? 0), 90_000);
    });

    test('a clock of the database that is set back keeps no job for ever', async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      const stalled = await runningJob(jobs, {}, 60_000);
      const delayed = await runningJob(jobs);
      await jobs.retry(delayed, 60_000, 'x');
      const fresh = await jobs.add(newJob());
      assert.deepEqual(await dueIds(jobs), [fresh.id]);
      const table = place.connect()('jobs');
      await table.update({ held_from: 1e15, held_until: 1e15 + 60_000 }); // as if all this had been in a far future
      assert.deepEqual(await dueIds(jobs), [stalled.id, delayed.id, fresh.id]);
      assert.equal((await claimed(jobs, stalled)).fence, 2);
    });

    test('a job that ended tells how, when, and until when it can be taken back', async (t) => {
      const jobs = await open(t);
      const undoUntil = new Date('2026-11-28T12:00:00.123Z');
      const good = await runningJob(jobs);
      assert.equal(await jobs.finish(good, { state: 'done', result: '{"files":1}', undoUntil }), true);
      const ended = await jobs.find(maria, good.id);
      assert.deepEqual([ended?.state, ended?.result, ended?.failure], ['done', '{"files":1}', undefined]);
      assert.deepEqual([ended?.undoUntil, ended?.leaseUntil, ended?.isDue], [undoUntil, undefined, false]);
      assert.ok(ended?.finishedAt !== undefined);
      const bad = await runningJob(jobs);
      await jobs.finish(bad, { state: 'failed', failure: '{"code":"no-space"}', undoUntil });
      const failed = await jobs.find(maria, bad.id);
      assert.deepEqual([failed?.state, failed?.result, failed?.failure], ['failed', undefined, '{"code":"no-space"}']);
      assert.equal(await jobs.finish(good, { state: 'failed', failure: '{}', undoUntil: undefined }), false);
    });

    test('what was taken back can not be taken back again', async (t) => {
      const jobs = await open(t);
      const job = await runningJob(jobs);
      const until = new Date(Date.now() + longLease);
      await jobs.finish(job, { state: 'done', result: '{}', undoUntil: until });
      await jobs.setUndo(nikos, job.id, undefined);
      assert.deepEqual((await jobs.find(maria, job.id))?.undoUntil, until);
      await jobs.setUndo(maria, job.id, undefined);
      assert.equal((await jobs.find(maria, job.id))?.undoUntil, undefined);
    });

    test('a job that is to be tried again waits for its time and keeps the last ten reasons', async (t) => {
      const jobs = await open(t);
      let job = await runningJob(jobs);
      for (let number = 1; number <= 12; number += 1) {
        assert.equal(await jobs.retry(job, 0, `reason ${number}`), true);
        assert.equal((await jobs.find(maria, job.id))?.startedAt, undefined);
        job = await claimed(jobs, job);
      }
      const reasons = JSON.parse(job.retryReasons ?? '') as string[];
      assert.deepEqual(
        reasons,
        Array.from({ length: 10 }, (_, index) => `reason ${index + 3}`),
      );
      assert.deepEqual([job.fence, job.attempts], [13, 13]);
      await jobs.retry(job, 60_000, 'later');
      const later = await jobs.find(maria, job.id);
      assert.deepEqual([later?.state, later?.isDue], ['waiting', false]);
      assert.ok((later?.notBefore.getTime() ?? 0) > Date.now() + 30_000);
      assert.equal(await jobs.claim(job, 'x', longLease), undefined);
    });

    test('a waiting job that is cancelled never begins', async (t) => {
      const jobs = await open(t);
      const job = await jobs.add(newJob());
      const cancelled = await jobs.cancel(maria, job.id);
      assert.deepEqual(
        [cancelled?.state, cancelled?.failure],
        ['cancelled', '{"code":"cancelled","facts":{"action":"backup"}}'],
      );
      assert.ok(cancelled?.finishedAt !== undefined);
      assert.equal(await jobs.claim(job, 'x', longLease), undefined);
      assert.deepEqual(await jobs.cancel(maria, job.id), cancelled);
    });

    test('a running job that is cancelled hears it when it renews', async (t) => {
      const jobs = await open(t);
      const job = await runningJob(jobs);
      const asked = await jobs.cancel(maria, job.id);
      assert.deepEqual([asked?.state, asked?.isCancelWanted], ['running', true]);
      assert.equal((await jobs.open())[0]?.isCancelWanted, true);
      assert.equal(await jobs.renew(job, longLease, undefined), 'cancel-wanted');
      assert.equal(await jobs.finish(job, { state: 'cancelled', failure: '{}', undoUntil: undefined }), true);
      assert.equal((await jobs.cancel(maria, job.id))?.state, 'cancelled');
    });

    test('a job that was begun and waits again puts back what it had begun before it is cancelled', async (t) => {
      const jobs = await open(t);
      const begun = await runningJob(jobs);
      await jobs.retry(begun, longLease, 'x');
      const asked = await jobs.cancel(maria, begun.id);
      assert.deepEqual([asked?.state, asked?.isCancelWanted, asked?.isDue], ['waiting', true, true]);
      assert.equal((await claimed(jobs, begun)).isCancelWanted, true);
    });

    test('a job that is cancelled and claimed at the same moment is one or the other', async (t) => {
      const place = makePlace(t);
      const [one, two] = await openQueues(place, 2);
      assert.ok(one !== undefined && two !== undefined);
      for (let round = 0; round < 20; round += 1) {
        const job: Job = await one.add(newJob());
        const claiming: Promise<Job | undefined> = one.claim(job, 'x', longLease);
        const answered: Job | undefined = await two.cancel(maria, job.id);
        const taken: Job | undefined = await claiming;
        assert.equal(answered?.state, taken === undefined ? 'cancelled' : 'running');
        assert.equal(answered?.isCancelWanted, taken !== undefined);
      }
    });
  });
}

async function dueIds(jobs: JobQueue): Promise<string[]> {
  return (await jobs.open()).filter(({ isDue }) => isDue).map(({ id }) => id);
}

/** The mistake: to look first and then to write, while others look. @returns how many believe that the job is theirs. */
async function claimNaively(place: MetadataPlace, id: string | undefined, callers: number): Promise<number> {
  const jobs = Array.from({ length: callers }, () => place.connect()).map((connection) => ({
    look: () => connection('jobs').where({ id, state: 'waiting' }).select('id'),
    take: () => connection('jobs').where({ id }).update({ state: 'running' }),
  }));
  const looks: unknown[][] = await Promise.all(jobs.map(({ look }) => look()));
  const taken = await Promise.all(jobs.map(({ take }) => take()));
  return looks.filter(({ length }, index) => length === 1 && taken[index] === 1).length;
}
