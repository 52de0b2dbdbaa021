import test, { suite } from 'node:test';
import type { Channel } from '../../../plugin/protocol/channel.ts';
import { connectPerformer } from '../../../plugin/protocol/client.ts';
import { channelPair } from '../../support/channel-pair.ts';
import { RawClient } from '../../support/door.ts';
import { failsWith } from '../../support/failures.ts';

const status = { kind: 'status', account: 'maria' } as const;
const never = new AbortController().signal;
const ignore = (): void => {};

suite('a client does not believe', () => {
  const hello = { hello: { protocol: 1, role: 'account', account: 'maria' } };
  const answers: { readonly [why: string]: readonly (object | string)[] } = {
    'a server that does not greet': ['HTTP/1.1 400 Bad Request'],
    'a greeting of another version': [{ hello: { protocol: 2, role: 'account', account: 'maria' } }],
    'a greeting without its account': [{ hello: { protocol: 1, role: 'account' } }],
    'a greeting with settings of the wrong type': [{ hello: { protocol: 1, role: 'root', settings: { file: 7 } } }],
    'an answer to what it did not ask': [hello, { id: 7, end: true }],
    'an answer without an id': [hello, { end: true }],
    'an answer that is no JSON': [hello, { id: 1, part: '{' }, { id: 1, end: true }],
    'an answer that is no object': [hello, { id: 1, part: '[]' }, { id: 1, end: true }],
    'an answer that changes prototypes': [hello, { id: 1, part: '{"__proto__":{}}' }, { id: 1, end: true }],
    'an answer that says nothing': [hello, { id: 1, end: true }],
    'a failure that it does not know': [hello, { id: 1, failure: { code: 'made-up', facts: {} } }],
    'a failure without a code': [hello, { id: 1, failure: 'no' }],
    'a failure named after what every object has': [hello, { id: 1, failure: { code: 'constructor', facts: {} } }],
    'a stream that it did not ask for': [hello, { id: 1, stream: 'x' }],
    'a frame with more fields': [hello, { id: 1, end: true, part: '{}' }],
  };
  for (const [why, frames] of Object.entries(answers)) {
    test(why, async () => {
      await failsWith('protocol-broken', async () => {
        const { performer } = await connectPerformer(() => Promise.resolve(playServer(frames)));
        await performer.perform(status, ignore, never);
      });
    });
  }

  test('an answer beyond 64 MiB', async () => {
    const part = { id: 1, part: 'x'.repeat(60_000) };
    const frames = [hello, ...Array.from({ length: 1200 }, () => part)];
    await failsWith('protocol-broken', async () => {
      const { performer } = await connectPerformer(() => Promise.resolve(playServer(frames)));
      await performer.perform(status, ignore, never);
    });
  });

  /** Sends the greeting, and the rest once something was asked. */
  function playServer([first = '', ...rest]: readonly (object | string)[]): Channel {
    const [client, server] = channelPair();
    const raw = new RawClient(server);
    void (async () => {
      await raw.send(first);
      await raw.next();
      for (const frame of rest) await raw.send(frame);
    })().catch(ignore);
    return client;
  }
});
