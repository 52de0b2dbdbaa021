import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAccountName, parseGeneration } from '../../plugin/domain/ids.ts';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { listenOnSocket } from '../../plugin/platform/listen-socket.ts';
import { openPeerCheck } from '../../plugin/platform/peer-check.ts';
import type { SocketChannel } from '../../plugin/platform/socket-channel.ts';
import { ensureSocketFolder } from '../../plugin/platform/socket-folder.ts';
import { connectPerformer } from '../../plugin/protocol/client.ts';
import type { Handle } from '../../plugin/protocol/server.ts';
import { anyRequest } from '../support/any-request.ts';
import { isRoot } from '../support/backup-site.ts';
import { connectAs } from '../support/connect-as.ts';
import { testDoor } from '../support/door.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../support/ask-everything.ts', import.meta.url));
const run = promisify(execFile);

interface Said {
  readonly hello: { readonly account: string };
  readonly outcomes: { readonly [kind: string]: unknown };
}

suite('two accounts at their sockets', { skip: !isRoot && 'only root can be two users' }, async () => {
  const above = suiteFolder();
  chmodSync(above, 0o711);
  const folder = join(above, 'accounts');
  ensureSocketFolder(folder);
  const peers = await openPeerCheck(folder);
  const accounts = [openAccount('maria', 20_001), openAccount('nikos', 20_002)] as const;
  const handled: { readonly name: string; readonly account: string | undefined; readonly kind: string }[] = [];

  function openAccount(name: string, uid: number) {
    const handle: Handle = (_caller, request) => {
      const about = request.kind === 'enqueue' ? request.work : request;
      handled.push({ name, account: 'account' in about ? about.account : undefined, kind: request.kind });
      return Promise.resolve({ account: name });
    };
    const caller = {
      kind: 'account',
      name: parseAccountName(name),
      generation: parseGeneration(randomBytes(16).toString('hex')),
    } as const;
    const { door } = testDoor(handle, { caller });
    const path = join(folder, `${name}.sock`);
    const place = { path, owner: { uid, gid: uid }, mode: 0o600, uids: [uid] } as const;
    const onConnection = (channel: SocketChannel): void => void door.serve(channel);
    const listening = listenOnSocket(place, { peers, onConnection, onIntruder: assert.fail });
    return { name, uid, path, listening };
  }

  async function askAll(uid: number, path: string, about: string): Promise<Said> {
    const { stdout } = await run(process.execPath, [program, path, about], { uid, gid: uid, env: {} });
    return JSON.parse(stdout) as Said;
  }

  test('the kernel lets each to its own only', async () => {
    const [maria, nikos] = accounts;
    await Promise.all([maria.listening, nikos.listening]);
    assert.match(await connectAs({ uid: maria.uid, gid: maria.uid }, maria.path), /"account":"maria"/);
    assert.equal(await connectAs({ uid: maria.uid, gid: maria.uid }, nikos.path), 'EACCES');
    assert.equal(await connectAs({ uid: nikos.uid, gid: nikos.uid }, maria.path), 'EACCES');
  });

  for (const [own, other] of [accounts, accounts.toReversed() as [(typeof accounts)[0], (typeof accounts)[1]]]) {
    test(`whatever ${own.name} asks about ${other.name}, or about nobody, is one failure`, async () => {
      handled.length = 0;
      for (const about of [other.name, 'nobody-has-this-name']) {
        const { hello, outcomes } = await askAll(own.uid, own.path, about);
        assert.equal(hello.account, own.name);
        const unknown = { code: 'unknown-account', facts: { account: about, hint: 'larder status' } };
        const withoutAccount = [
          'init',
          'doctor',
          'accounts',
          'nightly',
          'server-schedule',
          'server-inventory',
          'server-drills',
          'show-drill',
          'audit-log',
          'open-session',
          'session',
          'close-session',
          'scheduled-backup',
          'system-backup',
          'alerts',
          'watch',
          'metrics',
          'report',
          'destinations',
          'destination-test',
          'recover',
          'keys-check-recovery',
          'keys-rotate',
          'keys-renew-all',
        ];
        for (const [kind, outcome] of Object.entries(outcomes)) {
          if (withoutAccount.includes(kind)) assert.equal((outcome as { code: string }).code, 'not-allowed', kind);
          else assert.deepEqual(outcome, unknown, kind);
        }
        assert.deepEqual(Object.keys(outcomes).toSorted(), Object.keys(anyRequest(about)).toSorted());
      }
      assert.deepEqual(handled, []);
    });
  }

  test('what an account may ask about itself is performed, and nothing that destroys', async () => {
    handled.length = 0;
    const [maria] = accounts;
    const { outcomes } = await askAll(maria.uid, maria.path, 'maria');
    const destroying = [
      'forget',
      'prune',
      'restore',
      'keys-restic-env',
      'keys-export',
      'keys-renew',
      'keys-renew-all',
      'keys-remove-former',
      'check',
      'login',
      'catalog-rebuild',
    ];
    for (const kind of destroying) assert.equal((outcomes[kind] as { code: string }).code, 'not-allowed', kind);
    assert.ok(handled.length >= 17);
    assert.ok(handled.every(({ name, account }) => name === 'maria' && account === 'maria'));
    assert.ok(handled.every(({ kind }) => !destroying.includes(kind)));
  });

  test('a neighbour that floods its own socket does not keep others from theirs', async (t) => {
    const [maria, nikos] = accounts;
    const flood = Array.from({ length: 60 }, () => {
      const socket = connect(maria.path).on('error', () => {});
      socket.write(`${JSON.stringify({ id: 1, request: { kind: 'status', account: 'maria' } })}\n`.repeat(50));
      socket.write('{"half":'.repeat(1000));
      return socket.resume();
    });
    t.after(() => flood.forEach((socket) => socket.destroy()));
    await Promise.all(flood.map((socket) => once(socket, 'connect')));
    const { performer, close } = await connectPerformer(() => connectSocket(nikos.path));
    const never = new AbortController().signal;
    const begin = performance.now();
    await performer.perform({ kind: 'status', account: 'nikos' }, () => {}, never);
    t.diagnostic(`${Math.round(performance.now() - begin)} ms`);
    close();
  });

  test('a download is as slow as its reader, and its bytes arrive whole', async (t) => {
    const path = join(folder, 'download.sock');
    const pieces = 160;
    let [sent, taken] = [0, 0];
    const { door } = testDoor(async (_caller, _request, { openSink }) => {
      const sink = await openSink();
      const piece = Buffer.alloc(256 * 1024);
      for (; sent < pieces; sent++) await sink(piece.fill(sent));
      return { bytes: pieces * piece.length };
    });
    const listening = await listenOnSocket(
      { path, owner: undefined, mode: 0o600, uids: undefined },
      { peers, onConnection: (channel) => void door.serve(channel), onIntruder: assert.fail },
    );
    t.after(() => listening.close());
    const { performer, close } = await connectPerformer(() => connectSocket(path));
    const request = { kind: 'download', account: 'maria', point: 'latest', paths: [''], offset: 0 } as const;
    let ahead = 0;
    const sink = async (bytes: Uint8Array): Promise<void> => {
      for (const at of [0, bytes.length - 1]) {
        assert.equal(bytes[at], Math.floor((taken + at) / (256 * 1024)));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
      taken += bytes.length;
      ahead = Math.max(ahead, sent * 256 * 1024 - taken);
    };
    await performer.download(request, sink, new AbortController().signal);
    assert.equal(taken, pieces * 256 * 1024);
    t.diagnostic(`at most ${Math.round(ahead / 1024)} KiB ahead`);
    assert.ok(ahead < 4 * 1024 * 1024, `${ahead} bytes ahead`);
    close();
  });

  test('sockets go when they are closed', async () => {
    for (const { listening, path, uid } of accounts) {
      (await listening).close();
      assert.equal(await connectAs({ uid, gid: uid }, path), 'ENOENT');
    }
  });
});
