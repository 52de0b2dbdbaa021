/**
 * PostgreSQL knows users of the system by its socket (`peer`): `postgres` is whoever runs as `postgres`. Root therefore
 * connects through a process that has become that user.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { DatabaseServerConfiguration } from '../../domain/configuration.ts';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whom root becomes to be known by a socket; undefined when there is no such user, or this process is not root. */
export function systemUser(name: string): SystemUser | undefined {
  if (process.getuid?.() !== 0 || name === 'root') return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`));
  const [, , uid = '', gid = ''] = line?.split(':') ?? [];
  return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** As whom what reads runs, when it has a password and root may choose. */
export function readingUser({ dumpUid = 0, dump }: DatabaseServerConfiguration): SystemUser | undefined {
  const isPossible = process.getuid?.() === 0 && dumpUid > 0 && dump.passwordFile !== undefined;
  return isPossible ? { uid: dumpUid, gid: dumpUid } : undefined;
}

/** Becomes the user, then passes bytes on in both directions. */
const relay = `
const [uid, gid, path] = process.argv.slice(1);
process.setgroups([]); process.setgid(Number(gid)); process.setuid(Number(uid));
const { connect, Socket } = require('node:net');
const here = new Socket({ fd: 3 }), there = connect(path);
const end = () => process.exit(0);
here.on('error', end).on('close', end); there.on('error', end).on('close', end);
here.pipe(there); there.pipe(here);`;

/** A connection to a Unix socket on whose other side that user is seen. It ends with this process. */
export function openAsOwnUser(socketPath: string, { uid, gid }: SystemUser): Socket {
  const child = spawn(process.execPath, ['-e', relay, '--', String(uid), String(gid), socketPath], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: {},
    cwd: '/',
  });
  const socket = child.stdio[3];
  if (!(socket instanceof Socket)) throw new Error('the process has no socket');
  child.once('error', (error) => socket.destroy(error)).once('exit', () => socket.destroy());
  child.unref();
  socket.connect = () => {
    queueMicrotask(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}
