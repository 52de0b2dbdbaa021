import { execFile } from 'node:child_process';
import type { UserIds } from './become-user.ts';

/**
 * How far this process may cut another off: `namespaces` by root's rights, `own-namespaces` by those that everybody has
 * where the kernel is set up so, `none` where it refuses both.
 */
export type Isolation = 'namespaces' | 'own-namespaces' | 'none';

export interface IsolatedProgram {
  readonly command: string;
  readonly words: readonly string[];
}

/** Where `namespaces` show the program the one folder that it may write in. */
export const folderInside = '/mnt';

let known: Promise<Isolation> | undefined;

/** Tried out once. */
export function findIsolation(): Promise<Isolation> {
  known ??= tryOut();
  return known;
}

async function tryOut(): Promise<Isolation> {
  if (process.getuid?.() === 0) return (await succeeds('--net', '--mount')) ? 'namespaces' : 'none';
  return (await succeeds('--user', '--map-current-user', '--net')) ? 'own-namespaces' : 'none';
}

function succeeds(...words: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('unshare', [...words, '--', 'true'], (error) => resolve(error === null));
  });
}

/**
 * A command line that runs a program without a network, as `user` for good, and never longer than this process lives.
 * @param user undefined: as this process.
 * @param folder which is seen at `folderInside`, by it alone, whoever may come through the folders above; only with `namespaces`.
 */
export function isolate(
  program: IsolatedProgram,
  isolation: Isolation,
  user: UserIds | undefined,
  folder?: string,
): IsolatedProgram {
  const as =
    user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--bounding-set=-all'];
  const limits = ['--no-new-privs', '--pdeathsig=KILL', ...as];
  const inner = ['setpriv', ...limits, '--', program.command, ...program.words];
  if (isolation === 'namespaces') return unshare(folder === undefined ? inner : withFolder(folder, inner));
  if (isolation === 'own-namespaces') return unshare(inner, ['--user', '--map-current-user']);
  return { command: 'setpriv', words: inner.slice(1) };
}

function unshare(inner: readonly string[], own: readonly string[] = []): IsolatedProgram {
  const apart = own.length > 0 ? own : ['--mount', '--propagation=private'];
  return { command: 'unshare', words: [...apart, '--net', '--', ...inner] };
}

function withFolder(folder: string, inner: readonly string[]): string[] {
  const script = `mount --bind -- "$0" ${folderInside} && cd ${folderInside} && exec "$@"`;
  return ['sh', '-c', script, folder, ...inner];
}
