import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { DemoUser } from './settle-accounts.ts';

export interface SharedProgram {
  /** The folder whose `plugin/bin/larder` every customer can start. */
  readonly root: string;
  /** Whether it is a copy, because the checkout is closed to other users. */
  readonly isCopy: boolean;
}

/**
 * Finds a program that `tenant` can start: the checkout itself, else a copy of it in the demo's folder. Leaves
 * `bin/larder` there, too. A copy is made anew each time, so that it is never an old one.
 * @throws {Failure} `system-unsupported` when they cannot start the copy either.
 */
export function shareProgram(checkout: string, folder: string, tenant: DemoUser | undefined): SharedProgram {
  const copy = join(folder, 'program');
  rmSync(copy, { recursive: true, force: true });
  const isCopy = tenant !== undefined && !canStart(checkout, tenant);
  if (isCopy) copyProgram(checkout, copy, tenant);
  const root = isCopy ? copy : checkout;
  const link = join(folder, 'bin', 'larder');
  mkdirSync(dirname(link), { recursive: true, mode: 0o755 });
  rmSync(link, { force: true });
  symlinkSync(join(root, 'plugin/bin/larder'), link);
  return { root, isCopy };
}

/** Asks for its version as that user, with no rights but theirs. */
function canStart(root: string, { uid, gid }: DemoUser): boolean {
  const options = { uid, gid, cwd: '/', env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' } as const;
  return spawnSync(join(root, 'plugin/bin/larder'), ['--version'], options).status === 0;
}

/** What commands of customers need: they ask the worker for all else. */
const parts = ['plugin', 'locales', 'package.json', 'node_modules/smol-toml'];

function copyProgram(checkout: string, copy: string, tenant: DemoUser): void {
  const umask = process.umask(0o022);
  try {
    for (const part of parts) cpSync(join(checkout, part), join(copy, part), { recursive: true });
    const node = join(copy, 'node_modules/.bin/node');
    mkdirSync(dirname(node), { recursive: true });
    cpSync(process.execPath, node);
  } finally {
    process.umask(umask);
  }
  openToAll(copy);
  if (canStart(copy, tenant)) return;
  const problem = `other users can start neither ${checkout}/plugin/bin/larder nor a copy of it`;
  throw new Failure('system-unsupported', { problem, mend: `Let others read ${checkout}: chmod -R o+rX ${checkout}` });
}

/** Modes come from the checkout, which may be closed at every level. */
function openToAll(folder: string): void {
  spawnSync('chmod', ['-R', 'a+rX,go-w', folder], { stdio: 'ignore' });
}
