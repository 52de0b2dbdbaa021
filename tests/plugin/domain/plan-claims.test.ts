import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import { serverWork } from '../../../plugin/domain/server-work.ts';
import { blockerOf, planClaims, type QueuedWork, type Slots } from '../../../plugin/domain/plan-claims.ts';
import { SimulatedQueue, type Arrival } from '../../support/simulated-queue.ts';

const maria = parseGeneration('a'.repeat(32));
const nikos = parseGeneration('b'.repeat(32));
const eleni = parseGeneration('c'.repeat(32));

const small = { weight: 'small' } as const;
const running = { state: 'running', isDue: false, attempts: 1 } as const;

test('small jobs have slots of their own and large ones never take them', () => {
  const open = [aJob('1', maria), aJob('2', nikos), aJob('3', eleni, small)];
  assert.deepEqual(chosen(open, { small: 2, large: 1 }), ['1', '3']);
});

test('small jobs use large slots that are free', () => {
  const open = [aJob('1', maria, small), aJob('2', nikos, small)];
  assert.deepEqual(chosen(open, { small: 1, large: 1 }), ['1', '2']);
  assert.deepEqual(chosen([aJob('0', eleni, running), ...open], { small: 1, large: 1 }), ['1']);
});

test('a small job in a large slot keeps a large one from it', () => {
  const open = [
    aJob('1', maria, { ...small, ...running }),
    aJob('2', nikos, { ...small, ...running }),
    aJob('3', eleni),
  ];
  assert.deepEqual(chosen(open, { small: 1, large: 1 }), []);
  assert.deepEqual(chosen(open, { small: 2, large: 1 }), ['3']);
});

test('an account has one small and one large job running at a time', () => {
  const slots = { small: 5, large: 5 };
  assert.deepEqual(chosen([aJob('1', maria), aJob('2', maria, small), aJob('3', maria, small)], slots), ['1', '2']);
  assert.deepEqual(chosen([aJob('1', maria, running), aJob('2', maria, small), aJob('3', maria)], slots), ['2']);
});

test('whose last job began longest ago comes first, and who never had one before all', () => {
  const open = [aJob('1', maria, { turn: 7 }), aJob('2', nikos, { turn: 3 }), aJob('3', eleni)];
  assert.deepEqual(chosen(open, { small: 0, large: 2 }), ['3', '2']);
});

test('among equals the oldest job comes first', () =>
  assert.deepEqual(chosen([aJob('1', maria), aJob('2', nikos)], { small: 0, large: 1 }), ['1']));

test('what was begun is brought to its end before others of its account and weight', () => {
  const interrupted = aJob('2', maria, { ...small, attempts: 1 });
  const orphaned = aJob('2', maria, { ...small, ...running, isDue: true });
  for (const begun of [interrupted, orphaned]) {
    assert.deepEqual(chosen([aJob('1', maria, small), begun, aJob('3', maria, small)], { small: 1, large: 1 }), ['2']);
  }
});

test('what is not due keeps nobody waiting', () =>
  assert.deepEqual(chosen([aJob('1', maria, { isDue: false }), aJob('2', maria)], { small: 1, large: 1 }), ['2']));

test('nothing is chosen when there are no slots, or nothing waits', () => {
  assert.deepEqual(chosen([aJob('1', maria), aJob('2', nikos, small)], { small: 0, large: 0 }), []);
  assert.deepEqual(chosen([], { small: 3, large: 3 }), []);
});

const ofServer = (id: string, kind: string, more: Partial<QueuedWork> = {}) =>
  aJob(id, serverWork.generation, { kind, ...more });

test('backups of the server do not wait for its copies, verification and drills, but these follow what began before', () => {
  for (const kind of ['copy', 'verify', 'drill']) {
    const copying = ofServer('1', kind, running);
    assert.deepEqual(chosen([copying, ofServer('2', 'scheduled-backup')], { small: 1, large: 1 }), ['2']);
    const backingUp = ofServer('1', 'scheduled-backup', running);
    assert.deepEqual(chosen([backingUp, ofServer('2', kind)], { small: 1, large: 1 }), []);
    assert.equal(blockerOf(ofServer('2', kind), [backingUp], { small: 1, large: 1 })?.by, 'own');
  }
});

test('but one of them runs at a time, and backups one after the other', () => {
  const open = [
    ofServer('1', 'copy'),
    ofServer('2', 'verify'),
    ofServer('3', 'system-backup'),
    ofServer('4', 'scheduled-backup'),
  ];
  assert.deepEqual(chosen(open, { small: 1, large: 9 }), ['1', '3']);
});

test('what needs repositories alone runs beside no other work of the server, and is not overtaken by younger work', () => {
  const slots = { small: 1, large: 9 };
  for (const kind of ['rotate', 'prune', 'nightly', 'keys-renew-all']) {
    const alone = ofServer('2', kind);
    for (const other of ['scheduled-backup', 'copy'] as const) {
      assert.deepEqual(chosen([ofServer('1', other, running), alone], slots), []);
      assert.deepEqual(chosen([{ ...alone, ...running }, ofServer('3', other)], slots), []);
      assert.deepEqual(chosen([alone, ofServer('3', other)], slots), ['2']);
    }
  }
});

test('a copy of the server keeps no slot from an account', () => {
  const open = [ofServer('1', 'copy', running), aJob('2', maria)];
  assert.deepEqual(chosen(open, { small: 0, large: 1 }), ['2']);
});

const anArrival: fc.Arbitrary<Arrival> = fc.record({
  account: fc.integer({ min: 0, max: 4 }),
  weight: fc.constantFrom('small', 'large'),
  at: fc.integer({ min: 0, max: 40 }),
  lasts: fc.integer({ min: 1, max: 9 }),
});
const someArrivals = fc.array(anArrival, { maxLength: 60, size: 'max' });
const someSlots = fc.record({ small: fc.integer({ min: 1, max: 3 }), large: fc.integer({ min: 1, max: 3 }) });

test('every job comes to its turn, whatever is asked in whatever order', () => {
  fc.assert(
    fc.property(someArrivals, someSlots, (arrivals, slots) => {
      const queue = new SimulatedQueue(arrivals, slots);
      queue.run();
      assert.equal(queue.ended.length, arrivals.length);
    }),
  );
});

test('slots, and the one job of each account and weight, are never exceeded', () => {
  fc.assert(
    fc.property(someArrivals, someSlots, (arrivals, slots) => {
      const queue = new SimulatedQueue(arrivals, slots, () => {
        const now = queue.running;
        const large = now.filter(({ weight }) => weight === 'large').length;
        assert.ok(large <= slots.large);
        assert.ok(now.length <= slots.large + slots.small);
        assert.equal(new Set(now.map(({ generation, weight }) => generation + weight)).size, now.length);
      });
      queue.run();
    }),
  );
});

test('no slot stays free for a job that could begin', () => {
  fc.assert(
    fc.property(someArrivals, someSlots, (arrivals, slots) => {
      const queue = new SimulatedQueue(arrivals, slots, () =>
        assert.deepEqual(planClaims(queue.open, slots), [], 'a second look would begin more'),
      );
      queue.run();
    }),
  );
});

/** The next job of an account that has none running: what it waits for are slots and other accounts. */
test('while an account waits for its turn, each other account begins one job of that weight at most', () => {
  fc.assert(
    fc.property(someArrivals, someSlots, (arrivals, slots) => {
      const overtaken = new Map<string, number>();
      const queue = new SimulatedQueue(arrivals, slots, (begun, readyBefore) => {
        const leftOver = readyBefore.filter(({ id }) => !begun.some((job) => job.id === id));
        for (const ready of leftOver) {
          for (const other of begun.filter(({ weight }) => weight === ready.weight)) {
            const key = `${ready.id} ${other.generation}`;
            overtaken.set(key, (overtaken.get(key) ?? 0) + 1);
          }
        }
      });
      queue.run();
      for (const [key, count] of overtaken) assert.ok(count <= 1, `${key}: ${count}`);
    }),
    { numRuns: 300 },
  );
});

test('a small job that could begin waits for no large one as long as small slots are free', () => {
  fc.assert(
    fc.property(someArrivals, someSlots, (arrivals, slots) => {
      const queue = new SimulatedQueue(arrivals, slots, () => {
        const smallRunning = queue.running.filter(({ weight }) => weight === 'small').length;
        const busy = new Set(queue.running.map(({ generation }) => generation));
        const waits = queue.open.some(
          ({ state, weight, generation }) => state === 'waiting' && weight === 'small' && !busy.has(generation),
        );
        assert.ok(!waits || smallRunning >= slots.small);
      });
      queue.run();
    }),
  );
});

test('1,000 jobs of one account delay the job of another by one job at most', () => {
  const many = Array.from({ length: 1000 }, () => ({ account: 0, weight: 'large', at: 0, lasts: 3 }) as const);
  const other = { account: 1, weight: 'large', at: 100, lasts: 3 } as const;
  for (const large of [1, 2]) {
    const queue = new SimulatedQueue([...many, other], { small: 1, large });
    queue.run();
    const waited = queue.waited(1000);
    assert.ok(waited <= (large === 1 ? 3 : 0), `it waited ${waited} while each job takes 3`);
    assert.equal(queue.ended.length, 1001);
  }
});

test('the first in, first out of a naive queue does delay it by all 1,000', () => {
  const many = Array.from({ length: 1000 }, () => ({ account: 0, weight: 'large', at: 0, lasts: 3 }) as const);
  const other = { account: 1, weight: 'large', at: 100, lasts: 3 } as const;
  const firstOfAll = (open: readonly QueuedWork[]) => {
    const isBusy = open.some(({ state }) => state === 'running');
    return isBusy ? [] : open.slice(0, 1);
  };
  const queue = new SimulatedQueue([...many, other], { small: 1, large: 1 }, undefined, firstOfAll);
  queue.run();
  assert.ok(queue.waited(1000) > 2800);
});

function aJob(id: string, generation: QueuedWork['generation'], change: Partial<QueuedWork> = {}): QueuedWork {
  return { id, generation, weight: 'large', state: 'waiting', isDue: true, attempts: 0, turn: 0, ...change };
}

function chosen(open: readonly QueuedWork[], slots: Slots): string[] {
  return planClaims(open, slots).map(({ id }) => id);
}
