import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SftpDestination } from '../../plugin/domain/destination.ts';

/** Whether Debian's openssh-server is installed. */
export const hasSshd = existsSync('/usr/sbin/sshd');

export interface PrivateSshd {
  readonly folder: string;
  readonly keyFile: string;
  /** A destination below its folder. */
  destination(name: string, changes?: Partial<SftpDestination>): SftpDestination;
  stop(): Promise<void>;
}

/** Debian's sshd with a key and a port of its own, on loopback, for this user only. */
export async function startSshd(): Promise<PrivateSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-sshd-'));
  for (const name of ['host', 'user', 'other']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  copyFileSync(join(folder, 'user.pub'), join(folder, 'authorized'));
  chmodSync(join(folder, 'authorized'), 0o600);
  const port = await freePort();
  writeFileSync(join(folder, 'config'), settings(folder, port));
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn('setpriv', ['--pdeathsig', 'TERM', '/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'config')], {
    stdio: 'ignore',
  });
  process.once('exit', () => server.kill('SIGKILL'));
  await waitForPort(server, port);
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ').trim();
  return {
    folder,
    keyFile: join(folder, 'user'),
    destination: (name, changes = {}) => ({
      name,
      role: 'secondary',
      country: undefined,
      provider: undefined,
      kind: 'sftp',
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      path: join(folder, name),
      hostKey,
      keyFile: join(folder, 'user'),
      limits: { bytesPerSecond: undefined, parallel: 4, cacheBytes: 0 },
      ...changes,
    }),
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(folder: string, port: number): string {
  return `ListenAddress 127.0.0.1
Port ${port}
HostKey ${folder}/host
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
UsePAM no
Subsystem sftp internal-sftp
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function waitForPort(server: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (server.exitCode !== null) break;
    if (await canConnect(port)) return;
    await wait(25);
  }
  throw new Error('sshd did not start');
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
