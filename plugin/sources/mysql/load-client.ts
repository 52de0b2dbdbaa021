import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { Failure } from '../../domain/failure.ts';
import type { ServerAddress } from '../../domain/configuration.ts';
import { isolate, type Isolation } from '../../platform/isolated-program.ts';
import { openSecret } from '../../platform/secret-descriptor.ts';
import type { SqlLogin } from './admin-session.ts';

/** How a client is cut off that loads into the server of a drill. */
export interface ClientIsolation {
  readonly isolation: Isolation;
  /** With the server's socket, and the only folder that is shown to it. */
  readonly folder: string;
  /** As it sees the server. */
  readonly server: ServerAddress;
}

export interface LoadOrder {
  readonly server: ServerAddress;
  /** May do nothing outside of `into`: that, not what follows here, is the barrier. */
  readonly login: SqlLogin;
  readonly into: string;
  /** Whose process it is; undefined: this one's own user. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** Undefined: the client runs as the customer's own programs do. */
  readonly isolation?: ClientIsolation | undefined;
  /** For messages. */
  readonly database: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * What a dump must not be able to do: run commands (`--binary-mode`, `--sandbox`), read files of the client's
 * (`--local-infile=0`), go on elsewhere after the connection broke (`--skip-reconnect`). The option file stands first,
 * and no other is read.
 */
const hardened = [
  '--binary-mode',
  '--sandbox',
  '--local-infile=0',
  '--skip-reconnect',
  '--default-character-set=utf8mb4',
  '--max-allowed-packet=1073741824',
];

const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', HOME: '/nonexistent' };
const mostErrorCharacters = 4000;

/**
 * Feeds SQL to the stock client, which runs as the customer, with no file, no option and no secret of anybody's.
 * @throws {Failure} `database-refused` with what the server said; what `content` throws; what the signal was aborted with.
 */
export async function loadWithClient(order: LoadOrder): Promise<void> {
  const secret = openSecret(optionFile(order));
  const child = startClient(order, secret.descriptor);
  secret.close();
  const stop = (): void => void child.kill('SIGKILL');
  order.signal.addEventListener('abort', stop);
  try {
    const ended = endOf(child);
    const isWhole = await feed(child, order.content);
    const { code, said } = await ended;
    order.signal.throwIfAborted();
    if (isWhole && code === 0) return;
    const problem = code === 0 ? 'the client stopped reading in the middle' : said;
    throw new Failure('database-refused', { database: order.database, problem });
  } finally {
    order.signal.removeEventListener('abort', stop);
    stop();
  }
}

function startClient({ user, into, isolation }: LoadOrder, descriptor: number): ChildProcess {
  const plain = { command: 'mariadb', words: ['--defaults-file=/dev/fd/3', ...hardened, '--', into] };
  const { command, words } =
    isolation === undefined ? plain : isolate(plain, isolation.isolation, user, { folder: isolation.folder });
  return spawn(command, [...words], {
    ...(isolation === undefined ? user : {}),
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'ignore', 'pipe', descriptor],
  });
}

function optionFile({ server: own, login, isolation }: LoadOrder): string {
  const server = isolation?.server ?? own;
  const address =
    'socketPath' in server
      ? [`socket=${server.socketPath}`]
      : [`host=${server.host}`, `port=${server.port}`, 'protocol=tcp'];
  return ['[client]', `user=${login.user}`, `password='${login.password ?? ''}'`, ...address, ''].join('\n');
}

/** @returns whether the client took all of it. @throws what `content` throws. */
async function feed(child: ChildProcess, content: AsyncIterable<Uint8Array>): Promise<boolean> {
  const input = child.stdin;
  if (input === null) throw new Error('the client has no input');
  const closed = new Promise<false>((resolve) => {
    input.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
  for await (const bytes of content) {
    const isTaken = input.write(bytes) || (await Promise.race([drained(input), closed]));
    if (!isTaken) return false;
  }
  return Promise.race([ended(input), closed]);
}

function drained(input: Writable): Promise<true> {
  return new Promise((resolve) => input.once('drain', () => resolve(true)));
}

function ended(input: Writable): Promise<true> {
  return new Promise((resolve) => input.once('finish', () => resolve(true)).end());
}

function endOf(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-mostErrorCharacters); // the error comes after the statement, which may be long
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, said: error.message }));
    child.once('close', (code, killed) => {
      resolve({ code, said: shorten(said) || `the client ended with ${killed ?? code ?? 'nothing'}` });
    });
  });
}

/** Error 1242, of the check behind a long value: see `long-row.ts`. */
const tooLong = 'Subquery returns more than 1 row';
const packetTooSmall =
  'a value is longer than this server’s max_allowed_packet lets through: raise it for the restore (SET GLOBAL max_allowed_packet = 1073741824)';

/** `ERROR 1044 (42000) at line 3: Access denied …`, without the statement that the client repeats between lines. */
function shorten(said: string): string {
  const line = said.split('\n').findLast((text) => text.startsWith('ERROR')) ?? said.trim().split('\n')[0] ?? '';
  return line.includes(tooLong) ? packetTooSmall : line.slice(0, 500);
}
