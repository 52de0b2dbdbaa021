import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SystemCopy } from '../contracts/system-copy.ts';
import { whileKeysLocked } from './keys-lock.ts';
import { keysFolder, settleKeyRotation } from './server-key.ts';

export interface SystemCopyOptions {
  readonly state: string;
  /** Copies the metadata into a folder. */
  readonly copyMetadata: (folder: string) => Promise<void>;
}

/** Without it the metadata would be another server's. */
const serverId = 'server-id';

/** What lists the packages that are installed, whichever there is. */
const packageLists = [
  ['dpkg-query', '-W', '-f', '${Package} ${Version} ${Architecture}\\n'],
  ['rpm', '-qa'],
] as const;

/** `/` and the state folder may be two file systems, and a restore point is of one. */
const placeBesideSettings = '/etc/.larder-system';

export function openSystemCopy({ state, copyMetadata }: SystemCopyOptions): SystemCopy {
  return {
    async make() {
      const folder = statSync(state).dev === statSync('/').dev ? join(state, 'system') : placeBesideSettings;
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { mode: 0o700 });
      await copyMetadata(folder);
      settleKeyRotation(state);
      if (existsSync(keysFolder(state)))
        await whileKeysLocked(state, async () => copyKeys(state, join(folder, 'keys')));
      copyOwnKeys(state, join(folder, 'own-keys'));
      writePrivate(join(folder, serverId), readIfAny(join(state, serverId)));
      writePrivate(join(folder, 'packages.txt'), listPackages());
      const users = readIfAny('/etc/passwd');
      writePrivate(join(folder, 'users.txt'), users);
      writePrivate(join(folder, 'groups.txt'), readIfAny('/etc/group'));
      return { folder, uids: readUids(users) };
    },
  };
}

/** Sealed ones only: whoever has the server key opens all of them. */
function copyKeys(state: string, target: string): void {
  cpSync(keysFolder(state), target, { recursive: true, filter: (path) => !basename(path).startsWith('server.key') });
}

/** Without them nobody would know any more which accounts must not be backed up readably. */
function copyOwnKeys(state: string, target: string): void {
  const keys = join(state, 'own-keys');
  if (existsSync(keys))
    cpSync(keys, target, { recursive: true, filter: (path) => !/\.(lock|tries|tmp)$/.test(basename(path)) });
}

function listPackages(): string {
  for (const [program, ...words] of packageLists) {
    const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status === 0) return stdout;
  }
  return '';
}

function readUids(passwd: string): number[] {
  const uids = passwd.split('\n').map((line) => Number(line.split(':')[2]));
  return [...new Set(uids.filter((uid) => Number.isSafeInteger(uid) && uid > 0))];
}

function readIfAny(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
