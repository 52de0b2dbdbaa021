import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from '../../plugin/platform/free-port.ts';

export interface PrivatePostgresql {
  readonly folder: string;
  readonly socketPath: string;
  /** Runs SQL as the superuser `postgres` by the stock client, and gives what it prints: rows as lines, fields with `|`. */
  sql(statements: string, database?: string): string;
  /** Starts a stock program as the superuser. @returns what it prints. */
  run(program: string, words: readonly string[], input?: string): string;
  /** The first of its processes. */
  processes(): readonly number[];
  /** Ends all of it at once, as when power fails. */
  kill(): void;
  /** Starts it again after it was killed. */
  start(): Promise<void>;
  /** Ends the server by its process id and removes its files. */
  stop(): Promise<void>;
}

const programs = globSync('/usr/lib/postgresql/*/bin')
  .toSorted((one, other) => versionOf(other) - versionOf(one))
  .find((folder) => existsSync(join(folder, 'initdb')));

function versionOf(folder: string): number {
  return Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
}

/** Whether Debian's postgresql is installed. */
export const hasPostgresql = programs !== undefined;

/** The server refuses to run as root: then it runs as Debian's user `postgres`. */
const user = process.getuid?.() === 0 && hasPostgresql ? postgresUser() : undefined;

function postgresUser(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

const environment = { PATH: `${programs}:/usr/bin:/bin`, LC_ALL: 'C.UTF-8', HOME: '/nonexistent' };
const settings = `fsync = off
shared_buffers = 16MB
max_connections = 40
max_locks_per_transaction = 256
wal_level = minimal
max_wal_senders = 0
`;

const replicaSettings = settings.replace('wal_level = minimal\nmax_wal_senders = 0\n', 'wal_level = replica\n');

/** Passwords over loopback only. */
const debianLogins = 'local all all peer\nhost all all 127.0.0.1/32 scram-sha-256';

/**
 * A server of its own: no network (unless like Debian's, where passwords are known on loopback only), own socket and data below a temporary folder. Who is the system's user `postgres` is the
 * superuser; all others have passwords. Takes about 2 seconds.
 */
export async function startPostgresql(options: ServerOptions = {}): Promise<PrivatePostgresql> {
  if (programs === undefined) throw new Error('postgresql is not installed');
  const folder = makeServerFolder();
  const port = options.likeDebian === true ? await findFreePort(25_432 + (process.pid % 2000)) : 5432;
  const data = join(folder, 'data');
  const way = { env: environment, cwd: folder, stdio: 'pipe', ...user } as const;
  const install = ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--auth=trust', '--no-sync'];
  execFileSync(join(programs, 'initdb'), install, way);
  const administrator = user === undefined ? 'trust' : 'peer';
  const logins = options.likeDebian === true ? debianLogins : 'local all all scram-sha-256';
  writeFileSync(
    join(data, 'pg_hba.conf'),
    `local all postgres ${administrator}\nlocal replication postgres ${administrator}\n${logins}\n`,
  );
  appendFileSync(
    join(data, 'postgresql.conf'),
    `${options.hasReplica === true ? replicaSettings : settings}unix_socket_directories = '${folder}'\nport = ${port}\nlisten_addresses = '${options.likeDebian === true ? '127.0.0.1' : ''}'\n`,
  );
  return serveFrom(folder, data, port);
}

/** Another server that follows one with `hasReplica`, from all that it has now. */
export async function startReplica(primary: PrivatePostgresql): Promise<PrivatePostgresql> {
  const folder = makeServerFolder();
  const data = join(folder, 'data');
  primary.run('pg_basebackup', ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
  appendFileSync(join(data, 'postgresql.conf'), `unix_socket_directories = '${folder}'\nport = 5432\n`);
  return serveFrom(folder, data, 5432);
}

export interface ServerOptions {
  /** Whether passwords are known on loopback only. */
  readonly likeDebian?: boolean;
  /** Whether it writes what a replica needs. */
  readonly hasReplica?: boolean;
}

function makeServerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-pg-'));
  chmodSync(folder, 0o777);
  return folder;
}

async function serveFrom(folder: string, data: string, port: number): Promise<PrivatePostgresql> {
  const socketPath = join(folder, `.s.PGSQL.${port}`);
  const way = { env: environment, cwd: folder, stdio: 'pipe', ...user } as const;
  const run = (program: string, words: readonly string[], input = ''): string =>
    execFileSync(program, ['-h', folder, '-p', String(port), '-U', 'postgres', ...words], {
      ...way,
      input,
      encoding: 'utf8',
    });
  const server = { child: await startServer(folder, data, socketPath), killed: [] as number[] };
  return {
    folder,
    socketPath,
    run,
    sql: (statements, database = 'postgres') =>
      run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', conninfo(database)], statements),
    processes: () => [server.child.pid ?? 0],
    kill() {
      server.killed = killAll(server.child);
    },
    async start() {
      await untilGone(server.killed);
      rmSync(join(data, 'postmaster.pid'), { force: true });
      server.child = await startServer(folder, data, socketPath);
    },
    async stop() {
      await stop(server.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A database by its name, whatever stands in that. */
export function conninfo(database: string): string {
  return `dbname='${database.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

async function startServer(folder: string, data: string, socketPath: string): Promise<ChildProcess> {
  const child = spawn(join(programs ?? '', 'postgres'), ['-D', data], {
    env: environment,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its processes are killed as a group
    ...user,
  });
  let log = '';
  child.stderr?.on('data', (text: Buffer) => (log = (log + text.toString()).slice(-4000)));
  child.stdout?.resume();
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) break;
    if (/ready to accept (read-only )?connections/.test(log) && (await canConnect(socketPath))) return child;
    await wait(25);
  }
  killAll(child);
  throw new Error(`postgres did not start:\n${log}`);
}

function canConnect(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Its processes have groups of their own, and as long as one of them lives no other server takes the data. @returns all that were killed. */
function killAll(child: ChildProcess): number[] {
  const pid = child.pid ?? 0;
  if (!isAlive(pid)) return [];
  child.kill('SIGSTOP'); // so that it starts no more of them
  const family = [
    pid,
    ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean),
  ];
  for (const member of family) if (isAlive(member)) process.kill(member, 'SIGKILL');
  return family;
}

async function untilGone(processes: readonly number[]): Promise<void> {
  for (let attempt = 0; attempt < 600 && processes.some(isAlive); attempt += 1) await wait(25);
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT'); // a fast shutdown: nobody is waited for
  await ended;
}
