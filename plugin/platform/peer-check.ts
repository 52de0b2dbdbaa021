import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';

/** How it is known who connected to a socket. */
export interface PeerCheck {
  /** `owner`: only by the owner and mode of its file, which the kernel heeds; calls into C do not work here. */
  readonly kind: 'kernel' | 'owner';
  /** @throws {Error} when the kernel does not say. @returns undefined with `owner`. */
  uidOf(socket: Socket): number | undefined;
}

/**
 * Tries on itself what it will rely on: connects to a socket of its own in `folder`, and compares.
 * @throws {Failure} `system-unsupported` when calls into C work and the kernel names somebody else. `force` is for tests.
 */
export async function openPeerCheck(folder: string, force?: 'owner'): Promise<PeerCheck> {
  const read = force === 'owner' ? undefined : await openNative();
  if (read === undefined) return { kind: 'owner', uidOf: () => undefined };
  const self = await askWhoConnects(join(folder, `.self-test-${process.pid}`), read);
  if (self.uid !== process.geteuid?.() || self.pid !== process.pid) {
    const problem = `the kernel takes this process for user ${self.uid}, process ${self.pid}`;
    throw new Failure('system-unsupported', { problem, mend: 'Do not start the worker in a user namespace.' });
  }
  return { kind: 'kernel', uidOf: (socket) => read(socket).uid };
}

type Read = (socket: Socket) => { readonly uid: number; readonly pid: number };

async function openNative(): Promise<Read | undefined> {
  try {
    const { openPeerCredentials } = await import('./native/peer-credentials.ts');
    const read = openPeerCredentials();
    return (socket) => read(descriptorOf(socket));
  } catch {
    return undefined;
  }
}

/** Node does not document it so it is tried at every start. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly fd?: unknown } | null };
  const descriptor = handle?.fd;
  if (typeof descriptor !== 'number' || !Number.isInteger(descriptor) || descriptor < 0) {
    throw new Error('a socket has no descriptor');
  }
  return descriptor;
}

async function askWhoConnects(path: string, read: Read): Promise<{ uid: number; pid: number }> {
  rmSync(path, { force: true }); // of a process that had this number before
  const server = createServer().listen(path);
  await once(server, 'listening');
  const client = connect(path);
  try {
    const [accepted] = (await once(server, 'connection')) as [Socket];
    accepted.on('error', () => {});
    const answer = read(accepted);
    accepted.destroy();
    return answer;
  } finally {
    client.on('error', () => {}).destroy();
    await closeServer(server);
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
