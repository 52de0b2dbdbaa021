import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FileWriting, Pipe } from '../../contracts/file-writing.ts';
import { compileCacheEnvironment } from '../../platform/compile-cache.ts';
import { inheritedDescriptors } from '../../platform/inherited-descriptors.ts';
import type { WriterProcess } from './child-link.ts';

export interface WriterStart {
  readonly uid: number;
  readonly gid: number;
  readonly trustedUids: readonly number[];
  /** Descriptor of the target folder; stays the caller's. */
  readonly target: number;
  /** Folders that the child makes below the target, as the account, and works in the last. */
  readonly missing?: readonly Buffer[];
  /** A descriptor that the child keeps open as long as it lives, such as a lock; stays the caller's. */
  readonly keeps?: number | undefined;
  /** The file `main-writer.ts`. */
  readonly program: string;
  /** Makes the pipe to the child; without it, or where it makes none, Node's own channel is used, which holds less. */
  readonly writing?: Pick<FileWriting, 'openPipe'>;
}

/**
 * What the child can have before it while the parent opens the next large blob. Measured: less and the two wait for
 * each other, more and the bytes leave the processor's cache on the way.
 */
const pipeBytes = 1_048_576;
/** util-linux. The child keeps what it needs to become the tenant, and nothing that it starts can gain rights. */
const dropRights = ['setpriv', '--no-new-privs', '--bounding-set=-all,+setuid,+setgid', '--'];

/** Starts the process that becomes the tenant. It inherits nothing but its streams and the target. */
export function startWriter(start: WriterStart): WriterProcess {
  const pipe = start.writing?.openPipe(pipeBytes);
  try {
    return withStreams(spawnWriter(start, pipe?.readEnd ?? 'pipe'), pipe);
  } catch (error) {
    if (pipe !== undefined) closeSync(pipe.writeEnd);
    throw error;
  } finally {
    if (pipe !== undefined) closeSync(pipe.readEnd);
  }
}

function spawnWriter(start: WriterStart, frames: number | 'pipe'): ChildProcess {
  const { program, uid, gid, trustedUids, target, missing = [] } = start;
  const names = missing.map((name) => name.toString('base64'));
  const node = [process.execPath, program, String(uid), String(gid), trustedUids.join(','), names.join(',')];
  const [command = '', ...words] = process.getuid?.() === 0 ? [...dropRights, ...node] : node;
  const nothing = openSync('/dev/null', 'r');
  try {
    return spawn(command, words, {
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', UV_USE_IO_URING: '0', ...compileCacheEnvironment() },
      stdio: [frames, 'pipe', 'pipe', target, ...keepFirst(start.keeps, coverInherited(nothing))],
      detached: true, // Ctrl-C is for the parent
    });
  } finally {
    closeSync(nothing);
  }
}

function keepFirst(kept: number | undefined, covered: ('ignore' | number)[]): ('ignore' | number)[] {
  return kept === undefined ? covered : [kept, ...covered.slice(1)];
}

/** Descriptors that the child would inherit show it nothing. */
function coverInherited(nothing: number): ('ignore' | number)[] {
  const inherited = new Set(inheritedDescriptors());
  const most = Math.max(3, ...inherited);
  return Array.from({ length: most - 3 }, (_, index) => (inherited.has(index + 4) ? nothing : 'ignore'));
}

function withStreams(child: ChildProcess, pipe: Pipe | undefined): WriterProcess {
  const { stdout, stderr } = child;
  const stdin = pipe === undefined ? child.stdin : new Socket({ fd: pipe.writeEnd, readable: false, writable: true });
  if (stdin === null || stdout === null || stderr === null) throw new Error('a child was started without pipes');
  return Object.assign(child, { stdin, stdout, stderr });
}
