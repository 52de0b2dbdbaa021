import { execFile } from 'node:child_process';
import type { UserIds } from './become-user.ts';
import { insideRoot, type ClosedRoot } from './closed-root.ts';

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
  if (process.getuid?.() === 0)
    return (await succeeds('--net', '--mount', '--ipc', '--pid', '--fork')) ? 'namespaces' : 'none';
  return (await succeeds('--user', '--map-current-user', '--net', '--ipc', '--pid', '--fork'))
    ? 'own-namespaces'
    : 'none';
}

function succeeds(...words: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('unshare', [...words, '--', 'true'], (error) => resolve(error === null));
  });
}

/** What a program sees of the machine, where `namespaces` can show it something else. */
export interface Surroundings {
  /** Seen at `folderInside`, by it alone, whoever may come through the folders above. */
  readonly folder?: string | undefined;
  /** A file that it sees in place of passwd(5). */
  readonly passwd?: string | undefined;
  /**
   * Whether it starts processes of its own, and shares memory with them: they have numbers and memory of their own then,
   * and all of them end with the first.
   */
  readonly isMany?: boolean | undefined;
  /** What it sees in place of the machine; with processes of its own. */
  readonly root?: ClosedRoot | undefined;
}

/**
 * A command line that runs a program without a network, as `user` for good, and never longer than this process lives.
 * @param user undefined: as this process.
 */
export function isolate(
  program: IsolatedProgram,
  isolation: Isolation,
  user: UserIds | undefined,
  around: Surroundings = {},
): IsolatedProgram {
  const as =
    user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--bounding-set=-all'];
  const limits = ['--no-new-privs', endsWithParent, ...as];
  const inner = ['setpriv', ...limits, '--', program.command, ...program.words];
  if (isolation === 'none') return { command: 'setpriv', words: inner.slice(1) };
  const own = isolation === 'own-namespaces';
  const apart = own ? ['--user', '--map-current-user'] : ['--mount', '--propagation=private'];
  const many = around.isMany === true || around.root !== undefined ? ['--ipc', '--pid', '--fork'] : [];
  const words = [...apart, ...many, '--net', '--', ...(own ? inner : withMounts(around, inner))];
  // With processes of its own `unshare` stays as their parent, and has to end with this process too.
  return many.length === 0
    ? { command: 'unshare', words }
    : { command: 'setpriv', words: [endsWithParent, '--', 'unshare', ...words] };
}

const endsWithParent = '--pdeathsig=KILL';

function withMounts({ folder, passwd, root }: Surroundings, inner: readonly string[]): readonly string[] {
  if (root !== undefined) return insideRoot(root, inner);
  const mounts = [
    ...(passwd === undefined ? [] : [[passwd, '/etc/passwd']]),
    ...(folder === undefined ? [] : [[folder, folderInside]]),
  ];
  if (mounts.length === 0) return inner;
  const steps = mounts.map(() => 'mount --bind -- "$1" "$2" && shift 2');
  const enter = folder === undefined ? [] : [`cd ${folderInside}`];
  return ['sh', '-c', [...steps, ...enter, 'exec "$@"'].join(' && '), 'sh', ...mounts.flat(), ...inner];
}
