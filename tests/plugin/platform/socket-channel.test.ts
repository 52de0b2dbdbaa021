import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { toChannel, type SocketChannel } from '../../../plugin/platform/socket-channel.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

suite('a connection', () => {
  async function pair(t: TestContext): Promise<{ ours: SocketChannel; theirs: Socket }> {
    const path = join(temporaryFolder(t), 'a.sock');
    const server = createServer({ pauseOnConnect: true }).listen(path);
    await once(server, 'listening');
    const theirs = connect(path);
    theirs.on('error', () => {});
    const [accepted] = (await once(server, 'connection')) as [Socket];
    t.after(() => {
      theirs.destroy();
      accepted.destroy();
      server.close();
    });
    return { ours: toChannel(accepted), theirs };
  }

  test('makes its sender wait while nobody reads', async (t) => {
    const { ours, theirs } = await pair(t);
    theirs.pause();
    let taken = 0;
    const sends = Array.from({ length: 100 }, () => ours.send(Buffer.alloc(64 * 1024)).then(() => taken++));
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    assert.ok(taken < 50, `${taken} of 100 were taken by nobody`);
    theirs.resume();
    await Promise.all(sends);
    assert.equal(taken, 100);
  });

  test('is cut off when more waits than a channel holds', async (t) => {
    const { ours, theirs } = await pair(t);
    theirs.pause();
    const sends = Array.from({ length: 100 }, () => ours.send(Buffer.alloc(256 * 1024)));
    const outcomes = await Promise.allSettled(sends);
    assert.ok(outcomes.some(({ status }) => status === 'rejected'));
  });

  test('still delivers what was sent before it was closed, to who has not stopped talking', async (t) => {
    const { ours, theirs } = await pair(t);
    const chatter = setInterval(() => theirs.write('x'.repeat(1000)), 1);
    t.after(() => clearInterval(chatter));
    await new Promise((resolve) => theirs.write('x'.repeat(100_000), resolve));
    void ours.send(Buffer.from('last words'));
    ours.close();
    let text = '';
    for await (const bytes of theirs) text += String(bytes);
    assert.equal(text, 'last words');
    await assert.rejects(ours.send(Buffer.from('more')));
  });

  test('ends for its reader when it is closed here, there, or broken', async (t) => {
    for (const end of ['here', 'there', 'broken'] as const) {
      const { ours, theirs } = await pair(t);
      const reading = (async () => {
        let length = 0;
        for await (const chunk of ours.chunks) length += chunk.length;
        return length;
      })();
      await new Promise((resolve) => theirs.write('abc', resolve));
      theirs.resume();
      if (end === 'here') ours.close();
      if (end === 'there') theirs.end();
      if (end === 'broken') theirs.destroy();
      assert.ok((await reading) <= 3, end);
    }
  });

  test('that is closed to a reader who never reads is gone soon', async (t) => {
    const { ours, theirs } = await pair(t);
    theirs.pause();
    const sending = ours.send(Buffer.alloc(4 * 1024 * 1024));
    ours.close();
    await assert.rejects(sending);
  });
});
