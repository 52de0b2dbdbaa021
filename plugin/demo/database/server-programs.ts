import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a server and its clients need. Debian's package `mariadb-server` would also start one of the whole machine. */
export const databasePackages = ['mariadb-server-core', 'mariadb-client'];

/** Where Debian has programs of administrators, which a user's own path may lack. */
export const programPath = '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function hasDatabasePrograms(path = programPath): boolean {
  const needed = ['mariadbd', 'mariadb-install-db', 'mariadb', 'mariadb-dump'];
  return needed.every((name) => path.split(delimiter).some((folder) => existsSync(join(folder, name))));
}

/** Installs Debian's packages. @returns what went wrong; undefined when all is there. */
export async function installDatabasePrograms(signal: AbortSignal): Promise<string | undefined> {
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=60'];
  await runQuietly('apt-get', [...options, 'update'], signal);
  const words = [...options, 'install', '--yes', '--no-install-recommends', ...databasePackages];
  const problem = await runQuietly('apt-get', words, signal);
  return hasDatabasePrograms() ? undefined : (problem ?? 'apt-get installed something else');
}

/** @returns the last that it said, when it did not end well. */
function runQuietly(program: string, words: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const env = { PATH: programPath, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : (said.trim().split('\n').at(-1) ?? `${code}`)));
  });
}
