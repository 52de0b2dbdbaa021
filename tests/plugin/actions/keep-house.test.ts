import assert from 'node:assert/strict';
import test from 'node:test';
import { keepHouse } from '../../../plugin/actions/keep-house.ts';
import type { Services } from '../../../plugin/actions/services.ts';

test('what cannot be done in the house is told, and everything else is done all the same', async () => {
  const done: string[] = [];
  const told: unknown[] = [];
  const does = (name: string) => () => void done.push(name);
  const fails = (name: string) => () => {
    done.push(name);
    throw new Error(name);
  };
  const services = {
    clock: { now: () => new Date(0) },
    log: { error: (event: string, { step }: { step?: unknown }) => void told.push([event, step]) },
    sessions: { removeExpired: fails('sessions') },
    jobs: { removeEndedBefore: does('jobs') },
    outbox: { removeEndedBefore: does('outbox') },
    timetable: { removeBefore: does('timetable') },
    sandboxes: { sweep: fails('sandboxes') },
    spool: { removeBefore: does('spool') },
    databasePlans: { generations: () => (done.push('databases'), []) },
    panel: { listAccounts: fails('panel') },
    wishes: { due: () => (done.push('deletions'), []) },
  } as unknown as Services;
  assert.equal(await keepHouse(services), 0);
  const all = ['sessions', 'jobs', 'outbox', 'timetable', 'sandboxes', 'spool', 'databases'];
  assert.deepEqual(done, [...all, 'panel', 'deletions', 'panel']);
  assert.deepEqual(
    told,
    ['sessions', 'sandboxes', 'half-done', 'local-copies'].map((step) => ['house-not-kept', step]),
  );
});
