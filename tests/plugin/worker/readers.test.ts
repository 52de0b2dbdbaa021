import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { openReaders } from '../../../plugin/worker/readers.ts';
import { failsWith } from '../../support/failures.ts';
import { plainErrand, WaitingChild } from '../../support/waiting-child.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const download = () => plainErrand({ sink: () => Promise.resolve() });

function makeReaders() {
  const children: WaitingChild[] = [];
  const start = () => {
    const child = new WaitingChild();
    children.push(child);
    return child;
  };
  const options = { start, size: 2, waitingLimit: 2, idleMilliseconds: 60_000 };
  const working = () => children.filter(({ errand }) => errand !== undefined);
  return { readers: openReaders({ pages: options, downloads: options }), working };
}

suite('downloads have processes of their own', () => {
  test('pages wait for none of them, also not those of the same account', async () => {
    const { readers, working } = makeReaders();
    const sent = ['maria', 'nikos', 'eleni'].map((account) => readers.read(account, download()));
    const pages = ['maria', 'other'].map((account) => readers.read(account, plainErrand()));
    await turn();
    const read = working().filter(({ errand }) => errand?.sink === undefined);
    assert.equal(read.length, 2);
    for (const child of read) child.answer('page');
    assert.deepEqual(await Promise.all(pages), ['page', 'page']);
    await readers.close();
    await Promise.allSettled(sent);
  });

  test('one account has one at a time, and the next begins when it has ended', async () => {
    const { readers, working } = makeReaders();
    const own = [1, 2].map((request) => readers.read('maria', { ...download(), request: { request } }));
    const other = readers.read('nikos', { ...download(), request: { request: 'nikos' } });
    await turn();
    assert.deepEqual(
      working().map(({ errand }) => errand?.request),
      [{ request: 1 }, { request: 'nikos' }],
    );
    working()[0]?.answer('sent');
    assert.equal(await own[0], 'sent');
    await turn();
    assert.ok(working().some(({ errand }) => JSON.stringify(errand?.request) === '{"request":2}'));
    await readers.close();
    await Promise.allSettled([...own, other]);
  });

  test('an account that asks for too many is told so, and its pages go on', async () => {
    const { readers, working } = makeReaders();
    const own = [1, 2, 3].map(() => readers.read('maria', download()));
    await turn();
    await failsWith('busy', () => readers.read('maria', download()));
    const page = readers.read('maria', plainErrand());
    await turn();
    working()
      .find(({ errand }) => errand?.sink === undefined)
      ?.answer('page');
    assert.equal(await page, 'page');
    await readers.close();
    await Promise.allSettled(own);
  });
});
