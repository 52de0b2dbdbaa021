import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { openChildPool } from '../../../plugin/worker/child-pool.ts';
import { failsWith } from '../../support/failures.ts';
import { plainErrand, WaitingChild } from '../../support/waiting-child.ts';

function makePool(size = 2, waitingLimit = 8) {
  const children: WaitingChild[] = [];
  const start = () => {
    const child = new WaitingChild();
    children.push(child);
    return child;
  };
  const pool = openChildPool({ start, size, waitingLimit, idleMilliseconds: 60_000 });
  const working = () => children.filter(({ errand }) => errand !== undefined);
  return { pool, children, working };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

suite('reading requests go to processes of their own', () => {
  test('a process that has answered takes the next request', async () => {
    const { pool, children } = makePool();
    const first = pool.read('maria', plainErrand());
    await turn();
    children[0]?.answer({ one: 1 });
    assert.deepEqual(await first, { one: 1 });
    const second = pool.read('maria', plainErrand());
    await turn();
    children[0]?.answer({ two: 2 });
    assert.deepEqual(await second, { two: 2 });
    assert.equal(children.length, 1);
    await pool.close();
  });

  test('one account has one process at a time, so that others are served meanwhile', async () => {
    const { pool, working } = makePool();
    const own = [1, 2, 3].map((request) => pool.read('maria', plainErrand({ request: { request } })));
    const other = pool.read('nikos', plainErrand({ request: { request: 'nikos' } }));
    await turn();
    assert.deepEqual(
      working().map(({ errand }) => errand?.request),
      [{ request: 1 }, { request: 'nikos' }],
    );
    await pool.close();
    await Promise.allSettled([...own, other]);
  });

  test('an account’s next request goes to the process that answered its last', async () => {
    const { pool, children } = makePool();
    const answered = async (account: string): Promise<number> => {
      const reading = pool.read(account, plainErrand());
      await turn();
      const index = children.findIndex(({ errand }) => errand !== undefined);
      children[index]?.answer({});
      await reading;
      return index;
    };
    const both = ['maria', 'nikos'].map((account) => pool.read(account, plainErrand()));
    await turn();
    for (const child of children) child.answer({});
    await Promise.all(both);
    assert.deepEqual(
      [await answered('maria'), await answered('nikos'), await answered('maria'), await answered('other')],
      [0, 1, 0, 0],
    );
    await pool.close();
  });

  test('one is ready before the first request, once', async () => {
    const { pool, children } = makePool();
    pool.prepare();
    pool.prepare();
    assert.equal(children.length, 1);
    const reading = pool.read('maria', plainErrand());
    await turn();
    children[0]?.answer({ one: 1 });
    assert.deepEqual(await reading, { one: 1 });
    pool.prepare();
    assert.equal(children.length, 1);
    await pool.close();
  });

  test('never more processes than allowed', async () => {
    const { pool, children } = makePool(2);
    const reads = ['a', 'b', 'c', 'd'].map((account) => pool.read(account, plainErrand()));
    await turn();
    assert.equal(children.length, 2);
    await pool.close();
    await Promise.allSettled(reads);
  });

  test('an account with too many requests is told that it is busy', async () => {
    const { pool } = makePool(1, 2);
    const reads = [1, 2, 3].map(() => pool.read('maria', plainErrand()));
    await turn();
    await failsWith('busy', () => pool.read('maria', plainErrand()));
    await pool.close();
    await Promise.allSettled(reads);
  });

  test('a process that died is replaced, and only its own request fails', async () => {
    const { pool, children } = makePool(1);
    const first = pool.read('maria', plainErrand());
    const second = pool.read('nikos', plainErrand());
    await turn();
    children[0]?.die();
    await failsWith('interrupted', () => first);
    await turn();
    children[1]?.answer('well');
    assert.equal(await second, 'well');
    await pool.close();
  });

  test('who gives up while waiting is not served later', async () => {
    const { pool, children } = makePool(1);
    const stop = new AbortController();
    const first = pool.read('maria', plainErrand());
    const second = pool.read('nikos', plainErrand({ signal: stop.signal }));
    await turn();
    stop.abort();
    await failsWith('cancelled', () => second);
    children[0]?.answer('well');
    assert.equal(await first, 'well');
    await turn();
    assert.equal(children[0]?.errand, undefined);
    await pool.close();
  });

  test('a process that has sent bytes is not used again', async () => {
    const { pool, children } = makePool(1);
    const download = pool.read('maria', plainErrand({ sink: () => Promise.resolve() }));
    await turn();
    children[0]?.answer('sent');
    await download;
    const next = pool.read('maria', plainErrand());
    await turn();
    assert.equal(children.length, 2);
    children[1]?.answer('well');
    await next;
    await pool.close();
  });
});
