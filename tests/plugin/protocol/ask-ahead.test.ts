import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { askAhead } from '../../../plugin/protocol/ask-ahead.ts';
import { asksNobody, foreseeRequest } from '../../../plugin/protocol/foresee.ts';
import type { Performer, Request } from '../../../plugin/protocol/requests.ts';

const signal = new AbortController().signal;
const ignore = (): void => {};

/** Answers with how many requests came before. */
function counting(fail?: Error): { performer: Performer; asked: Request[] } {
  const asked: Request[] = [];
  const answer = (request: Request): Promise<never> => {
    asked.push(request);
    return fail === undefined ? Promise.resolve({ number: asked.length } as never) : Promise.reject(fail);
  };
  return { asked, performer: { perform: answer, download: answer } };
}

suite('what is asked ahead', () => {
  const list = { kind: 'list', account: 'maria' } as const;

  test('answers the first equal request, and is asked once', async () => {
    const { performer, asked } = counting();
    const ahead = askAhead(performer, list, signal);
    assert.deepEqual(asked, [list]);
    assert.deepEqual(await ahead.perform({ ...list, changed: undefined }, ignore, signal), { number: 1 });
    assert.deepEqual(await ahead.perform(list, ignore, signal), { number: 2 });
  });

  test('answers no other request', async () => {
    const { performer, asked } = counting();
    const ahead = askAhead(performer, list, signal);
    for (const other of [
      { ...list, account: 'nikos' },
      { ...list, changed: '' },
      { ...list, kind: 'status' },
    ] as const)
      await ahead.perform(other as typeof list, ignore, signal);
    assert.equal(asked.length, 4);
  });

  test('fails for whoever wants it, and for nobody else', async () => {
    const { performer } = counting(new Error('no'));
    askAhead(performer, list, signal);
    const ahead = askAhead(performer, list, signal);
    await assert.rejects(ahead.perform(list, ignore, signal), /no/);
  });
});

suite('what will be asked is foreseen', () => {
  const lines = [
    ['list', 'list'],
    ['status', 'status'],
    ['complete -- browse 2026', 'list'],
    ['complete -- restore a --at ye', 'list'],
    ['list --json', undefined],
    ['list --changed a', undefined],
    ['', undefined],
    ['backup', undefined],
    ['complete -- re', undefined],
    ['complete -- browse --f', undefined],
    ['complete -- browse latest a', undefined],
    ['complete', undefined],
  ] as const;
  for (const [line, kind] of lines) {
    test(`larder ${line}`, () => assert.equal(foreseeRequest(line === '' ? [] : line.split(' ')), kind));
  }
});

suite('nobody is asked where the words say all', () => {
  const lines = [
    ['', true],
    ['--version', true],
    ['help list', true],
    ['man', true],
    ['completion bash', true],
    ['complete', true],
    ['complete --', true],
    ['complete -- re', true],
    ['complete re', true],
    ['complete -- help r', true],
    ['complete -- restore --a', true],
    ['complete -- browse 2', false],
    ['complete -- restore a --at 2', false],
    ['complete -- restore pub', false],
    ['list', false],
    ['status', false],
    ['backup --no-wait', false],
  ] as const;
  for (const [line, isSure] of lines) {
    test(`larder ${line}`, () => assert.equal(asksNobody(line === '' ? [] : line.split(' ')), isSure));
  }
});
