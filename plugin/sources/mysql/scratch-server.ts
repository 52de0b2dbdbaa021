/** A MariaDB server for one drill: own data, own user, one Unix socket, no network. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Sandbox } from '../../contracts/sandbox.ts';
import type { NoScratchServer, ScratchServer } from '../../contracts/scratch-server.ts';
import { folderInside } from '../../platform/isolated-program.ts';
import {
  findInLog,
  insideScratch,
  makeScratchPlace,
  scratchUnreachable,
  type ScratchPlace,
} from '../../platform/scratch-place.ts';
import { openSession } from './admin-session.ts';
import { openMysqlRestorer } from './restorer.ts';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const environment = { PATH: path, LC_ALL: 'C', HOME: '/nonexistent' };

/** Nothing that is loaded may run by itself, write where it likes, or be kept. */
const serverOptions = [
  '--skip-networking',
  '--skip-log-bin',
  '--skip-name-resolve',
  '--skip-symbolic-links',
  '--local-infile=OFF',
  '--event-scheduler=OFF',
  // A restored site may ask for more, in each of its sessions.
  '--maximum-max-heap-table-size=64M',
  '--maximum-tmp-table-size=64M',
  '--maximum-sort-buffer-size=64M',
  '--max-allowed-packet=1G',
  '--innodb-buffer-pool-size=96M',
  '--innodb-buffer-pool-dump-at-shutdown=OFF',
  '--innodb-buffer-pool-load-at-startup=OFF',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=OFF',
];
const logOption = '--innodb-log-file-size=48M';

/**
 * Only the user of this process comes in, whom the kernel vouches for: there is no password that could be known. A user
 * without a name owns the server's folder, which nobody else enters.
 */
function installOptions(): string[] {
  const name = ownName();
  const method = '--auth-root-authentication-method';
  const own = name === undefined ? [`${method}=normal`] : [`${method}=socket`, `--auth-root-socket-user=${name}`];
  return [...own, '--skip-test-db', '--skip-name-resolve'];
}

function ownName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // passwd(5) does not know it
  }
}

/** @throws {Failure} `database-unreachable` when it cannot be started; `cancelled`. */
export async function openMysqlScratch(
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<ScratchServer | NoScratchServer> {
  if (!isInstalled('mariadbd') || !isInstalled('mariadb-install-db')) return 'no-server';
  const place = await makeScratchPlace(sandbox, 'mysql', ['data', 'socket', 'tmp']);
  if (place === undefined) return 'no-isolation';
  await install(place, signal);
  const server = startServer(place);
  try {
    const restorer = await openRestorer(place, server, signal);
    const close = async (): Promise<void> => {
      await restorer.close();
      await end(server);
    };
    return { restorer, hasNetwork: place.isolation === 'none', socket: socketOf(place.folder), close };
  } catch (error) {
    await end(server);
    throw error;
  }
}

function isInstalled(program: string): boolean {
  return path.split(':').some((folder) => existsSync(join(folder, program)));
}

async function install(place: ScratchPlace, signal: AbortSignal): Promise<void> {
  const words = ['--no-defaults', ...foldersOf(place), logOption, ...installOptions()];
  const { command, words: isolated } = insideScratch(place, { command: 'mariadb-install-db', words });
  try {
    await promisify(execFile)(command, isolated, { env: environment, signal, killSignal: 'SIGKILL' });
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw scratchUnreachable(said.trim().split('\n').at(-1) ?? '', error);
  }
}

/** A server that starts deletes what is called like its own temporary tables, also those of another in the same folder. */
function foldersOf({ inside }: ScratchPlace): string[] {
  return [`--datadir=${inside}/data`, `--tmpdir=${inside}/tmp`];
}

/** Where memory runs out the kernel ends it before the live server, and sites of a drill (1000) before it. */
const startsExpendable = 'echo 900 > /proc/self/oom_score_adj || :; exec "$@"';

function startServer(place: ScratchPlace): ChildProcess {
  const { inside, folder } = place;
  const folders = [...foldersOf(place), `--socket=${inside}/socket/s`];
  const files = [`--pid-file=${inside}/socket/pid`, `--log-error=${inside}/socket/log`];
  const options = ['--no-defaults', ...folders, ...files, logOption, ...serverOptions];
  const words = ['-c', startsExpendable, 'sh', 'mariadbd', ...options];
  const { command, words: isolated } = insideScratch(place, { command: 'sh', words });
  return spawn(command, [...isolated], { env: environment, stdio: 'ignore', cwd: folder });
}

async function openRestorer(place: ScratchPlace, child: ChildProcess, signal: AbortSignal) {
  const { isolation } = place;
  const admin = { user: 'root', passwordFile: undefined };
  await waitUntilOpen(place, child, signal);
  const server = { socketPath: socketOf(place.folder) };
  const configuration = { engine: 'mysql', server, dump: admin, admin, replica: undefined } as const;
  const seen = isolation === 'namespaces' ? { socketPath: join(folderInside, 's') } : server;
  return openMysqlRestorer(configuration, { isolation, folder: join(place.folder, 'socket'), server: seen });
}

async function waitUntilOpen({ folder }: ScratchPlace, server: ChildProcess, signal: AbortSignal): Promise<void> {
  let problem: unknown;
  for (let attempt = 0; attempt < mostAttempts && server.exitCode === null; attempt += 1) {
    try {
      const session = await openSession({ socketPath: socketOf(folder) }, { user: 'root', password: undefined });
      return await session.close();
    } catch (error) {
      problem = error;
    }
    await wait(50, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  throw scratchUnreachable(findInLog(join(folder, 'socket', 'log'), /\[ERROR\]/), problem);
}

function socketOf(folder: string): string {
  return join(folder, 'socket', 's');
}

/** A minute. */
const mostAttempts = 1200;

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
}
