import { chmodSync, lchownSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';
import type { PeerCheck } from './peer-check.ts';
import { toChannel, type SocketChannel } from './socket-channel.ts';

export interface SocketPlace {
  /** In a folder made by `ensureSocketFolder`; at most 107 bytes (unix(7)). */
  readonly path: string;
  /** Whose file it becomes; undefined: it stays this user's. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly mode: 0o600 | 0o660;
  /** Who may connect, where the kernel tells who did; root may always. Undefined: whom the file's mode lets in. */
  readonly uids: readonly number[] | undefined;
}

export interface Listening {
  /** Takes no more connections and removes the socket; connections that are open stay. */
  close(): void;
}

export interface ListenOptions {
  readonly peers: PeerCheck;
  readonly onConnection: (channel: SocketChannel) => void;
  /** Told when somebody got through who should not have; the connection is closed. */
  readonly onIntruder: (problem: string) => void;
}

/** Beyond these, connections are dropped before anything is sent. */
const mostConnections = 256;
const longestPath = 107;

/**
 * Listens; at no moment may more people connect than in the end. What an ended worker left there is replaced.
 * @throws {Failure} `instance-running` when somebody answers there; `state-unsafe` when something else lies there;
 * `system-unsupported` when the socket cannot be given to its owner.
 */
export async function listenOnSocket(place: SocketPlace, options: ListenOptions): Promise<Listening> {
  if (Buffer.byteLength(place.path) > longestPath) {
    throw new Failure('state-unsafe', { path: place.path, problem: 'it is too long for a socket', mend: '' });
  }
  await removeStale(place.path);
  const server = createServer({ pauseOnConnect: true }, (socket) => admit(socket, place, options));
  server.maxConnections = mostConnections;
  await bind(server, place.path);
  try {
    giveAway(place);
  } catch (error) {
    server.close();
    throw error;
  }
  return { close: () => void server.close() };
}

/** Whoever is not known for certain is not let in. */
function admit(socket: Socket, { path, uids }: SocketPlace, { peers, onConnection, onIntruder }: ListenOptions): void {
  try {
    const uid = peers.uidOf(socket);
    if (uid !== undefined && uid !== 0 && uids?.includes(uid) === false)
      throw new Error(`user ${uid} connected to ${path}`);
  } catch (error) {
    socket.on('error', () => {}).destroy();
    return onIntruder(error instanceof Error ? error.message : String(error));
  }
  onConnection(toChannel(socket));
}

/**
 * `listen` makes the file before it returns, so this umask is over at once. It leaves owners all rights, for a thread of
 * this process may be making a folder meanwhile.
 */
function bind(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).once('listening', () => {
    server.removeListener('error', reject);
    server.on('error', () => {}); // accepting failed once, for want of descriptors; the next try may succeed
    resolve();
  });
  const before = process.umask(0o077);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  return promise;
}

/** Nobody else may connect until it is given away, and then only its owner, before its group may too. */
function giveAway({ path, owner, mode }: SocketPlace): void {
  try {
    chmodSync(path, 0o600);
    if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
    if (mode !== 0o600) chmodSync(path, mode);
  } catch (cause) {
    if (!hasErrorCode(cause, 'EPERM')) throw cause;
    const problem = `the socket ${path} cannot be given to user ${owner?.uid}`;
    throw new Failure('system-unsupported', { problem, mend: 'The worker needs the capability CAP_CHOWN.' }, { cause });
  }
}

/** @throws {Failure} `instance-running` when somebody answers there; `state-unsafe` when it is no socket. */
export async function removeStale(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket()) {
      throw new Failure('state-unsafe', { path, problem: 'it is no socket', mend: `rm -r ${path}` });
    }
    if (await isAnswered(path)) throw new Failure('instance-running', { state: path, holder: 'another worker' });
    unlinkSync(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

/** Only a refusal proves that nobody listens. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!hasErrorCode(error, 'ECONNREFUSED', 'ENOENT')));
  });
}
