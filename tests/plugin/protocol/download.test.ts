import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { suite } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import { connectPerformer } from '../../../plugin/protocol/client.ts';
import type { Handle } from '../../../plugin/protocol/server.ts';
import { connectTo, maria, performerAt, RawClient, testDoor } from '../../support/door.ts';
import { failsWith } from '../../support/failures.ts';

const request = { kind: 'download', account: 'maria', point: 'latest', paths: [''], offset: 0 } as const;
const never = new AbortController().signal;

/** Sends so many pieces, each full of its number. */
function sending(pieces: number, pieceBytes: number, answer: object): Handle {
  return async (_caller, _request, { openSink }) => {
    const sink = await openSink();
    const buffer = Buffer.alloc(pieceBytes); // used again: it must not change while it is on its way
    for (let piece = 0; piece < pieces; piece++) await sink(buffer.fill(piece));
    return answer;
  };
}

suite('the bytes of a download', () => {
  test('come on a connection of their own, in order, and the answer after the last', async () => {
    const { door, faults } = testDoor(sending(50, 300_000, { bytes: 15_000_000 }));
    const { performer } = await performerAt(door);
    const chunks: Buffer[] = [];
    const sink = (bytes: Uint8Array): Promise<void> => Promise.resolve(void chunks.push(Buffer.from(bytes)));
    assert.deepEqual(await performer.download(request, sink, never), { bytes: 15_000_000 });
    const expected = Buffer.concat(Array.from({ length: 50 }, (_, piece) => Buffer.alloc(300_000, piece)));
    assert.ok(Buffer.concat(chunks).equals(expected));
    assert.deepEqual(faults, []);
  });

  test('may begin in the middle', async () => {
    const { door } = testDoor(sending(1, 100, { bytes: 1100 }));
    const { performer } = await performerAt(door);
    let received = 0;
    const sink = (bytes: Uint8Array): Promise<void> => Promise.resolve(void (received += bytes.length));
    await performer.download({ ...request, offset: 1000 }, sink, never);
    assert.equal(received, 100);
  });

  test('may be none', async () => {
    const { door } = testDoor(sending(0, 1, { bytes: 0 }));
    const { performer } = await performerAt(door);
    const sink = (): Promise<void> => assert.fail('there are no bytes');
    assert.deepEqual(await performer.download(request, sink, never), { bytes: 0 });
  });

  test('make the sender wait for a slow reader', async () => {
    let [sent, taken, ahead] = [0, 0, 0];
    const { door } = testDoor(async (_caller, _request, { openSink }) => {
      const sink = await openSink();
      for (; sent < 20; sent++) {
        await sink(Buffer.alloc(1000));
        ahead = Math.max(ahead, sent - taken);
      }
      return { bytes: 20_000 };
    });
    const { performer } = await performerAt(door);
    await performer.download(request, async () => void (await new Promise(setImmediate), taken++), never);
    assert.equal(taken, 20);
    assert.ok(ahead <= 2, `${ahead} pieces ahead`);
  });

  test('that are fewer than the answer says are not the whole', async () => {
    const { door } = testDoor(sending(3, 100, { bytes: 301 }));
    const { performer } = await performerAt(door);
    await failsWith('protocol-broken', () => performer.download(request, () => Promise.resolve(), never));
  });

  test('that came before a failure stay right', async () => {
    const { door } = testDoor(async (caller, asked, context) => {
      await sending(3, 100, {})(caller, asked, context);
      throw new Failure('repository-damaged', { object: 'x', problem: 'y' });
    });
    const { performer } = await performerAt(door);
    let received = 0;
    const sink = (bytes: Uint8Array): Promise<void> => Promise.resolve(void (received += bytes.length));
    await failsWith('repository-damaged', () => performer.download(request, sink, never));
    assert.ok(received <= 300);
  });
});

suite('a download ends', () => {
  test('with what its taker throws, and the sender is stopped', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const { door } = testDoor(endless(stopped.resolve));
    const { performer } = await performerAt(door);
    const full = new Error('disk full');
    await assert.rejects(
      performer.download(request, () => Promise.reject(full), never),
      full,
    );
    assert.equal(((await stopped.promise) as Failure).code, 'cancelled');
  });

  test('when it is stopped, also while its taker takes for ever', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const { door } = testDoor(endless(stopped.resolve));
    const { performer } = await performerAt(door);
    const stop = new AbortController();
    const sink = (): Promise<void> => {
      stop.abort();
      return new Promise(() => {});
    };
    await failsWith('cancelled', () => performer.download(request, sink, stop.signal));
    await stopped.promise;
  });

  test('when the client has gone', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const { door } = testDoor(endless(stopped.resolve));
    const { performer, close } = await performerAt(door);
    const sink = (): Promise<void> => Promise.resolve(close());
    await failsWith('interrupted', () => performer.download(request, sink, never));
    await stopped.promise;
  });

  test('when its second connection cannot be made', async () => {
    const { door } = testDoor(
      endless(() => {}),
      { limits: { claimMilliseconds: 1000 } },
    );
    let connections = 0;
    const unreachable = new Failure('worker-unreachable', { socket: 'x', mend: 'y' });
    const { performer } = await connectPerformer(() =>
      connections++ === 0 ? connectTo(door)() : Promise.reject(unreachable),
    );
    await failsWith('worker-unreachable', () => performer.download(request, () => Promise.resolve(), never));
  });

  function endless(onEnd: (error: unknown) => void): Handle {
    return async (_caller, _request, { openSink, signal }) => {
      try {
        const sink = await openSink();
        for (;;) {
          signal.throwIfAborted();
          await sink(Buffer.alloc(1000));
        }
      } catch (error) {
        onEnd(error);
        throw error;
      }
    };
  }
});

suite('the secret of a stream', () => {
  const waiting: Handle = async (_caller, _request, { openSink }) => {
    const sink = await openSink();
    await sink(Buffer.from('content'));
    return { bytes: 7 };
  };

  async function begin(door: ReturnType<typeof testDoor>['door']): Promise<{ client: RawClient; secret: string }> {
    const client = await RawClient.open(connectTo(door));
    await client.next();
    await client.send({ id: 1, request });
    const frame = await client.next();
    return { client, secret: String(frame?.['stream']) };
  }

  async function take(door: ReturnType<typeof testDoor>['door'], secret: string): Promise<string> {
    const stream = await RawClient.open(connectTo(door));
    await stream.next();
    await stream.send({ stream: secret });
    let text = '';
    for (let bytes = await stream.bytes(); bytes !== undefined; bytes = await stream.bytes()) {
      text += Buffer.from(bytes).toString();
    }
    return text;
  }

  test('has 256 bits and works once, for one of many at once', async () => {
    const { door } = testDoor(waiting);
    const { client, secret } = await begin(door);
    assert.match(secret, /^[0-9a-f]{64}$/);
    const taken = await Promise.all(Array.from({ length: 8 }, () => take(door, secret)));
    assert.deepEqual(taken.toSorted(), ['', '', '', '', '', '', '', 'content']);
    assert.deepEqual(await client.next(), { id: 1, part: '{"bytes":7}' });
    assert.equal(await take(door, secret), '');
  });

  test('works on no other socket', async () => {
    const { door } = testDoor(waiting);
    const { door: other } = testDoor(waiting, { caller: { ...maria, kind: 'account' } });
    const { secret } = await begin(door);
    assert.equal(await take(other, secret), '');
    assert.equal(await take(door, secret), 'content');
  });

  test('works for a short time only', async () => {
    const { door } = testDoor(waiting, { limits: { claimMilliseconds: 20 } });
    const { client, secret } = await begin(door);
    assert.match(JSON.stringify(await client.next()), /"interrupted"/);
    assert.equal(await take(door, secret), '');
  });

  test('is worth nothing when it is guessed or empty', async () => {
    const { door } = testDoor(waiting);
    await begin(door);
    for (const guess of ['', '0'.repeat(64), '__proto__', 'undefined']) assert.equal(await take(door, guess), '');
  });

  test('lets whoever talks on the stream lose it', async () => {
    const ended = Promise.withResolvers<void>();
    const { door } = testDoor(async (_caller, _request, { openSink, signal }) => {
      await openSink();
      if (!signal.aborted) await once(signal, 'abort');
      ended.resolve();
      return {};
    });
    const { secret } = await begin(door);
    const stream = await RawClient.open(connectTo(door));
    await stream.next();
    await stream.send({ stream: secret });
    await stream.send({ id: 1, request });
    await ended.promise;
    assert.equal(await stream.bytes(), undefined);
  });
});
