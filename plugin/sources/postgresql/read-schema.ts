import { spawn } from 'node:child_process';
import { fchmodSync, fchownSync } from 'node:fs';
import type { ServerAddress } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { openSecret } from '../../platform/secret-descriptor.ts';
import { parseArchiveToc, type ArchiveToc } from './archive-toc.ts';
import { systemUser, type SystemUser } from './peer-socket.ts';
import { socketOf, type SqlLogin } from './session.ts';

export interface SchemaOrder {
  readonly server: ServerAddress;
  readonly login: SqlLogin;
  readonly database: string;
  /** The moment, as another session of this server exported it. */
  readonly snapshot: string | undefined;
  /** Whose process it is; undefined: this one's own user. */
  readonly user: SystemUser | undefined;
}

const options = [
  '--format=custom',
  '--compress=0',
  '--schema-only',
  '--encoding=UTF8',
  '--lock-wait-timeout=60s',
  '--no-sync',
  '--no-password',
];
const mostBytes = 512 * 1024 * 1024;
const mostErrorText = 4000;

/**
 * Everything of a database but rows, as `pg_dump` writes it. The password travels on a descriptor.
 * @throws {Failure} `database-dump-failed`, `database-changing`; {UnexpectedDump}; what the signal was aborted with.
 */
export async function readSchema(order: SchemaOrder, signal: AbortSignal): Promise<ArchiveToc> {
  const secret = openSecret(passwordFile(order.login));
  fchmodSync(secret.descriptor, 0o600); // the client refuses it otherwise
  const user = userFor(order, secret.descriptor);
  const child = spawn('pg_dump', argumentsFor(order), {
    stdio: ['ignore', 'pipe', 'pipe', secret.descriptor],
    env: { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', HOME: '/nonexistent', PGPASSFILE: '/dev/fd/3' },
    cwd: '/',
    ...user,
  });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = endOf(child);
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of child.stdout ?? []) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).length;
      if (bytes > mostBytes) throw failed(order.database, 'its definitions are too long');
    }
    const problem = await ended;
    signal.throwIfAborted();
    if (problem !== undefined) throw explain(order.database, problem);
    return parseArchiveToc(Buffer.concat(parts));
  } finally {
    signal.removeEventListener('abort', stop);
    secret.close();
    child.kill('SIGKILL');
  }
}

/** Whom the server knows by its socket; else the user who reads, where the password can be given to that one. */
function userFor({ server, login, user }: SchemaOrder, secret: number): SystemUser | undefined {
  if (login.password === undefined) return 'socketPath' in server ? systemUser(login.user) : undefined;
  if (user === undefined) return undefined;
  try {
    fchownSync(secret, user.uid, user.gid);
    return user;
  } catch {
    return undefined; // root without the right to give files away: then it is root's
  }
}

function argumentsFor({ server, login, database, snapshot }: SchemaOrder): string[] {
  const { host, port } = 'socketPath' in server ? hostOf(server.socketPath) : server;
  return [
    ...options,
    `--host=${host}`,
    `--port=${port}`,
    `--username=${login.user}`,
    ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`]),
    // A name may hold `=`, or begin as an address does; in quotes it is a name.
    `--dbname=dbname='${database.replaceAll(/[\\']/g, String.raw`\$&`)}'`,
  ];
}

function hostOf(socketPath: string): { host: string; port: number } {
  const { folder, port } = socketOf(socketPath);
  return { host: folder, port };
}

function passwordFile({ password = '' }: SqlLogin): string {
  return `*:*:*:*:${password.replaceAll(/[\\:]/g, String.raw`\$&`)}\n`;
}

function endOf(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(0, mostErrorText)));
    child.once('error', (error) => resolve(`pg_dump cannot be started: ${error.message}`));
    child.once('close', (code, by) => resolve(code === 0 ? undefined : said.trim() || `it ended with ${code ?? by}`));
  });
}

/** What the program says when something went away under it. */
const changing = /does not exist|cache lookup failed|could not open relation|was concurrently/;

function explain(database: string, said: string): Failure {
  const problem = said
    .split('\n')
    .filter((line) => line.includes('error:') || line.includes('detail:'))
    .map((line) => line.replace(/^pg_dump: (error|detail): /, ''))
    .join('; ');
  if (changing.test(said)) return new Failure('database-changing', { database, problem: problem || said });
  return failed(database, problem || said);
}

function failed(database: string, problem: string): Failure<'database-dump-failed'> {
  return new Failure('database-dump-failed', { database, problem });
}
