import type { Socket } from 'node:net';

/** A connection as bytes there and back; what `Channel` in `protocol/` promises. */
export interface SocketChannel {
  send(bytes: Uint8Array): Promise<void>;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): void;
}

/** What may wait in this process for a reader that is slower than its senders. */
const waitingBytes = 8 * 1024 * 1024;
/** For so long a closed connection may still take what was sent before. */
const lingerMilliseconds = 1000;

/** The channel owns the socket from now on. */
export function toChannel(socket: Socket): SocketChannel {
  socket.on('error', () => {}); // senders and the end of `chunks` tell
  let isClosing = false;
  return {
    chunks: readChunks(socket, () => isClosing),
    send: (bytes) => (isClosing ? Promise.reject(new Error('the channel is closed')) : send(socket, bytes)),
    close: () => {
      if (!isClosing) linger(socket);
      isClosing = true;
    },
  };
}

function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.writableLength > waitingBytes) socket.destroy();
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function* readChunks(socket: Socket, isClosing: () => boolean): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      if (isClosing()) return;
      yield chunk;
    }
  } catch {
    // A connection that broke has ended.
  }
}

/**
 * A socket that is closed with unread bytes in it makes the other side lose what it has not read yet (unix(7): reset),
 * so what still comes is read and dropped until the other side has ended too.
 */
function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMilliseconds);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.unref();
  socket.end();
  socket.removeAllListeners('readable');
  socket.resume();
}
