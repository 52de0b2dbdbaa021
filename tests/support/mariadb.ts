import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MysqlConfiguration } from '../../plugin/domain/configuration.ts';

export interface PrivateMariadb {
  readonly socketPath: string;
  /** Runs SQL as root and gives what the client prints. */
  sql(statements: string): string;
  /** Makes an empty database. @returns the configuration that reaches it. */
  createDatabase(name: string): MysqlConfiguration;
  /** A database as SQL, by the stock client. */
  dump(name: string): string;
  /** Ends it at once, as when power fails. */
  kill(): void;
  /** Starts it again where it was, and waits until it has mended its files. */
  restart(): Promise<void>;
  /** Ends the server by its process id and removes its files. */
  stop(): Promise<void>;
}

const path = '/usr/sbin:/usr/bin:/sbin:/bin';
const environment = { PATH: path, LC_ALL: 'C', HOME: '/nonexistent' };

const programs = path.split(':').find((folder) => existsSync(join(folder, 'mariadbd')));

/** Whether Debian's mariadb-server is installed. */
export const hasMariadb = programs !== undefined;

/**
 * The data of a server in which nothing is yet. Making it takes seconds, copying it a moment: it is made once for each
 * version that is installed.
 */
function emptyData(): string {
  const { mtimeMs, size } = statSync(join(programs ?? '', 'mariadbd'));
  const name = `mariadb-${userInfo().username}-${mtimeMs}-${size}`;
  const made = join(import.meta.dirname, '../../node_modules/.cache/larder-servers', name);
  if (existsSync(made)) return made;
  mkdirSync(dirname(made), { recursive: true });
  const own = mkdtempSync(`${made}-`);
  const words = [`--datadir=${join(own, 'data')}`, `--tmpdir=${own}`, `--user=${userInfo().username}`];
  const install = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  execFileSync('mariadb-install-db', ['--no-defaults', ...words, ...install], { env: environment, stdio: 'pipe' });
  try {
    renameSync(join(own, 'data'), made);
  } catch (error) {
    if (!existsSync(made)) throw error; // else somebody was quicker
  } finally {
    rmSync(own, { recursive: true });
  }
  return made;
}

/** A MariaDB server of its own: no network, own socket and data below a temporary folder. Takes about a second. */
export async function startMariadb(options: readonly string[] = []): Promise<PrivateMariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-mariadb-'));
  const socketPath = join(folder, 'socket');
  // A server that starts deletes the temporary tables of others that lie in the same folder.
  const folders = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`];
  const common = ['--no-defaults', ...folders, `--user=${userInfo().username}`];
  execFileSync('cp', ['-a', '--reflink=auto', emptyData(), join(folder, 'data')]);
  const words = [...common, ...serverOptions(folder, socketPath), ...options];
  const start = async (): Promise<ChildProcess> => {
    const started = spawn('mariadbd', words, { env: environment, stdio: 'ignore' });
    await waitForSocket(started, socketPath, folder);
    return started;
  };
  let server = await start();
  const sql = (statements: string): string =>
    execFileSync('mariadb', ['--no-defaults', '--batch', '--skip-column-names', '-uroot', `-S${socketPath}`], {
      env: environment,
      input: statements,
      encoding: 'utf8',
    });
  return {
    socketPath,
    sql,
    createDatabase(name) {
      sql(`CREATE DATABASE ${name}`);
      return { kind: 'mysql', server: { socketPath }, user: 'root', database: name, passwordFile: undefined };
    },
    dump: (name) =>
      execFileSync('mariadb-dump', ['--no-defaults', '-uroot', `-S${socketPath}`, name], {
        env: environment,
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      }),
    kill: () => void server.kill('SIGKILL'),
    async restart() {
      await end(server, 'SIGKILL');
      server = await start();
    },
    stop: () => stop(server, folder),
  };
}

function serverOptions(folder: string, socketPath: string): string[] {
  return [
    `--socket=${socketPath}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--log-error=${join(folder, 'log')}`,
    '--skip-networking',
    '--innodb-buffer-pool-size=16M',
    '--innodb-flush-log-at-trx-commit=0',
  ];
}

async function waitForSocket(server: ChildProcess, socketPath: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (server.exitCode !== null) break;
    if (await canConnect(socketPath)) return;
    await wait(25);
  }
  server.kill('SIGKILL');
  const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : 'no log';
  throw new Error(`mariadbd did not start:\n${log}`);
}

function canConnect(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  await end(server, 'SIGKILL'); // what it holds is thrown away
  rmSync(folder, { recursive: true, force: true });
}

async function end(server: ChildProcess, signal: 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
