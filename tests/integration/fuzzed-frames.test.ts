import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isFailure } from '../../plugin/domain/failure.ts';
import { authorise, type Caller } from '../../plugin/domain/permission.ts';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { listenOnSocket } from '../../plugin/platform/listen-socket.ts';
import { openPeerCheck } from '../../plugin/platform/peer-check.ts';
import { connectPerformer, type ConnectedPerformer } from '../../plugin/protocol/client.ts';
import { parseClientFrame } from '../../plugin/protocol/envelope.ts';
import { FrameDecoder } from '../../plugin/protocol/frames.ts';
import { parseRequest } from '../../plugin/protocol/parse-request.ts';
import type { Door, DoorOptions, Handle } from '../../plugin/protocol/server.ts';
import { connectTo, maria, performerAt, testDoor } from '../support/door.ts';
import { hostileFrames, validFrames } from '../support/hostile-frames.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const mebibyte = 1024 * 1024;
const heapLimit = 64 * mebibyte;
const attackers = 8;
const seed = Number(process.env['LARDER_FUZZ_SEED'] ?? Date.now() % 1_000_000);
/** A million frames: read, sent within this process to each kind of socket, and sent over a real one. */
const [read, inProcess, onSocket] = [850_000, 30_000, 60_000];
const limits = { burst: 1e9, perSecond: 1e9, connections: 64 };
const status = { kind: 'status', account: 'maria' } as const;

const corpus = validFrames(seed);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Whatever reaches the handler is something that its caller may ask. */
const handle: Handle = (caller, request) => {
  authorise(caller, request);
  if ('name' in caller && 'account' in request) assert.equal(request.account, 'maria');
  return Promise.resolve({ kind: request.kind });
};

const doors: { readonly [name: string]: Pick<DoorOptions, 'caller'> & Partial<DoorOptions> } = {
  'an account': { caller: maria },
  root: { caller: { kind: 'root' } },
  'the web app': {
    caller: { kind: 'web' },
    findSession: () =>
      Promise.resolve<Caller>({
        ...maria,
        kind: 'session',
        role: 'staff',
        staff: 'Eleni',
        ticket: '1',
        reason: 'down',
      }),
  },
};

suite(`hostile frames (LARDER_FUZZ_SEED=${seed})`, () => {
  test(`${read} are taken or refused, and nothing else`, (t) => {
    const next = hostileFrames(corpus, seed);
    const before = heapUsed();
    const outcomes = { taken: 0, 'invalid-input': 0, 'protocol-broken': 0 };
    for (let count = 0; count < read; count++) outcomes[readFrame(next())]++;
    const growth = heapUsed() - before;
    t.diagnostic(`${JSON.stringify(outcomes)}; heap ${(growth / mebibyte).toFixed(1)} MiB more`);
    assert.ok(Math.min(...Object.values(outcomes)) > read / 100, 'one of the ways was hardly taken');
    assert.ok(growth < heapLimit, `${growth} bytes more`);
  });

  for (const [name, options] of Object.entries(doors)) {
    test(`${inProcess} on the socket of ${name} break nothing, and good clients are served`, async (t) => {
      const { door, faults } = testDoor(handle, { ...options, limits });
      const good = await goodClient(() => performerAt(door), options.caller.kind);
      const before = heapUsed();
      let left = inProcess;
      const attack = async (_: unknown, number: number): Promise<void> => {
        const next = hostileFrames(corpus, seed + number);
        while (left > 0) {
          const sent = await attackOnce(door, next, left);
          left -= sent;
          await new Promise(setImmediate); // timers have their turn
        }
      };
      await Promise.all(Array.from({ length: attackers }, attack));
      const { served, slowest } = await good.stop();
      const growth = heapUsed() - before;
      t.diagnostic(
        `${served} good requests, the slowest ${slowest} ms; heap ${(growth / mebibyte).toFixed(1)} MiB more`,
      );
      assert.deepEqual(faults, []);
      assert.ok(served > 0);
      assert.ok(growth < heapLimit, `${growth} bytes more`);
    });
  }

  test(`${onSocket} on a real socket break nothing, and good clients are served`, async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'a.sock');
    const { door, faults } = testDoor(handle, { limits });
    const listening = await listenOnSocket(
      { path, owner: undefined, mode: 0o600, uids: undefined },
      {
        peers: await openPeerCheck(folder),
        onConnection: (channel) => void door.serve(channel),
        onIntruder: assert.fail,
      },
    );
    t.after(() => listening.close());
    const good = await goodClient(() => connectPerformer(() => connectSocket(path)), 'account');
    const before = heapUsed();
    let [left, connections] = [onSocket, 0];
    const attack = async (_: unknown, number: number): Promise<void> => {
      const next = hostileFrames(corpus, seed + 100 + number);
      for (; left > 0; connections++) {
        const sent = await attackSocket(path, next, left);
        left -= sent;
      }
    };
    await Promise.all(Array.from({ length: attackers }, attack));
    const { served, slowest } = await good.stop();
    const growth = heapUsed() - before;
    t.diagnostic(
      `${connections} connections; ${served} good requests, the slowest ${slowest} ms; heap ${(growth / mebibyte).toFixed(1)} MiB more`,
    );
    assert.deepEqual(faults, []);
    assert.ok(served > 0);
    assert.ok(growth < heapLimit, `${growth} bytes more`);
  });
});

function readFrame(bytes: Buffer): 'taken' | 'invalid-input' | 'protocol-broken' {
  try {
    for (const fields of new FrameDecoder().read(bytes)) {
      const frame = parseClientFrame(fields);
      if (frame.kind === 'request') parseRequest(frame.request);
    }
    return 'taken';
  } catch (error) {
    if (isFailure(error, 'invalid-input')) return 'invalid-input';
    if (isFailure(error, 'protocol-broken')) return 'protocol-broken';
    throw error;
  }
}

/** Sends until the server has had enough of it. @returns how many frames were sent. */
async function attackOnce(door: Door, next: () => Buffer, most: number): Promise<number> {
  const channel = await connectTo(door)();
  let isOpen = true;
  const listening = (async () => {
    for await (const _ of channel.chunks);
    isOpen = false;
  })();
  let sent = 0;
  try {
    for (; isOpen && sent < most; sent++) await channel.send(next());
  } catch {
    // it was closed
  }
  channel.close();
  await listening;
  return Math.max(1, sent);
}

/** The same over a socket: after a frame that must end the connection it is waited for that. */
async function attackSocket(path: string, next: () => Buffer, most: number): Promise<number> {
  const socket = connect(path);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.resume();
  const purposes = new Set<string>();
  for (let sent = 1; sent <= most; sent++) {
    const bytes = next();
    await write(socket, bytes);
    if (!endsConnection(bytes, purposes) && !socket.destroyed) continue;
    if (!socket.destroyed) await once(socket, 'close');
    return sent;
  }
  socket.destroy();
  return most;
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

function endsConnection(bytes: Buffer, purposes: Set<string>): boolean {
  try {
    for (const fields of new FrameDecoder().read(bytes)) {
      const frame = parseClientFrame(fields);
      if (frame.kind === 'stream') return true;
      if (frame.kind === 'request' && frame.session !== undefined) return true;
      purposes.add(frame.kind);
    }
    return false;
  } catch {
    return true;
  }
}

/** Asks again and again, on one connection and on new ones. */
async function goodClient(open: () => Promise<ConnectedPerformer>, role: string) {
  const kept = await open();
  let [isStopped, served, slowest] = [false, 0, 0];
  const ask = async ({ performer, withSession }: ConnectedPerformer): Promise<void> => {
    const begin = performance.now();
    const asking = role === 'web' ? withSession('x') : performer;
    assert.deepEqual(await asking.perform(status, () => {}, new AbortController().signal), { kind: 'status' });
    slowest = Math.max(slowest, Math.round(performance.now() - begin));
    served++;
  };
  const working = (async () => {
    while (!isStopped) {
      await ask(kept);
      const fresh = await open();
      await ask(fresh);
      fresh.close();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await ask(kept);
    kept.close();
  })();
  return {
    async stop() {
      isStopped = true;
      await working;
      return { served, slowest };
    },
  };
}

function heapUsed(): number {
  collect();
  const { heapUsed: used, external } = process.memoryUsage();
  return used + external;
}
