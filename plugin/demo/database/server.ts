/** A MariaDB server of the demo's own: it listens to no network, and all its files lie below the demo's folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DemoUser } from '../settle-accounts.ts';
import { databaseServerFiles } from './server-files.ts';
import { programPath } from './server-programs.ts';

export interface DatabaseServer {
  readonly socketPath: string;
  /** Ends it by its process id; what it holds is safe on disk then. */
  stop(): Promise<void>;
}

/** Makes an empty server. @param user whose it is. @throws {Error} with what the program said. */
export async function makeDatabaseServer(folder: string, user: DemoUser, signal: AbortSignal): Promise<void> {
  const files = databaseServerFiles(folder);
  mkdirSync(files.home, { mode: 0o711 }); // customers' programs come through to the socket
  give(files.home, user);
  writeFileSync(files.administratorPassword, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const words = ['--no-defaults', ...foldersOf(files), '--auth-root-authentication-method=normal', ...quick];
  const child = spawn('mariadb-install-db', [...words, '--skip-test-db', '--skip-name-resolve'], {
    ...asUser(user),
    env: { PATH: programPath, LC_ALL: 'C', HOME: files.home },
    cwd: files.home,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
  const [code] = (await once(child, 'close')) as [number | null];
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`mariadb-install-db: ${said.trim()}`);
}

/** Small, and quick to begin with: a demo's data can be made anew. */
const quick = ['--innodb-log-file-size=16M', '--innodb-flush-log-at-trx-commit=2'];

/** Starts what `makeDatabaseServer` made. @throws {Error} with the end of its log. */
export async function startDatabaseServer(folder: string, signal: AbortSignal): Promise<DatabaseServer> {
  const files = databaseServerFiles(folder);
  await stopLeftover(folder);
  const { uid, gid } = statSync(files.home);
  writeStart(folder, { uid, gid });
  const words = serverWords(folder, { uid, gid });
  // Its own session: Ctrl-C is for the demo, which stops it when nobody needs it any more.
  const child = spawn('setpriv', words, { env: { PATH: programPath, LC_ALL: 'C' }, stdio: 'ignore', detached: true });
  try {
    await untilReady(child, files.socket, signal);
  } catch (error) {
    await end(child);
    signal.throwIfAborted();
    const log = existsSync(files.log) ? readFileSync(files.log, 'utf8').trim().split('\n').at(-1) : undefined;
    throw new Error(`mariadbd: ${log ?? 'it did not start'}`, { cause: error });
  }
  return { socketPath: files.socket, stop: () => end(child) };
}

/** In a folder that is shared, a server that starts deletes the temporary tables of others. */
function foldersOf({ data, home }: ReturnType<typeof databaseServerFiles>): string[] {
  return [`--datadir=${data}`, `--tmpdir=${home}`];
}

function serverWords(folder: string, { uid, gid }: DemoUser): string[] {
  const files = databaseServerFiles(folder);
  const { socket, pid, log, start } = files;
  const isRoot = process.getuid?.() === 0;
  return [
    '--pdeathsig=TERM', // also when the demo is killed
    ...(isRoot ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : []),
    'mariadbd',
    '--no-defaults',
    ...foldersOf(files),
    `--socket=${socket}`,
    `--pid-file=${pid}`,
    `--log-error=${log}`,
    `--init-file=${start}`,
    '--skip-networking',
    '--skip-log-bin',
    '--skip-symbolic-links',
    '--local-infile=0',
    '--innodb-buffer-pool-size=32M',
    ...quick,
  ];
}

/** Its administrator has a password that only the demo's user can read: the socket is open to customers. */
function writeStart(folder: string, user: DemoUser): void {
  const { start, administratorPassword } = databaseServerFiles(folder);
  const password = readFileSync(administratorPassword, 'utf8').trim();
  rmSync(start, { force: true });
  writeFileSync(start, `ALTER USER root@localhost IDENTIFIED BY '${password}';\n`, { mode: 0o600 });
  give(start, user);
}

/** Ends a server that a demo which was killed has left, unless it has ended by itself. */
export async function stopLeftover(folder: string): Promise<void> {
  const { pid: pidFile, data } = databaseServerFiles(folder);
  for (let attempt = 0; attempt < 400; attempt++) {
    const pid = readPid(pidFile);
    if (pid === undefined || !isServerOf(pid, data)) return;
    if (attempt === 0) process.kill(pid, 'SIGTERM');
    await wait(50);
  }
  throw new Error(`the server of databases of an earlier demo does not stop: ${pidFile}`);
}

function readPid(file: string): number | undefined {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : Number.NaN;
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** The number may be somebody else's by now. */
function isServerOf(pid: number, data: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(`--datadir=${data}`);
  } catch {
    return false;
  }
}

async function untilReady(child: ChildProcess, socket: string, signal: AbortSignal): Promise<void> {
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => {});
  for (let attempt = 0; attempt < 1200; attempt++) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await Promise.race([greets(socket), failed])) return;
    await wait(25);
  }
  throw new Error('it does not answer');
}

/** A server that is ready speaks first. */
function greets(path: string): Promise<boolean> {
  const socket = connect(path);
  socket.setTimeout(2000, () => socket.destroy());
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true)).once('close', () => resolve(false));
    socket.once('data', () => socket.destroy()).on('error', () => {});
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function asUser({ uid, gid }: DemoUser): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid, gid } : {};
}

function give(path: string, { uid, gid }: DemoUser): void {
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
}
