import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { suite } from 'node:test';
import { channelPair } from '../../support/channel-pair.ts';
import { connectTo, performerAt, RawClient, testDoor } from '../../support/door.ts';
import { failsWith } from '../../support/failures.ts';

const status = { kind: 'status', account: 'maria' } as const;
const never = new AbortController().signal;
const ignore = (): void => {};

suite('limits', () => {
  test('of open requests: what is too much is busy, and the rest goes on', async () => {
    const { door } = testDoor(() => new Promise(ignore), { limits: { requests: 3 } });
    const client = await RawClient.open(connectTo(door));
    await client.next();
    await client.send(...[1, 2, 3, 4].map((id) => ({ id, request: status })));
    const facts = { account: 'maria' };
    assert.deepEqual(await client.next(), { id: 4, failure: { code: 'busy', facts } });
  });

  test('of open requests of all connections together', async () => {
    const { door } = testDoor(() => new Promise(ignore), { limits: { requestsTogether: 1 } });
    const [one, other] = [await RawClient.open(connectTo(door)), await RawClient.open(connectTo(door))];
    await one.next();
    await other.next();
    await one.send({ id: 1, request: status });
    await other.send({ id: 1, request: status });
    assert.match(JSON.stringify(await other.next()), /"busy"/);
  });

  test('of connections: one too many is told so; when one ends, another may come', async () => {
    const { door } = testDoor(() => Promise.resolve({}), { limits: { connections: 2 } });
    const open = [await performerAt(door), await performerAt(door)];
    assert.deepEqual(await failsWith('busy', () => performerAt(door)), { account: 'maria' });
    open[0]?.close();
    await new Promise(setImmediate);
    assert.equal((await performerAt(door)).hello.account, 'maria');
  });

  test('of time: a connection that asks nothing is closed, one that waits for its answer is not', async () => {
    const gate = Promise.withResolvers<object>();
    const { door } = testDoor(() => gate.promise, { limits: { idleMilliseconds: 30 } });
    const [idle, asking] = [await performerAt(door), await performerAt(door)];
    const asked = asking.performer.perform(status, ignore, never);
    if (!idle.ended.aborted) await once(idle.ended, 'abort');
    assert.equal(asking.ended.aborted, false);
    gate.resolve({ late: true });
    assert.deepEqual(await asked, { late: true });
    if (!asking.ended.aborted) await once(asking.ended, 'abort');
  });

  test('of time: half a frame is no request', async () => {
    const { door } = testDoor(() => Promise.resolve({}), { limits: { idleMilliseconds: 30 } });
    const client = await RawClient.open(connectTo(door));
    await client.next();
    await client.channel.send(Buffer.from('{"id":1,'));
    assert.equal(await client.next(), undefined);
  });

  test('of patience: a client that does not read its answer is cut off', async () => {
    const { door } = testDoor(() => Promise.resolve({ text: 'x'.repeat(100_000) }), {
      limits: { sendMilliseconds: 30 },
    });
    const [client, server] = channelPair();
    const served = door.serve(server);
    await client.send(Buffer.from(`${JSON.stringify({ id: 1, request: status })}\n`));
    await served;
  });

  test('of memory: answers that nobody reads do not pile up', async () => {
    const { door } = testDoor(() => Promise.resolve({ text: 'x'.repeat(1000) }), {
      limits: { heldCharacters: 2500 },
    });
    const client = await RawClient.open(connectTo(door));
    await client.next();
    await client.send(...[1, 2, 3].map((id) => ({ id, request: status })));
    const frames = [];
    for (let ended = 0; ended < 3;) {
      const frame = await client.next();
      frames.push(frame);
      if (frame?.['part'] === undefined) ended++;
    }
    const busy = frames.filter((frame) => frame?.['failure'] !== undefined);
    assert.equal(busy.length, 1);
  });

  test('of pace: frames beyond the burst wait for their turn', async () => {
    let now = 0;
    const { door } = testDoor(() => Promise.resolve({}), {
      now: () => now,
      limits: { burst: 3, perSecond: 20 }, // the connection itself is one
    });
    const client = await RawClient.open(connectTo(door));
    await client.next();
    const begin = performance.now();
    await client.send(...[1, 2, 3, 4].map((id) => ({ id, request: status })));
    for (let ended = 0; ended < 4;) if ((await client.next())?.['end'] === true) ended++;
    assert.ok(performance.now() - begin >= 100, `${performance.now() - begin} ms`); // 50 and 100 after the burst
    now += 60_000;
  });
});
