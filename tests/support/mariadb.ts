import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MysqlConfiguration } from '../../plugin/domain/configuration.ts';

export interface PrivateMariadb {
  readonly socketPath: string;
  /** Runs SQL as root and gives what the client prints. */
  sql(statements: string): string;
  /** Makes an empty database. @returns the configuration that reaches it. */
  createDatabase(name: string): MysqlConfiguration;
  /** Ends it at once, as when power fails. */
  kill(): void;
  /** Starts it again where it was, and waits until it has mended its files. */
  restart(): Promise<void>;
  /** Ends the server by its process id and removes its files. */
  stop(): Promise<void>;
}

const path = '/usr/sbin:/usr/bin:/sbin:/bin';
const environment = { PATH: path, LC_ALL: 'C', HOME: '/nonexistent' };

/** Whether Debian's mariadb-server is installed. */
export const hasMariadb = path.split(':').some((folder) => existsSync(join(folder, 'mariadbd')));

/** A MariaDB server of its own: no network, own socket and data below a temporary folder. Takes 2 to 3 seconds. */
export async function startMariadb(options: readonly string[] = []): Promise<PrivateMariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-mariadb-'));
  const socketPath = join(folder, 'socket');
  // A server that starts deletes the temporary tables of others that lie in the same folder.
  const folders = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`];
  const common = ['--no-defaults', ...folders, `--user=${userInfo().username}`];
  const install = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  execFileSync('mariadb-install-db', [...common, ...install], { env: environment, stdio: 'pipe' });
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
  await end(server, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

async function end(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
