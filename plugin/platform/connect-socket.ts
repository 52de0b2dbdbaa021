import { Failure } from '../domain/failure.ts';
import { readErrorCode } from './error-code.ts';
import { toChannel, type SocketChannel } from './socket-channel.ts';

const { accessSync, constants } = process.getBuiltinModule('node:fs');

/** @throws {Failure} `worker-unreachable` when nobody listens there, or the kernel does not let this user in. */
export function connectSocket(path: string): Promise<SocketChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<SocketChannel>();
  const cause = lookFor(path);
  if (cause !== undefined) return Promise.reject(unreachable(path, cause));
  const socket = process.getBuiltinModule('node:net').connect(path);
  socket.once('error', (cause) => reject(unreachable(path, cause)));
  socket.once('connect', () => {
    socket.removeAllListeners('error');
    resolve(toChannel(socket));
  });
  return promise;
}

/** Asking the kernel first is much quicker than an attempt that fails. It is asked again by the attempt. */
function lookFor(path: string): unknown {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (cause) {
    return cause;
  }
}

function unreachable(path: string, cause: unknown): Failure<'worker-unreachable'> {
  const isRefused = ['EACCES', 'EPERM'].includes(readErrorCode(cause) ?? '');
  const mend = isRefused
    ? 'It is the socket of somebody else.'
    : 'The administrator of this server starts it with: larder serve worker';
  return new Failure('worker-unreachable', { socket: path, mend }, { cause });
}
