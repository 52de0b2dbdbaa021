import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox, Sandboxes } from '../contracts/sandbox.ts';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';
import { startOf } from './process-start.ts';

/**
 * Sandboxes below `folder`, which nobody but this user may enter: who owns what is inside cannot reach it by a path.
 * @param uid as whom root has things written there.
 */
export function openSandboxes(folder: string, uid: number): Sandboxes {
  const own = process.getuid?.() ?? 0;
  const hasOwnUser = own === 0;
  const owner = hasOwnUser ? { uid, gid: uid } : { uid: own, gid: process.getgid?.() ?? 0 };
  const sweep = async (): Promise<void> => {
    for (const name of namesIn(folder)) if (!isInUse(name)) await removeFolder(join(folder, name), owner);
  };
  return {
    sweep,
    async open() {
      makeFolder(folder);
      await sweep();
      const place = join(folder, `${process.pid}-${startOf(process.pid)}-${randomBytes(8).toString('hex')}`);
      makeFolder(place);
      return sandboxAt(place, owner, hasOwnUser);
    },
  };
}

function sandboxAt(place: string, owner: Owner, hasOwnUser: boolean): Sandbox {
  return {
    files: join(place, 'files'),
    databases: join(place, 'databases'),
    ...owner,
    hasOwnUser,
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(place);
      return bavail * bsize;
    },
    remove: () => removeFolder(place, owner),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The name begins with the process that made it, and when that began. */
function isInUse(name: string): boolean {
  const [id, started] = name.split('-', 2);
  return started !== undefined && startOf(Number(id)) === started;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) throw new Failure('no-space', { path: folder }, { cause: error });
    throw error;
  }
}

/**
 * No process of the owner runs any more, and links are removed, never followed. Where even root may not remove what is
 * another user's, that user does.
 */
async function removeFolder(folder: string, owner: Owner): Promise<void> {
  if (await run('rm', ['-rf', '--', folder], {})) return;
  for (const part of ['files', 'databases']) {
    const as = { ...owner, cwd: join(folder, part) };
    await run('chmod', ['-R', 'u+rwx', '.'], as);
    await run('find', ['.', '-mindepth', '1', '-delete'], as);
  }
  await run('rm', ['-rf', '--', folder], {});
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** @returns whether it succeeded. */
function run(command: string, words: readonly string[], options: Partial<Owner> & { cwd?: string }): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, words, options, (error) => resolve(error === null));
  });
}
