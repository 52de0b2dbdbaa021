import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface PrivateRedis {
  readonly socketPath: string;
  /** Runs a command by the stock client. @returns what it prints. */
  run(...words: string[]): string;
  kill(): void;
  stop(): Promise<void>;
}

/** Whether Debian's redis-server is installed. */
export const hasRedis = existsSync('/usr/bin/redis-server');

/** A server of its own on a Unix socket; where there is a `dump.rdb` in the folder it begins with that. */
export async function startRedis(folder: string, password?: string): Promise<PrivateRedis> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
  const socketPath = join(folder, 'socket');
  const options = ['--port', '0', '--unixsocket', socketPath, '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...options, ...(password === undefined ? [] : ['--requirepass', password])], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin' },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const run = (...words: string[]): string =>
    execFileSync('redis-cli', ['-s', socketPath, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', ...(password === undefined ? {} : { REDISCLI_AUTH: password }) },
    });
  for (let attempt = 0; attempt < 400 && !isReady(run); attempt += 1) await wait(25);
  return {
    socketPath,
    run,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function isReady(run: PrivateRedis['run']): boolean {
  try {
    return run('PING') === 'PONG\n';
  } catch {
    return false;
  }
}
