import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import { countPlan } from '../../../plugin/domain/plan-counts.ts';
import { noEntry, type PlannedEntry } from '../../../plugin/domain/planned-entry.ts';
import type { StoredPlan } from '../../../plugin/domain/stored-plan.ts';
import { lockAccount } from '../../../plugin/platform/account-lock.ts';
import { openPlanStore } from '../../../plugin/platform/plan-store.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const [ours, theirs] = [parseGeneration('a'.repeat(32)), parseGeneration('b'.repeat(32))];
const id = 'abcdefghij0123456789';
const holder = fileURLToPath(new URL('../../support/hold-account-lock.ts', import.meta.url));

const plan: StoredPlan = {
  id,
  account: 'maria',
  question: { purpose: 'undo', point: undefined, undoes: { plan: 'p', job: 'j' }, target: '' },
  counts: countPlan([], 0),
  warnings: [],
  createdAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-21T10:30:00.000Z',
  state: 'open',
  job: undefined,
  safety: undefined,
  writingAt: undefined,
  finishedAt: undefined,
  undoUntil: undefined,
  receipt: undefined,
  after: undefined,
};

const entry = (path: string): PlannedEntry => ({ ...noEntry, path, action: 'deleted', type: 'file' });
/** As it comes back: what is not there is not written. */
const written = (value: StoredPlan): unknown => JSON.parse(JSON.stringify(value));

suite('a kept plan', () => {
  test('is found again with what it lists, by its own account only, and read by root only', async (t) => {
    const state = temporaryFolder(t);
    const store = openPlanStore(state);
    const entries = Array.from({ length: 25_000 }, (_, number) => entry(`folder/caf\u00e9\n${number}`));
    await store.save(ours, plan, entries);
    assert.deepEqual(await openPlanStore(state).find(ours, id), written(plan));
    assert.deepEqual(await store.entries(ours, id), entries);
    assert.deepEqual(
      (await store.list(ours)).map((found) => found.id),
      [id],
    );
    assert.deepEqual([await store.find(theirs, id), await store.entries(theirs, id)], [undefined, undefined]);
    assert.deepEqual(await store.list(theirs), []);
    for (const file of globSync(`${state}/plans/${ours}/*`)) assert.equal(statSync(file).mode & 0o777, 0o600, file);
    assert.equal(statSync(`${state}/plans/${ours}`).mode & 0o777, 0o700);
  });

  test('says how far it has come, and is gone when it is removed', async (t) => {
    const store = openPlanStore(temporaryFolder(t));
    await store.save(ours, plan, [entry('a')]);
    await store.update(ours, { ...plan, state: 'writing' });
    assert.equal((await store.find(ours, id))?.state, 'writing');
    assert.deepEqual(await store.entries(ours, id), [entry('a')]);
    await store.remove(ours, id);
    await store.remove(ours, id);
    assert.deepEqual(
      [await store.find(ours, id), await store.entries(ours, id), await store.list(ours)],
      [undefined, undefined, []],
    );
  });

  test('is never looked for outside its folder', async (t) => {
    const state = temporaryFolder(t);
    const store = openPlanStore(state);
    await store.save(ours, plan, []);
    writeFileSync(join(state, 'secret.json'), '{}', { mode: 0o600 });
    for (const bad of ['../../secret', '../secret', '', '.', id.toUpperCase(), `${id}\n`, `${id}/x`]) {
      assert.equal(await store.find(ours, bad), undefined, bad);
      assert.equal(await store.entries(ours, bad), undefined, bad);
    }
    await assert.rejects(store.update(ours, { ...plan, id: '../../secret' }), TypeError);
    assert.equal(readFileSync(join(state, 'secret.json'), 'utf8'), '{}');
  });
});

suite('the lock of an account', () => {
  test('is one at a time, and another account’s is its own', async (t) => {
    const store = openPlanStore(temporaryFolder(t));
    const lock = await store.lock(ours, 'maria');
    assert.deepEqual(await failsWith('busy', () => store.lock(ours, 'maria')), { account: 'maria' });
    (await store.lock(theirs, 'nikos')).release();
    lock.release();
    lock.release();
    (await store.lock(ours, 'maria')).release();
  });

  /** A process that has the lock and shared it with another that ends after so many seconds. */
  async function startHolder(t: TestContext, file: string, seconds: string) {
    const child = spawn(process.execPath, [holder, file, seconds], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, writer: Number(line.toString()) };
  }

  test('is not taken from a process that lives', async (t) => {
    const file = join(temporaryFolder(t), 'lock');
    const { child, writer } = await startHolder(t, file, '100');
    await failsWith('busy', () => lockAccount(file, 'maria'));
    process.kill(writer, 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockAccount(file, 'maria').release();
  });

  for (const [what, seconds] of [
    ['waited for while it still works', '1'],
    ['ended when it does not end by itself', '100'],
  ] as const) {
    test(`a writer that outlived its process is ${what}`, async (t) => {
      const file = join(temporaryFolder(t), 'lock');
      const { child, writer } = await startHolder(t, file, seconds);
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.ok(existsSync(`/proc/${writer}`));
      lockAccount(file, 'maria').release();
      assert.ok(!existsSync(`/proc/${writer}/exe`));
    });
  }
});
