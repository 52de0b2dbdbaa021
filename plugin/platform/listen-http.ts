import { chmodSync, lchownSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';
import { removeStale } from './listen-socket.ts';

/** Where HTTP is served. */
export type HttpPlace =
  | { readonly kind: 'socket'; readonly path: string; readonly group: number | undefined }
  | { readonly kind: 'port'; readonly host: string; readonly port: number }
  /** A listening socket that the service manager opened and passed on. */
  | { readonly kind: 'descriptor'; readonly descriptor: number };

export interface HttpServer {
  /** Of a port: the one it got. */
  readonly port: number | undefined;
  /** Takes nothing new; what is being answered has this long to end. */
  close(milliseconds: number): Promise<void>;
}

/** systemd passes its first socket as this descriptor (sd_listen_fds(3)). */
const firstPassed = 3;

/** Sockets that were passed to this very process. */
export function passedPlaces(environment: { readonly [name: string]: string | undefined }, pid: number): HttpPlace[] {
  if (environment['LISTEN_PID'] !== String(pid)) return [];
  const count = Number.parseInt(environment['LISTEN_FDS'] ?? '0', 10);
  return Array.from({ length: Math.min(count, 16) }, (_, index) => ({
    kind: 'descriptor',
    descriptor: firstPassed + index,
  }));
}

/**
 * Serves HTTP there. Slow and long-winded clients are cut off.
 * @throws {Failure} `instance-running` when the place is taken; `state-unsafe` when something else lies there.
 */
export async function listenHttp(place: HttpPlace, answer: RequestListener): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 5000, requestTimeout: 30_000 }, answer);
  server.maxConnections = 1024;
  server.keepAliveTimeout = 20_000;
  if (place.kind === 'socket') await removeStale(place.path);
  await begin(server, place);
  if (place.kind === 'socket') openToGroup(place);
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    close: (milliseconds) => end(server, milliseconds),
  };
}

function begin(server: Server, place: HttpPlace): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server
    .once('error', (cause) => reject(explain(cause, place)))
    .once('listening', () => {
      server.removeAllListeners('error').on('error', () => {}); // accepting failed once; the next try may succeed
      resolve();
    });
  const before = process.umask(0o077);
  try {
    if (place.kind === 'socket') server.listen(place.path);
    else if (place.kind === 'port') server.listen(place.port, place.host);
    else server.listen({ fd: place.descriptor });
  } finally {
    process.umask(before);
  }
  return promise;
}

function explain(cause: unknown, place: HttpPlace): unknown {
  if (!hasErrorCode(cause, 'EADDRINUSE')) return cause;
  const state = place.kind === 'port' ? `${place.host}:${place.port}` : 'the socket of the pages';
  return new Failure('instance-running', { state, holder: 'another program' }, { cause });
}

/** Nobody else may connect before its group may. */
function openToGroup({ path, group }: Extract<HttpPlace, { kind: 'socket' }>): void {
  if (group === undefined) return;
  try {
    lchownSync(path, process.getuid?.() ?? 0, group);
    chmodSync(path, 0o660);
  } catch (error) {
    if (!hasErrorCode(error, 'EPERM')) throw error; // not of that group: it stays this user's
  }
}

function end(server: Server, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), milliseconds).unref();
  return promise;
}
