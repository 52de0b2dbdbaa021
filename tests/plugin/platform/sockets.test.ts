import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { checkGivingAway } from '../../../plugin/platform/check-giving-away.ts';
import { connectSocket } from '../../../plugin/platform/connect-socket.ts';
import { listenOnSocket, type SocketPlace } from '../../../plugin/platform/listen-socket.ts';
import { openPeerCheck, type PeerCheck } from '../../../plugin/platform/peer-check.ts';
import type { SocketChannel } from '../../../plugin/platform/socket-channel.ts';
import { ensureSocketFolder } from '../../../plugin/platform/socket-folder.ts';
import { isRoot } from '../../support/backup-site.ts';
import { connectAs } from '../../support/connect-as.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const needsRoot = { skip: !isRoot && 'only root can be two users' };
const ownUid = process.getuid?.() ?? 0;
const [maria, nikos] = [
  { uid: 20_001, gid: 20_001 },
  { uid: 20_002, gid: 20_002 },
];
const owned = isRoot ? maria : { uid: ownUid, gid: process.getgid?.() ?? 0 };

interface Heard {
  readonly path: string;
  readonly peers: PeerCheck;
  readonly connections: SocketChannel[];
  readonly intruders: string[];
  close(): void;
}

/** Listens in a folder of its own; each connection is told `welcome`. */
async function listen(t: TestContext, place: Partial<SocketPlace>, force?: 'owner'): Promise<Heard> {
  const above = temporaryFolder(t);
  chmodSync(above, 0o711);
  const folder = join(above, 'run');
  ensureSocketFolder(folder);
  const path = join(folder, 'a.sock');
  const peers = await openPeerCheck(folder, force);
  const [connections, intruders]: [SocketChannel[], string[]] = [[], []];
  const listening = await listenOnSocket(
    { path, owner: isRoot ? owned : undefined, mode: 0o600, uids: [owned.uid], ...place },
    {
      peers,
      onConnection: (channel) => {
        connections.push(channel);
        channel.send(Buffer.from('welcome\n')).catch(() => {});
      },
      onIntruder: (problem) => intruders.push(problem),
    },
  );
  t.after(() => {
    listening.close();
    for (const channel of connections) channel.close();
  });
  return { path, peers, connections, intruders, close: () => listening.close() };
}

suite('a socket', () => {
  test('lies in a folder that lets everybody through and shows nobody what is in it', async (t) => {
    const { path } = await listen(t, {});
    assert.equal(statSync(join(path, '..')).mode & 0o7777, 0o711);
  });

  test('belongs to its account alone', async (t) => {
    const { path } = await listen(t, {});
    const { uid, gid, mode } = lstatSync(path);
    assert.deepEqual({ uid, gid, mode: mode & 0o7777 }, { ...owned, mode: 0o600 });
  });

  test('lets its account in', async (t) => {
    const { path, intruders } = await listen(t, {});
    assert.equal(await connectAs(isRoot ? maria : {}, path), 'welcome');
    assert.deepEqual(intruders, []);
  });

  test('lets the kernel refuse everybody else', needsRoot, async (t) => {
    const { path, connections } = await listen(t, {});
    assert.equal(await connectAs(nikos, path), 'EACCES');
    assert.equal(await connectAs({ uid: nikos.uid, gid: maria.gid }, path), 'EACCES');
    assert.equal(connections.length, 0);
  });

  test('lets root in', needsRoot, async (t) => {
    const { path } = await listen(t, {});
    assert.equal(await connectAs({}, path), 'welcome');
  });

  test('for a group lets its members in, and the kernel refuses others', needsRoot, async (t) => {
    const { path } = await listen(t, { owner: { uid: 0, gid: maria.gid }, mode: 0o660, uids: undefined });
    assert.equal(lstatSync(path).mode & 0o777, 0o660);
    assert.equal(await connectAs(maria, path), 'welcome');
    assert.equal(await connectAs(nikos, path), 'EACCES');
  });

  test('that others can open all the same closes on them, for the kernel says who they are', needsRoot, async (t) => {
    const { path, intruders, connections } = await listen(t, {});
    chmodSync(path, 0o666);
    assert.match(await connectAs(nikos, path), /^(closed|ECONNRESET)$/);
    assert.deepEqual(intruders, [`user ${nikos.uid} connected to ${path}`]);
    assert.equal(connections.length, 0);
    assert.equal(await connectAs(maria, path), 'welcome');
  });

  test('is opened with the umask of the process left as it was', async (t) => {
    const before = process.umask(0o022);
    t.after(() => process.umask(before));
    await listen(t, {});
    assert.equal(process.umask(), 0o022);
  });

  test('is never wider than in the end, whatever the umask', async (t) => {
    const before = process.umask(0);
    t.after(() => process.umask(before));
    const above = temporaryFolder(t);
    const path = join(above, 'a.sock');
    const peers = await openPeerCheck(above);
    const options = { peers, onConnection: () => {}, onIntruder: () => {} };
    const opening = listenOnSocket({ path, owner: undefined, mode: 0o600, uids: [] }, options);
    const seen = new Set<number>();
    let isOpen = false;
    void opening.then(() => (isOpen = true));
    while (!isOpen) {
      if (existsSync(path)) seen.add(lstatSync(path).mode & 0o777);
      await new Promise(setImmediate);
    }
    seen.add(lstatSync(path).mode & 0o777);
    assert.ok([...seen].every((mode) => (mode & 0o077) === 0));
    assert.equal(lstatSync(path).mode & 0o777, 0o600);
    (await opening).close();
  });

  test('is gone when it is closed, and open connections stay', async (t) => {
    const heard = await listen(t, {});
    const client = await connectSocket(heard.path);
    const chunks = client.chunks[Symbol.asyncIterator]();
    await chunks.next();
    heard.close();
    assert.equal(existsSync(heard.path), false);
    await heard.connections[0]?.send(Buffer.from('still here'));
    assert.equal(Buffer.from((await chunks.next()).value ?? []).toString(), 'still here');
    client.close();
  });
});

suite('where a socket shall be', () => {
  const options = { peers: { kind: 'owner', uidOf: () => undefined } as const, onConnection() {}, onIntruder() {} };
  const place = (path: string): SocketPlace => ({ path, owner: undefined, mode: 0o600, uids: undefined });

  test('one that nobody answers on is replaced', async (t) => {
    const path = join(temporaryFolder(t), 'a.sock');
    const [program, ...words] = [
      process.execPath,
      '-e',
      `net.createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ];
    const { spawn } = await import('node:child_process');
    await once(spawn(program, words), 'exit');
    assert.ok(existsSync(path), 'the killed process left nothing');
    const listening = await listenOnSocket(place(path), options);
    (await connectSocket(path)).close();
    listening.close();
  });

  test('one that is answered on stays', async (t) => {
    const path = join(temporaryFolder(t), 'a.sock');
    const first = await listenOnSocket(place(path), options);
    t.after(() => first.close());
    await failsWith('instance-running', () => listenOnSocket(place(path), options));
    (await connectSocket(path)).close();
  });

  test('something else stays', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'file'), 'content');
    symlinkSync('file', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    for (const name of ['file', 'link', 'folder']) {
      await failsWith('state-unsafe', () => listenOnSocket(place(join(folder, name)), options));
      assert.ok(existsSync(join(folder, name)));
    }
  });

  test('a path that no socket can have is refused, not cut', async (t) => {
    const path = join(temporaryFolder(t), 'x'.repeat(108));
    await failsWith('state-unsafe', () => listenOnSocket(place(path), options));
  });

  test('a folder that others may write in is refused', async (t) => {
    const folder = join(temporaryFolder(t), 'run');
    mkdirSync(folder);
    for (const mode of [0o777, 0o1777, 0o775, 0o713]) {
      chmodSync(folder, mode);
      await failsWith('state-unsafe', () => ensureSocketFolder(folder));
    }
    chmodSync(folder, 0o700);
    ensureSocketFolder(folder);
    assert.equal(statSync(folder).mode & 0o7777, 0o711);
  });

  test('a folder in a place where others may replace it is refused', async (t) => {
    const above = temporaryFolder(t);
    chmodSync(above, 0o777);
    await failsWith('state-unsafe', () => ensureSocketFolder(join(above, 'run')));
  });

  test('a link to a folder is refused', async (t) => {
    const above = temporaryFolder(t);
    symlinkSync('/tmp', join(above, 'run'));
    await failsWith('state-unsafe', () => ensureSocketFolder(join(above, 'run')));
  });

  test('the folder of somebody else is refused', needsRoot, async (t) => {
    const folder = join(temporaryFolder(t), 'run');
    mkdirSync(folder, { mode: 0o711 });
    chownSync(folder, maria.uid, maria.gid);
    await failsWith('state-unsafe', () => ensureSocketFolder(folder));
  });
});

suite('who connected', () => {
  test('is what the kernel says', needsRoot, async (t) => {
    const folder = temporaryFolder(t);
    chmodSync(folder, 0o711);
    const path = join(folder, 'a.sock');
    const peers = await openPeerCheck(folder);
    assert.equal(peers.kind, 'kernel');
    const server = createServer().listen(path);
    t.after(() => server.close());
    await once(server, 'listening');
    chmodSync(path, 0o666);
    const uids: (number | undefined)[] = [];
    server.on('connection', (socket: Socket) => {
      uids.push(peers.uidOf(socket));
      socket.end('done\n');
    });
    for (const ids of [maria, nikos, {}]) await connectAs(ids, path);
    assert.deepEqual(uids, [maria.uid, nikos.uid, 0]);
  });

  test('is not asked of a socket that is closed already', async (t) => {
    const { path, peers } = await listen(t, {});
    const socket = connect(path);
    await once(socket, 'connect');
    socket.destroy();
    await once(socket, 'close');
    if (peers.kind === 'kernel') assert.throws(() => peers.uidOf(socket), /no descriptor/);
  });

  test('is left to the owner of the file where calls into C do not work', needsRoot, async (t) => {
    const { path, peers } = await listen(t, {}, 'owner');
    assert.equal(peers.kind, 'owner');
    assert.equal(await connectAs(maria, path), 'welcome');
    assert.equal(await connectAs(nikos, path), 'EACCES');
  });
});

suite('a worker is unreachable', () => {
  test('when there is no socket, or nobody listens on it', async (t) => {
    const folder = temporaryFolder(t);
    const facts = await failsWith('worker-unreachable', () => connectSocket(join(folder, 'a.sock')));
    assert.match(facts.mend, /larder serve worker/);
    writeFileSync(join(folder, 'b.sock'), '');
    await failsWith('worker-unreachable', () => connectSocket(join(folder, 'b.sock')));
  });
});

suite('whether sockets can be given to accounts', needsRoot, () => {
  const module = JSON.stringify(new URL('../../../plugin/platform/check-giving-away.ts', import.meta.url).href);

  test('is tried before any is made, and leaves nothing behind', (t) => {
    const folder = temporaryFolder(t);
    checkGivingAway(folder);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('is told with what is lacking where root has no CAP_CHOWN', (t) => {
    const folder = temporaryFolder(t);
    const code = `import { checkGivingAway } from ${module}; checkGivingAway(${JSON.stringify(folder)});`;
    const node = [process.execPath, '--input-type=module', '-e', code];
    const limited = spawnSync('setpriv', ['--bounding-set', '-chown', '--inh-caps', '-chown', ...node]);
    assert.notEqual(limited.status, 0);
    assert.match(String(limited.stderr), /system-unsupported.*CAP_CHOWN/s);
    assert.deepEqual(readdirSync(folder), []);
    const unlimited = spawnSync('setpriv', ['--bounding-set', '+chown', ...node], { encoding: 'utf8' });
    assert.equal(unlimited.status, 0, unlimited.stderr);
  });
});
