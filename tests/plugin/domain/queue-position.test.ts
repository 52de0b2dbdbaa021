import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import { blockerOf, planClaims, slotsFor, type QueuedWork } from '../../../plugin/domain/plan-claims.ts';
import { queuePosition, secondsUntilDone } from '../../../plugin/domain/queue-position.ts';

const accounts = ['a', 'b', 'c', 'd'].map((digit) => parseGeneration(digit.repeat(32)));
const oneEach = { small: 1, large: 1 };

test('a job that is next has nothing before it, also while others run', () => {
  const job = aJob('2', 0, { turn: 1 });
  const busy = aJob('1', 1, { state: 'running', isDue: false, attempts: 1, turn: 2 });
  assert.equal(queuePosition(job, [busy, job]), 0);
});

test('a job waits for one of its own account, or for others, exactly when it would not begin by itself', () => {
  const states = fc.record({ running: someJobs(), waiting: someJobs(), parallel: fc.integer({ min: 1, max: 8 }) });
  fc.assert(
    fc.property(states, ({ running, waiting, parallel }) => {
      const slots = slotsFor(parallel);
      const run = running.map((job) => ({ ...job, id: `r${job.id}`, state: 'running' as const, isDue: false }));
      for (const job of waiting) {
        const blocker = blockerOf(job, [...run, ...waiting], slots);
        const begins = planClaims([...run, { ...job, isDue: true }], slots).some(({ id }) => id === job.id);
        assert.equal(blocker === undefined, begins);
        if (blocker?.by !== 'own') continue;
        assert.deepEqual([blocker.work.generation, blocker.work.weight], [job.generation, job.weight]);
        assert.equal(blocker.work.state, 'running');
      }
    }),
  );
});

test('the 1,000 jobs of another account are one job', () => {
  const many = Array.from({ length: 1000 }, (_, index) => aJob(`m${index}`, 1));
  const job = aJob('job', 0);
  assert.equal(queuePosition(job, [...many, job]), 1);
});

test('large jobs are not before a small one', () => {
  const job = aJob('3', 0, { weight: 'small' });
  assert.equal(queuePosition(job, [aJob('1', 0), aJob('2', 1), job]), 0);
});

test('small jobs are not before a large one, not even those of its own account', () => {
  const job = aJob('1', 0);
  const open = [job, aJob('2', 0, { weight: 'small' }), aJob('3', 1, { weight: 'small' })];
  assert.equal(queuePosition(job, open), 0);
});

test('a job that the queue no longer shows comes after all of its account', () => {
  const open = Array.from({ length: 100 }, (_, index) => aJob(`${index}`, 0));
  assert.equal(queuePosition(aJob('x', 0), open), 100);
});

test('a job that may not begin yet is told its place as if it might', () => {
  const job = aJob('2', 0, { isDue: false });
  assert.equal(queuePosition(job, [aJob('1', 0), job]), 1);
});

test('the position is the number of jobs that do begin before it', () => {
  fc.assert(
    fc.property(someJobs(), (jobs) => {
      const order = beginOneByOne(jobs);
      for (const job of jobs) assert.equal(queuePosition(job, jobs), order.indexOf(job.id), job.id);
    }),
  );
});

test('what it will take is the sum of what is before it and the job itself, when one runs at a time', () => {
  fc.assert(
    fc.property(someJobs(), (jobs) => {
      const order = beginOneByOne(jobs);
      for (const job of jobs) {
        assert.equal(
          secondsUntilDone(job, jobs, oneEach, () => 10),
          (order.indexOf(job.id) + 1) * 10,
        );
      }
    }),
  );
});

test('what runs now is waited for, and two slots halve the rest', () => {
  const busy = aJob('0', 3, { state: 'running', isDue: false, attempts: 1, turn: 9 });
  const open = [busy, aJob('1', 1), aJob('2', 2), aJob('3', 0)];
  const job = open[3] ?? busy;
  const seconds = (work: QueuedWork): number => (work === busy ? 4 : 10);
  assert.equal(secondsUntilDone(job, open, oneEach, seconds), 34);
  assert.equal(secondsUntilDone(job, open, { small: 1, large: 2 }, seconds), 20);
});

test('the jobs of one account follow one another however many slots there are', () => {
  const open = [aJob('1', 0), aJob('2', 0), aJob('3', 0)];
  for (const job of open.slice(2)) {
    assert.equal(
      secondsUntilDone(job, open, { small: 9, large: 9 }, () => 10),
      30,
    );
  }
});

test('nobody can tell while one that counts is unknown', () => {
  const open = [aJob('1', 1), aJob('2', 0)];
  for (const job of open.slice(1)) {
    assert.equal(
      secondsUntilDone(job, open, oneEach, ({ id }) => (id === '1' ? undefined : 5)),
      undefined,
    );
  }
});

function aJob(id: string, account: number, change: Partial<QueuedWork> = {}): QueuedWork {
  const generation = accounts[account] ?? parseGeneration('f'.repeat(32));
  return { id, generation, weight: 'large', state: 'waiting', isDue: true, attempts: 0, turn: 0, ...change };
}

/** Large jobs that all wait, of accounts with different turns. */
function someJobs(): fc.Arbitrary<QueuedWork[]> {
  const owners = fc.array(fc.record({ account: fc.integer({ min: 0, max: 3 }), isBegun: fc.boolean() }), {
    maxLength: 25,
    size: 'max',
  });
  const turns = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  return fc
    .tuple(owners, turns)
    .map(([jobs, order]) =>
      jobs.map(({ account, isBegun }, index) =>
        aJob(String(index), account, { turn: order[account] ?? 0, attempts: isBegun ? 1 : 0 }),
      ),
    );
}

/** The ids in the order in which the rule begins them with one slot. */
function beginOneByOne(jobs: readonly QueuedWork[]): string[] {
  let open = [...jobs];
  const order: string[] = [];
  for (let turn = 100; open.length > 0; turn += 1) {
    const [next] = planClaims(open, { small: 0, large: 1 });
    assert.ok(next !== undefined);
    order.push(next.id);
    open = open.filter((job) => job !== next);
    open = open.map((job) => (job.generation === next.generation ? { ...job, turn } : job));
    open = open.toSorted((one, other) => Number(one.id) - Number(other.id));
  }
  return order;
}
