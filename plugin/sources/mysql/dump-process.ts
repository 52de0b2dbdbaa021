import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ServerAddress } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { openSecret } from '../../platform/secret-descriptor.ts';
import { openWidePipe } from '../../platform/wide-pipe.ts';
import type { SqlLogin } from './admin-session.ts';

const options = [
  '--single-transaction',
  '--quick',
  '--hex-blob',
  '--skip-triggers',
  '--default-character-set=utf8mb4',
  '--no-tablespaces',
  '--skip-dump-date',
  '--max-allowed-packet=1073741824',
];
const positionOptions = ['--master-data=2', '--gtid'];

/** Nothing that comes for so long means that a lock holds it. */
const longestSilence = 120_000;
const mostErrorText = 4000;

export interface DumpOrder {
  readonly server: ServerAddress;
  readonly login: SqlLogin;
  readonly database: string;
  /** Views: their text is read otherwise, so that one that does not work stops nothing. */
  readonly leftOut: readonly string[];
  /** Whether the server keeps a log in which the dump has a position. */
  readonly hasLog: boolean;
  readonly silenceMilliseconds?: number | undefined;
  /** Whose process it is; undefined: this one's own user. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** By itself the client writes 4 KiB at a time: for each, two processes are woken. */
const bufferProgram = '/usr/bin/stdbuf';
const bufferWords = ['--output=256K', 'mariadb-dump'];

/**
 * Runs `mariadb-dump`, of tables and sequences alone. The password travels on a descriptor.
 * @throws {Failure} `database-dump-failed`, `database-changing` when it ends otherwise than well; what the signal was
 * aborted with. Each piece is valid until the next is asked for.
 */
export async function* runDump(order: DumpOrder, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const secret = openSecret(optionFile(order.login));
  const pipe = await openWidePipe();
  const child = start(order, secret.descriptor, pipe?.write ?? 'pipe');
  pipe?.closeWrite();
  const ended = new Promise<string | undefined>((resolve) => {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(0, mostErrorText)));
    child.once('error', (error) => resolve(`mariadb-dump cannot be started: ${error.message}`));
    child.once('close', (code, by) => resolve(code === 0 ? undefined : said.trim() || `it ended with ${code ?? by}`));
  });
  const watch = watchSilence(order.silenceMilliseconds ?? longestSilence, () => child.kill('SIGKILL'));
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const part of pipe?.pieces ?? child.stdout ?? []) {
      watch.heard();
      yield part as Buffer;
    }
    const problem = await ended;
    signal.throwIfAborted();
    if (problem !== undefined) throw explain(order.database, watch.isSilent ? silent : problem);
  } finally {
    watch.end();
    signal.removeEventListener('abort', stop);
    secret.close();
    pipe?.close();
    child.kill('SIGKILL');
  }
}

function start(order: DumpOrder, secret: number, output: number | 'pipe') {
  const isBuffered = existsSync(bufferProgram);
  const words = [...(isBuffered ? bufferWords : []), ...argumentsFor(order)];
  return spawn(isBuffered ? bufferProgram : 'mariadb-dump', words, {
    ...order.user,
    cwd: '/',
    stdio: ['ignore', output, 'pipe', secret],
    env: { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', HOME: '/nonexistent' },
  });
}

const silent = 'nothing came for two minutes: somebody holds a table locked';

function argumentsFor({ server, database, leftOut, hasLog }: DumpOrder): string[] {
  const address =
    'socketPath' in server
      ? [`--socket=${server.socketPath}`]
      : ['--protocol=tcp', `--host=${server.host}`, `--port=${server.port}`];
  const ignored = leftOut.map((view) => `--ignore-table=${database}.${view}`);
  // The file with the password must come first.
  return [
    '--defaults-file=/dev/fd/3',
    ...address,
    ...options,
    ...(hasLog ? positionOptions : []),
    ...ignored,
    '--',
    database,
  ];
}

function optionFile({ user, password }: SqlLogin): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
  return `[client]\nuser=${quoted(user)}\n${password === undefined ? '' : `password=${quoted(password)}\n`}`;
}

/** What the client says when the form of a table changed under it. */
const changing = /\b(1412|1146|1049|1356)\b|Couldn't find table|doesn't exist|definition has changed/;
const gone = /\b(2002|2003|2013|2006|2026|1927|1053)\b|Lost connection|server has gone away/;

function explain(database: string, said: string): Failure {
  const problem = said
    .replace(/^mariadb-dump: /, '')
    .split('\n')
    .join('; ');
  if (gone.test(said)) return new Failure('database-dump-failed', { database, problem });
  if (changing.test(said)) return new Failure('database-changing', { database, problem });
  return new Failure('database-dump-failed', { database, problem });
}

function watchSilence(milliseconds: number, onSilence: () => void) {
  const watch = { isSilent: false, heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
  const timer = setTimeout(() => {
    watch.isSilent = true;
    onSilence();
  }, milliseconds);
  return watch;
}
