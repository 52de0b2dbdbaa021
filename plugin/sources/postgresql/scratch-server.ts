/** A PostgreSQL server for one drill: own data, own user, one Unix socket, no network, no memory shared with any other. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Sandbox } from '../../contracts/sandbox.ts';
import type { NoScratchServer, ScratchServer } from '../../contracts/scratch-server.ts';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';
import { killChildren } from '../../platform/kill-children.ts';
import {
  findInLog,
  giveToScratch,
  insideScratch,
  makeScratchPlace,
  scratchUnreachable,
  type ScratchPlace,
} from '../../platform/scratch-place.ts';
import { findServerPrograms } from './server-programs.ts';
import { openPostgresqlRestorer } from './restorer.ts';
import { commonDatabase, openSession } from './session.ts';

/** Nothing that is loaded may run by itself, and nothing need be kept. Its socket lies beside its data. */
const settings = {
  listen_addresses: '',
  unix_socket_directories: '.',
  port: '5432',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  autovacuum: 'off',
  shared_buffers: '64MB',
  huge_pages: 'off',
  dynamic_shared_memory_type: 'mmap',
  max_connections: '16',
  max_locks_per_transaction: '1024',
  max_prepared_transactions: '0',
  jit: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  lc_messages: 'C',
};

const superuser = 'larder_scratch';
const environment = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', HOME: '/nonexistent' };

/** @throws {Failure} `database-unreachable` when it cannot be started; `cancelled`. */
export async function openPostgresqlScratch(
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<ScratchServer | NoScratchServer> {
  const programs = findServerPrograms();
  if (programs === undefined) return 'no-server';
  const place = await makeScratchPlace(sandbox, 'postgresql', ['data']);
  if (place === undefined) return 'no-isolation';
  if (place.isolation !== 'namespaces' && !hasOwnName()) return 'no-server'; // it asks passwd(5) whose it is
  await install(place, programs, signal);
  const server = startServer(place, programs);
  const data = openSync(join(place.folder, 'data'), 'r');
  const end = async (): Promise<void> => {
    await endAll(server, place);
    closeSync(data);
  };
  try {
    const restorer = await openRestorer(place, { server, data }, signal);
    const close = async (): Promise<void> => {
      await restorer.close();
      await end();
    };
    return { restorer, hasNetwork: place.isolation === 'none', socket: undefined, close };
  } catch (error) {
    await end();
    throw error;
  }
}

function hasOwnName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** The only one who comes in has a password that was made just now, and that the server keeps no longer than its files. */
async function install(place: ScratchPlace, programs: string, signal: AbortSignal): Promise<void> {
  const { sandbox, folder, inside } = place;
  const password = randomBytes(24).toString('base64url');
  const given = join(folder, 'given');
  writeFileSync(secretOf(place), password, { mode: 0o600 });
  writeFileSync(given, `${password}\n`, { mode: 0o600 });
  giveToScratch(sandbox, given);
  writeFileSync(passwdOf(place), `drill:x:${sandbox.uid}:${sandbox.gid}::/nonexistent:/bin/false\n`);
  chmodSync(passwdOf(place), 0o644); // whatever the umask
  const own = [`--username=${superuser}`, `--pwfile=${inside}/given`, '--auth=scram-sha-256'];
  const words = [`--pgdata=${inside}/data`, ...own, '--encoding=UTF8', '--locale=C', '--no-sync'];
  const started = { command: join(programs, 'initdb'), words };
  const { command, words: isolated } = insideScratch(place, started, { passwd: passwdOf(place), isMany: true });
  try {
    await promisify(execFile)(command, [...isolated], { env: environment, cwd: folder, signal, killSignal: 'SIGKILL' });
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw scratchUnreachable(said.trim().split('\n').at(-1) ?? '', error);
  } finally {
    rmSync(given, { force: true });
  }
}

function secretOf({ folder }: ScratchPlace): string {
  return join(folder, 'secret');
}

function passwdOf({ folder }: ScratchPlace): string {
  return join(folder, 'passwd');
}

function logOf({ folder }: ScratchPlace): string {
  return join(folder, 'log');
}

function startServer(place: ScratchPlace, programs: string): ChildProcess {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = { command: join(programs, 'postgres'), words: ['-D', `${place.inside}/data`, ...options] };
  const { command, words } = insideScratch(place, program, { passwd: passwdOf(place), isMany: true });
  const log = openSync(logOf(place), 'w', 0o600);
  try {
    return spawn(command, [...words], { env: environment, stdio: ['ignore', log, log], cwd: place.folder });
  } finally {
    closeSync(log);
  }
}

interface Started {
  readonly server: ChildProcess;
  /** The open folder in which its socket lies: the path to it may be longer than a socket's may be. */
  readonly data: number;
}

async function openRestorer(place: ScratchPlace, { server, data }: Started, signal: AbortSignal) {
  const login = { user: superuser, passwordFile: secretOf(place) };
  const address = { socketPath: `/proc/self/fd/${data}/.s.PGSQL.5432` };
  const configuration = { server: address, dump: login, admin: login, replica: undefined } as const;
  await waitUntilOpen(place, server, address, signal);
  return openPostgresqlRestorer({ engine: 'postgresql', ...configuration }, 'scratch');
}

/** A minute. */
const mostAttempts = 1200;

async function waitUntilOpen(
  place: ScratchPlace,
  server: ChildProcess,
  address: DatabaseServerConfiguration['server'],
  signal: AbortSignal,
): Promise<void> {
  const login = { user: superuser, password: readFileSync(secretOf(place), 'utf8') };
  let problem: unknown;
  for (let attempt = 0; attempt < mostAttempts && server.exitCode === null; attempt += 1) {
    try {
      return await (await openSession(address, login, commonDatabase)).close();
    } catch (error) {
      problem = error;
    }
    await wait(50, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  throw scratchUnreachable(findInLog(logOf(place), /FATAL|ERROR|PANIC/), problem);
}

/**
 * All its processes: the kernel ends them with the first where they have numbers of their own, and only then is that one
 * gone. Otherwise the server ends them itself, at once.
 */
async function endAll(server: ChildProcess, { isolation }: ScratchPlace): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  if (isolation === 'none') server.kill('SIGQUIT');
  else killChildren(server);
  await ended;
}
