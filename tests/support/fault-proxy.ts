import { connect, createServer, type Socket } from 'node:net';

/** What the proxy does with the next connections. */
export type Fault =
  | { readonly kind: 'none' }
  /** Takes the request and answers by itself. */
  | { readonly kind: 'answer'; readonly status: string; readonly code: string }
  /** Cuts the line hard after so many bytes of the answer, or of the request. */
  | { readonly kind: 'reset'; readonly side: 'answer' | 'request'; readonly afterBytes: number }
  /** Ends the answer politely after so many bytes. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the answer. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Changes the length that the answer claims. */
  | { readonly kind: 'lie'; readonly add: number }
  /** So many milliseconds before each piece of the answer. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

export interface FaultProxy {
  readonly endpoint: string;
  /** @param times how many requests meet it; then all is well again. Only those whose first line matches. */
  fail(fault: Fault, times?: number, line?: RegExp): void;
  /** Requests since the last call, by their first line. */
  takeRequests(): string[];
  /** Bytes of answers since the last call, as the server sent them. */
  takeAnswerBytes(): number;
  close(): Promise<void>;
}

/** A TCP proxy before a real server that spoils what it is told to. One request per connection, so that each is seen. */
export async function startFaultProxy(port: number): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' };
  let left = 0;
  let wanted = /./;
  let requests: string[] = [];
  let answerBytes = 0;
  const count = (bytes: number): void => void (answerBytes += bytes);
  const sockets = new Set<Socket>();
  const take = (line: string): Fault => {
    requests.push(line);
    if (left <= 0 || !wanted.test(line)) return { kind: 'none' };
    left -= 1;
    return fault;
  };
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client)).on('error', () => {});
    let pending = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      pending = Buffer.concat([pending, bytes]);
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.off('data', onData);
      const head = pending.subarray(0, end).toString('latin1');
      const rest = pending.subarray(end);
      const line = head.split('\r\n')[0] ?? '';
      const closing = Buffer.from(`${head.replaceAll(/\r\nconnection:[^\r]*/gi, '')}\r\nConnection: close`, 'latin1');
      carry(client, port, Buffer.concat([closing, rest]), { fault: take(line), count });
    };
    client.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    fail(what, times = 1, line = /./) {
      fault = what;
      left = times;
      wanted = line;
    },
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    takeAnswerBytes() {
      const taken = answerBytes;
      answerBytes = 0;
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Carriage {
  readonly fault: Fault;
  readonly count: (answerBytes: number) => void;
}

function carry(client: Socket, port: number, request: Buffer, { fault, count }: Carriage): void {
  if (fault.kind === 'answer') return answer(client, fault.status, fault.code);
  const server = connect(port, '127.0.0.1');
  let up = request.length;
  let down = 0;
  server.on('error', () => {}).on('close', () => client.destroySoon());
  client.on('close', () => server.destroy());
  server.write(request);
  client.on('data', (bytes: Buffer) => {
    up += bytes.length;
    if (fault.kind === 'reset' && fault.side === 'request' && up > fault.afterBytes) return cut(client, server);
    if (!server.write(bytes)) client.pause();
  });
  server.on('drain', () => client.resume());
  server.on('data', (bytes: Buffer) => {
    const before = down;
    down += bytes.length;
    count(bytes.length);
    pass(client, server, { bytes, before, down }, fault);
  });
}

interface Passing {
  readonly bytes: Buffer;
  readonly before: number;
  readonly down: number;
}

function pass(client: Socket, server: Socket, { bytes, before, down }: Passing, fault: Fault): void {
  const limit =
    'afterBytes' in fault && !(fault.kind === 'reset' && fault.side === 'request') ? fault.afterBytes : Infinity;
  if (down > limit) return end(client, server, bytes.subarray(0, Math.max(0, limit - before)), fault.kind);
  if (fault.kind === 'slow') {
    server.pause();
    setTimeout(() => {
      client.write(bytes);
      server.resume();
    }, fault.milliseconds);
  } else if (!client.write(fault.kind === 'lie' && before === 0 ? lie(bytes, fault.add) : bytes)) {
    server.pause();
    client.once('drain', () => server.resume());
  }
}

function end(client: Socket, server: Socket, allowed: Buffer, kind: Fault['kind']): void {
  if (kind === 'reset') {
    client.write(allowed, () => cut(client, server));
  } else if (kind === 'truncate') {
    client.end(allowed);
    server.destroy();
  } else if (allowed.length > 0) client.write(allowed);
}

function lie(bytes: Buffer, add: number): Buffer {
  const text = bytes.toString('latin1');
  const changed = text.replace(
    /content-length: (\d+)/i,
    (_, length: string) => `Content-Length: ${Number(length) + add}`,
  );
  return Buffer.from(changed, 'latin1');
}

function answer(client: Socket, status: string, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>x</Message></Error>`;
  client.on('data', () => {}); // the body of the request
  client.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function cut(client: Socket, server: Socket): void {
  client.resetAndDestroy();
  server.destroy();
}
