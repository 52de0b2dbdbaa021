import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { suite } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import type { Caller } from '../../../plugin/domain/permission.ts';
import type { Progress, Request } from '../../../plugin/protocol/requests.ts';
import type { HandleContext } from '../../../plugin/protocol/server.ts';
import { connectTo, maria, performerAt, RawClient, testDoor } from '../../support/door.ts';
import { failsWith } from '../../support/failures.ts';

const status = { kind: 'status', account: 'maria' } as const;
const never = new AbortController().signal;
const ignore = (): void => {};

suite('a request over a connection', () => {
  test('is performed as by who holds the rights, and its answer comes back whole', async () => {
    const answer = { account: 'maria', text: 'καλημέρα "\\" \u0001 😀', ends: '\ud83d'.toWellFormed() };
    const asked: [Caller, Request][] = [];
    const { door, faults } = testDoor((caller, request) => {
      asked.push([caller, request]);
      return Promise.resolve(answer);
    });
    const { hello, performer, close } = await performerAt(door);
    assert.deepEqual(hello, {
      protocol: 1,
      role: 'account',
      account: 'maria',
      language: 'el',
      home: undefined,
      settings: undefined,
    });
    assert.deepEqual(await performer.perform(status, ignore, never), answer);
    assert.deepEqual(asked, [[maria, status]]);
    assert.deepEqual(faults, []);
    close();
  });

  test('may have an answer longer than any frame, of characters that must not be cut', async () => {
    const answer = { account: 'maria', points: ['😀', 'a😀', '"', '\\'].map((text) => text.repeat(150_000)) };
    const { door } = testDoor(() => Promise.resolve(answer));
    const { performer } = await performerAt(door);
    assert.deepEqual(await performer.perform({ kind: 'list', account: 'maria' }, ignore, never), answer);
  });

  test('tells its progress in order, before its answer', async () => {
    const told: Progress[] = [];
    const progress = [1, 2, 3].map((items) => {
      return { kind: 'advance', account: 'maria', step: 'backup', items, bytes: 0 } as Progress;
    });
    const { door } = testDoor(async (_caller, _request, { onProgress }) => {
      for (const one of progress) onProgress(one);
      onProgress({ kind: 'account-started', account: 'x'.repeat(70_000) }); // longer than a frame
      return {};
    });
    const { performer } = await performerAt(door);
    await performer.perform(status, (one) => told.push(one), never);
    assert.deepEqual(
      told,
      progress.map((one) => ({ ...one, itemsTotal: undefined, bytesTotal: undefined })).map(present),
    );
  });

  test('fails with the failure it failed with', async () => {
    const { door, faults } = testDoor(() => Promise.reject(new Failure('unknown-job', { text: 'x', hint: 'y' })));
    const { performer } = await performerAt(door);
    const facts = await failsWith('unknown-job', () => performer.perform(status, ignore, never));
    assert.deepEqual(facts, { text: 'x', hint: 'y' });
    assert.deepEqual(faults, []);
  });

  test('that runs into a fault says nothing of it to who asked, and the connection goes on', async () => {
    let isFirst = true;
    const { door, faults } = testDoor(() => {
      if (!isFirst) return Promise.resolve({ fine: true });
      isFirst = false;
      return Promise.reject(new Error('password of the database: 1234'));
    });
    const { performer } = await performerAt(door);
    const facts = await failsWith('interrupted', () => performer.perform(status, ignore, never));
    assert.doesNotMatch(JSON.stringify(facts), /1234/);
    assert.equal(faults.length, 1);
    assert.deepEqual(await performer.perform(status, ignore, never), { fine: true });
  });

  test('with a failure longer than a frame still fails', async () => {
    const facts = { path: 'x'.repeat(100_000) };
    const { door } = testDoor(() => Promise.reject(new Failure('not-found', facts)));
    const { performer } = await performerAt(door);
    await failsWith('interrupted', () => performer.perform(status, ignore, never));
  });

  test('that the caller may not ask never reaches the handler', async () => {
    const { door } = testDoor(() => assert.fail('it was handled'));
    const { performer } = await performerAt(door);
    await failsWith('unknown-account', () => performer.perform({ kind: 'status', account: 'nikos' }, ignore, never));
    await failsWith('not-allowed', () => performer.perform({ kind: 'nightly' }, ignore, never));
    const bad = { kind: 'status', account: '' } as const;
    assert.equal((await failsWith('invalid-input', () => performer.perform(bad, ignore, never))).field, 'account');
  });

  test('longer than a frame is refused before it is sent', async () => {
    const { door } = testDoor(() => assert.fail('it was handled'));
    const { performer } = await performerAt(door);
    const paths = Array.from({ length: 900 }, () => Buffer.alloc(90, 'x').toString('base64'));
    const request = { kind: 'backup', account: 'maria', paths, label: undefined } as const;
    await failsWith('invalid-input', () => performer.perform(request, ignore, never));
  });

  test('does not wait for others on the same connection', async () => {
    const gates = new Map<string, () => void>();
    const { door } = testDoor(async (_caller, request) => {
      const { job } = request as { job: string };
      await new Promise<void>((resolve) => gates.set(job, resolve));
      return { job };
    });
    const { performer } = await performerAt(door);
    const order: string[] = [];
    const all = ['a', 'b', 'c'].map(async (job) => {
      await performer.perform({ kind: 'follow', account: 'maria', job }, ignore, never);
      order.push(job);
    });
    while (gates.size < 3) await new Promise(setImmediate);
    for (const job of ['c', 'a', 'b']) {
      gates.get(job)?.();
      while (order.at(-1) !== job) await new Promise(setImmediate);
    }
    await Promise.all(all);
    assert.deepEqual(order, ['c', 'a', 'b']);
  });
});

suite('stopping', () => {
  const untilStopped = async (_caller: Caller, _request: Request, { signal }: HandleContext): Promise<object> => {
    if (!signal.aborted) await once(signal, 'abort');
    throw signal.reason;
  };

  test('a request is told to the worker, which gives way', async () => {
    const { door } = testDoor(untilStopped);
    const { performer } = await performerAt(door);
    const stop = new AbortController();
    const asked = performer.perform(status, ignore, stop.signal);
    setImmediate(() => stop.abort());
    assert.deepEqual(await failsWith('cancelled', () => asked), { action: 'status' });
  });

  test('before it was sent sends nothing', async () => {
    const { door } = testDoor(() => assert.fail('it was handled'));
    const { performer } = await performerAt(door);
    await failsWith('cancelled', () => performer.perform(status, ignore, AbortSignal.abort()));
  });

  test('happens by itself when the client has gone', async () => {
    const stopped = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { door } = testDoor(async (_caller, _request, { signal }) => {
      begun.resolve();
      await once(signal, 'abort');
      stopped.resolve();
      return {};
    });
    const { performer, close } = await performerAt(door);
    const asked = performer.perform(status, ignore, never);
    await begun.promise;
    close();
    await failsWith('interrupted', () => asked);
    await stopped.promise;
  });

  test('the worker ends what is open as interrupted', async () => {
    const { door } = testDoor(untilStopped);
    const { performer, ended } = await performerAt(door);
    const asked = performer.perform(status, ignore, never);
    setImmediate(() => door.close());
    assert.deepEqual(await failsWith('interrupted', () => asked), {
      action: 'status',
      after: 'the connection to the worker ended',
    });
    assert.ok(ended.aborted);
    await failsWith('interrupted', () => performer.perform(status, ignore, never));
  });
});

suite('a frame outside the protocol ends the connection', () => {
  const frames: { readonly [why: string]: object | string } = {
    'no JSON': 'GET / HTTP/1.1',
    'unknown fields': { id: 1, request: status, uid: 0 },
    'no id': { request: status },
    'a negative id': { id: -1, request: status },
    'an id that is a text': { id: '1', request: status },
    'a stop that is not true': { id: 1, stop: false },
    'a request and a stop': { id: 1, request: status, stop: true },
    'a session where there are none': { id: 1, request: status, session: 'x' },
    'a stream after a request': `${JSON.stringify({ id: 1, request: status })}\n${JSON.stringify({ stream: 'x' })}`,
    'the same id twice': `${JSON.stringify({ id: 1, request: status })}\n${JSON.stringify({ id: 1, request: status })}`,
  };
  for (const [why, frame] of Object.entries(frames)) {
    test(why, async () => {
      const { door, faults } = testDoor(() => new Promise(ignore));
      const client = await RawClient.open(connectTo(door));
      await client.next();
      await client.send(frame);
      const answer = await client.next();
      assert.match(JSON.stringify(answer), /^{"failure":{"code":"protocol-broken"/);
      assert.equal(await client.next(), undefined);
      assert.deepEqual(faults, []);
    });
  }
});

suite('on the socket of the web app', () => {
  const asMaria = { ...maria, kind: 'session', role: 'account' } as const;
  const web = {
    caller: { kind: 'web' },
    language: undefined,
    findSession: (session: string) => Promise.resolve(session === 'good' ? asMaria : undefined),
  } as const;

  test('only a session may ask, as whom it was opened for', async () => {
    const callers: Caller[] = [];
    const { door } = testDoor((caller, _request, { session }) => {
      callers.push(caller);
      return Promise.resolve({ session });
    }, web);
    const { hello, performer, withSession } = await performerAt(door);
    assert.deepEqual(hello, {
      protocol: 1,
      role: 'web',
      account: undefined,
      language: undefined,
      home: undefined,
      settings: undefined,
    });
    await failsWith('not-allowed', () => performer.perform(status, ignore, never));
    await failsWith('login-invalid', () => withSession('bad').perform(status, ignore, never));
    assert.deepEqual(await withSession('good').perform(status, ignore, never), { session: 'good' });
    await performer.perform({ kind: 'open-session', secret: 'x' }, ignore, never);
    const other = { kind: 'status', account: 'nikos' } as const;
    await failsWith('unknown-account', () => withSession('good').perform(other, ignore, never));
    assert.deepEqual(callers, [asMaria, { kind: 'web' }]);
  });
});

/** Without fields that are undefined, as after a journey. */
function present(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
