import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox, Sandboxes } from '../contracts/sandbox.ts';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';

/**
 * Sandboxes below `folder`, which nobody but this user may enter: who owns what is inside cannot reach it by a path.
 * @param uid as whom root has things written there.
 */
export function openSandboxes(folder: string, uid: number): Sandboxes {
  const own = process.getuid?.() ?? 0;
  const hasOwnUser = own === 0;
  const owner = hasOwnUser ? { uid, gid: uid } : { uid: own, gid: process.getgid?.() ?? 0 };
  return {
    async open() {
      makeFolder(folder);
      for (const name of readdirSync(folder)) if (!isInUse(name)) await removeFolder(join(folder, name), owner);
      const place = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`);
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

/** The name begins with the process that made it. */
function isInUse(name: string): boolean {
  const processId = Number(name.split('-', 1)[0]);
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
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
