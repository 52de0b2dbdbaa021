import { Failure } from '../domain/failure.ts';
import { readErrorCode } from './error-code.ts';
import { toChannel, type SocketChannel } from './socket-channel.ts';

const { connect } = process.getBuiltinModule('node:net');

/** @throws {Failure} `worker-unreachable` when nobody listens there, or the kernel does not let this user in. */
export function connectSocket(path: string): Promise<SocketChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<SocketChannel>();
  const socket = connect(path);
  socket.once('error', (cause) => reject(unreachable(path, cause)));
  socket.once('connect', () => {
    socket.removeAllListeners('error');
    resolve(toChannel(socket));
  });
  return promise;
}

function unreachable(path: string, cause: unknown): Failure<'worker-unreachable'> {
  const isRefused = ['EACCES', 'EPERM'].includes(readErrorCode(cause) ?? '');
  const mend = isRefused
    ? 'It is the socket of somebody else.'
    : 'The administrator of this server starts it with: larder serve worker';
  return new Failure('worker-unreachable', { socket: path, mend }, { cause });
}
