import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import { waitingLimit, type Job, type JobQueue } from '../../plugin/contracts/job-queue.ts';
import { parseAccountName } from '../../plugin/domain/ids.ts';
import { parseJobId } from '../../plugin/domain/job.ts';
import { failsWith } from '../support/failures.ts';
import { testClaims } from './job-claims.ts';
import { claimed, done, longLease, maria, newJob, nikos, runningJob } from '../support/make-jobs.ts';
import { openQueues, serverB, type MetadataPlace } from '../support/metadata-place.ts';

/** What every implementation of `plugin/contracts/job-queue.ts` promises. */
export function testJobQueue(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<JobQueue> => (await makePlace(context).open()).jobs;

  testClaims(`${title}: claims`, makePlace);

  suite(title, () => {
    test('a job that is added waits and keeps what was asked', async (t) => {
      const jobs = await open(t);
      const asked = newJob({
        kind: 'run-plan',
        weight: 'small',
        label: 'πριν την αναβάθμιση 🗄',
        askedBy: 'eleni #4711',
        uniqueKey: 'key',
      });
      const job = await jobs.add(asked);
      assert.match(job.id, /^[a-z0-9]{20}$/);
      const { generation, accountName, kind, weight, label, request, askedBy, uniqueKey } = job;
      assert.deepEqual({ generation, accountName, kind, weight, label, request, askedBy, uniqueKey }, asked);
      assert.deepEqual(
        [job.state, job.fence, job.attempts, job.isDue, job.turn, job.isCancelWanted],
        ['waiting', 0, 0, true, 0, false],
      );
      const never = [job.startedAt, job.finishedAt, job.leaseUntil, job.holder, job.progress, job.result, job.failure];
      assert.deepEqual([...never, job.retryReasons, job.undoUntil], Array(9).fill(undefined));
      assert.deepEqual(job.notBefore, job.createdAt);
      assert.deepEqual(await jobs.find(maria, job.id), job);
    });

    test('times are those of the database, not those of the process', async (t) => {
      const jobs = await open(t);
      const before = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: before + 10 * 365 * 86_400_000 });
      const job = await runningJob(jobs, {}, 1000);
      const [rival] = await jobs.open();
      assert.ok(rival !== undefined);
      assert.equal(await jobs.claim(rival, 'of the future', longLease), undefined);
      await jobs.finish(job, done);
      t.mock.timers.reset();
      const ended = await jobs.find(maria, job.id);
      const times = [ended?.createdAt, ended?.startedAt, ended?.finishedAt].map((time) => time?.getTime() ?? 0);
      const slack = 5; // the database reads the clock of the kernel's last tick
      for (const time of times) assert.ok(before - slack <= time && time <= Date.now() + slack, `${time}`);
    });

    test('a long request and a long answer come back as they were', async (t) => {
      const jobs = await open(t);
      const request = JSON.stringify({ kind: 'backup', text: 'ä'.repeat(60_000) });
      const job = await runningJob(jobs, { request });
      assert.equal(job.request, request);
      const result = JSON.stringify(Array.from({ length: 100_000 }, (_, index) => index));
      await jobs.finish(job, { state: 'done', result, undoUntil: undefined });
      assert.equal((await jobs.find(maria, job.id))?.result, result);
    });

    test('a key that a job has already gives that job, whatever became of it', async (t) => {
      const jobs = await open(t);
      const first = await jobs.add(newJob({ uniqueKey: 'nightly 2026-11-21' }));
      assert.deepEqual(await jobs.add(newJob({ uniqueKey: 'nightly 2026-11-21', kind: 'check' })), first);
      await jobs.finish(await claimed(jobs, first), done);
      const again = await jobs.add(newJob({ uniqueKey: 'nightly 2026-11-21' }));
      assert.deepEqual([again.id, again.state], [first.id, 'done']);
      assert.notEqual((await jobs.add(newJob({ uniqueKey: 'NIGHTLY 2026-11-21' }))).id, first.id);
      assert.equal((await jobs.list(maria, 100)).length, 2);
    });

    test('of processes that add the same key at once, one adds', async (t) => {
      const place = makePlace(t);
      const queues = await openQueues(place, 4);
      const adding = Array.from({ length: 5 }, () => queues.map((jobs) => jobs.add(newJob({ uniqueKey: 'k' })))).flat();
      const ids = new Set((await Promise.all(adding)).map(({ id }) => id));
      assert.equal(ids.size, 1);
    });

    test(`an account has ${waitingLimit} jobs waiting at most, also when they come at once`, async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      await fillQueue(place, jobs, waitingLimit - 3);
      const more = await Promise.allSettled(Array.from({ length: 8 }, () => jobs.add(newJob())));
      assert.equal(more.filter(({ status }) => status === 'fulfilled').length, 3);
      const facts = await failsWith('too-many-jobs', () => jobs.add(newJob()));
      assert.equal(facts.waiting, waitingLimit);
      await jobs.add(newJob({ generation: nikos }));
      const existing = await runningJob(jobs, { generation: nikos, uniqueKey: 'k' });
      assert.equal((await jobs.add(newJob({ uniqueKey: 'k' }))).id, existing.id);
      const [first] = await jobs.open();
      assert.ok(first !== undefined);
      await claimed(jobs, first);
      await jobs.add(newJob());
    });

    test('jobs of others, and of nobody, cannot be found or cancelled', async (t) => {
      const jobs = await open(t);
      const job = await jobs.add(newJob());
      assert.equal(await jobs.find(nikos, job.id), undefined);
      assert.equal(await jobs.cancel(nikos, job.id), undefined);
      assert.equal(await jobs.cancel(maria, parseJobId('z'.repeat(20))), undefined);
      assert.equal((await jobs.find(maria, job.id))?.state, 'waiting');
    });

    test('a job is found by the beginning of its id when that says which', async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      const job = await jobs.add(newJob());
      assert.equal((await jobs.find(maria, job.id.slice(0, 6)))?.id, job.id);
      for (const text of [
        '',
        job.id.slice(0, 5),
        `${job.id}a`,
        '%',
        '______',
        job.id.slice(0, 6).toUpperCase(),
        "' OR 1",
      ]) {
        assert.equal(await jobs.find(maria, text), undefined, text);
      }
      const twin = await jobs.add(newJob());
      const table = place.connect()('jobs');
      await table.where({ id: twin.id }).update({ id: `${job.id.slice(0, 7)}${'a'.repeat(13)}` });
      assert.equal(await jobs.find(maria, job.id.slice(0, 7)), undefined);
      assert.equal((await jobs.find(maria, job.id))?.id, job.id);
    });

    test('the jobs of an account are listed newest first, as many as are wanted', async (t) => {
      const jobs = await open(t);
      const ids: string[] = [];
      for (let number = 0; number < 5; number += 1) ids.unshift((await jobs.add(newJob())).id);
      await jobs.add(newJob({ generation: nikos }));
      assert.deepEqual(
        (await jobs.list(maria, 3)).map(({ id }) => id),
        ids.slice(0, 3),
      );
      assert.equal((await jobs.list(maria, 100)).length, 5);
    });

    test('what waits and runs is told oldest first, of each account and weight 100 waiting at most', async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      const running = await runningJob(jobs);
      await jobs.retry(await runningJob(jobs), longLease, 'x');
      await fillQueue(place, jobs, 300);
      const small = await jobs.add(newJob({ weight: 'small' }));
      const other = await jobs.add(newJob({ generation: nikos, accountName: parseAccountName('nikos') }));
      await jobs.cancel(maria, (await jobs.add(newJob())).id);
      const open = await jobs.open();
      assert.equal(open.length, 1 + 100 + 2);
      assert.deepEqual(open[0]?.id, running.id);
      assert.deepEqual(
        open.slice(-2).map(({ id, accountName }) => [id, accountName]),
        [
          [small.id, 'maria'],
          [other.id, 'nikos'],
        ],
      );
      assert.ok(open.slice(1).every(({ isDue }) => isDue));
      assert.ok(!('request' in open[0]));
    });

    test('the turn of an account and weight grows with each claim, also after the job has ended', async (t) => {
      const jobs = await open(t);
      const first = await runningJob(jobs);
      assert.equal(first.turn, 1);
      await jobs.finish(first, done);
      await runningJob(jobs, { generation: nikos });
      await jobs.add(newJob());
      await jobs.add(newJob({ weight: 'small' }));
      await jobs.add(newJob({ generation: nikos }));
      assert.deepEqual(
        (await jobs.open()).map(({ turn }) => turn),
        [2, 1, 0, 2],
      );
    });

    test('what a job typically takes is the median of the last nine that were done', async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      assert.equal(await jobs.typicalSeconds(maria, 'backup'), undefined);
      const table = place.connect();
      for (const seconds of [1000, 1000, 1000, 5, 90, 7, 8, 30, 6, 9, 10, 20]) {
        const { id } = await endedJob(jobs, 'done');
        await table('jobs')
          .where({ id })
          .update({ started_at: 1000, finished_at: 1000 + seconds * 1000 });
      }
      await endedJob(jobs, 'failed');
      assert.equal(await jobs.typicalSeconds(maria, 'backup'), 9);
      assert.equal(await jobs.typicalSeconds(maria, 'check'), undefined);
      assert.equal(await jobs.typicalSeconds(nikos, 'backup'), undefined);
    });

    test('jobs that ended long ago are forgotten, except what can still be taken back', async (t) => {
      const jobs = await open(t);
      const undoable = await runningJob(jobs);
      await jobs.finish(undoable, { state: 'done', result: '{}', undoUntil: new Date(Date.now() + longLease) });
      for (const state of ['done', 'failed', 'cancelled'] as const) await endedJob(jobs, state);
      const running = await runningJob(jobs);
      const waiting = await jobs.add(newJob());
      assert.equal(await jobs.removeEndedBefore(new Date(0)), 0);
      assert.equal(await jobs.removeEndedBefore(new Date(Date.now() + 60_000)), 3);
      assert.deepEqual(
        (await jobs.list(maria, 9)).map(({ id }) => id),
        [waiting.id, running.id, undoable.id],
      );
    });

    test('many old jobs are forgotten at once', async (t) => {
      const place = makePlace(t);
      const { jobs } = await place.open();
      await fillQueue(place, jobs, 1000);
      await place.connect()('jobs').update({ state: 'done', finished_at: 1000 });
      assert.equal(await jobs.removeEndedBefore(new Date(2000)), 1000);
    });

    test('the jobs of another server are out of sight', async (t) => {
      const place = makePlace(t);
      const here = (await place.open()).jobs;
      const there = (await place.open(serverB)).jobs;
      const job = await here.add(newJob({ uniqueKey: 'k' }));
      assert.deepEqual([await there.open(), await there.list(maria, 9)], [[], []]);
      assert.equal(await there.find(maria, job.id), undefined);
      assert.equal(await there.claim(job, 'x', longLease), undefined);
      assert.equal(await there.cancel(maria, job.id), undefined);
      const running = await claimed(here, job);
      assert.equal(await there.renew(running, longLease, undefined), 'lost');
      assert.equal(await there.finish(running, done), false);
      assert.equal(await there.retry(running, 0, 'x'), false);
      await here.finish(running, done);
      assert.equal(await there.removeEndedBefore(new Date(Date.now() + 60_000)), 0);
      assert.notEqual((await there.add(newJob({ uniqueKey: 'k' }))).id, job.id);
    });

    test('what waits is there after the database is opened again', async (t) => {
      const place = makePlace(t);
      const first = await place.open();
      const job = await first.jobs.add(newJob());
      await first.close();
      assert.deepEqual(await (await place.open()).jobs.find(maria, job.id), job);
    });
  });
}

async function endedJob(jobs: JobQueue, state: 'done' | 'failed' | 'cancelled'): Promise<Job> {
  const job = await runningJob(jobs);
  const undoUntil = undefined;
  await jobs.finish(job, state === 'done' ? done : { state, failure: '{}', undoUntil });
  return job;
}

/** Adds one job by the contract, and the others as copies of its row: one by one takes seconds. */
async function fillQueue(place: MetadataPlace, jobs: JobQueue, count: number): Promise<void> {
  const { id } = await jobs.add(newJob());
  const connection = place.connect();
  const [row] = (await connection('jobs').where({ id })) as Record<string, unknown>[];
  const { number: _number, ...rest } = row ?? {};
  const rows = Array.from({ length: count - 1 }, (_, index) => ({
    ...rest,
    id: `${index}`.padStart(20, '0'),
  }));
  await connection.batchInsert('jobs', rows, 30);
}
