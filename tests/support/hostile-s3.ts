import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Writes an answer to a request, whose head it is given. */
export type Play = (socket: Socket, head: string) => Promise<void> | void;

/** Something at a port that answers like an S3 server which means harm. */
export class HostileS3 {
  readonly #server = createServer((socket) => void this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  requests = 0;
  play: Play = (socket) => void socket.end();

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    let head = '';
    for (; !head.includes('\r\n\r\n');) {
      const [bytes] = (await once(socket, 'data').catch(() => [undefined])) as [Buffer | undefined];
      if (bytes === undefined) return;
      head += bytes.toString('latin1');
    }
    socket.resume();
    this.requests += 1;
    await this.play(socket, head);
  }
}

/** A whole answer. */
export function answer(status: string, body: string, headers: readonly string[] = []): Play {
  return (socket) => {
    const lines = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  };
}

/** Begins an answer and goes on with `piece` for as long as somebody takes it. */
export function endless(headers: readonly string[], first: string, piece: Buffer, status = '200 OK'): Play {
  return async (socket) => {
    const lines = [`HTTP/1.1 ${status}`, ...headers, 'Connection: close'];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${first}`);
    while (!socket.destroyed) {
      if (!socket.write(piece)) await drained(socket);
    }
  };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      socket.off('drain', goOn).off('close', goOn);
      resolve();
    };
    socket.once('drain', goOn).once('close', goOn);
  });
}

/** One byte at a time, for as long as somebody waits for it. */
export function trickle(begin: (head: string) => string, milliseconds: number): Play {
  return (socket, head) => {
    socket.write(begin(head));
    const timer = setInterval(() => socket.write('x'), milliseconds);
    socket.on('close', () => clearInterval(timer));
  };
}

/** What an object of `size` bytes is answered with, also where only a part of it is asked for. */
export function objectHead(head: string, size: number): string {
  const [, from] = /\r\nrange: bytes=(\d+)-/i.exec(head) ?? [];
  if (from === undefined) return `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`;
  const range = `Content-Range: bytes ${from}-${size - 1}/${size}`;
  return `HTTP/1.1 206 Partial Content\r\nContent-Length: ${size - Number(from)}\r\n${range}\r\n\r\n`;
}
