import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';
import { checkPrivateFolder, ensurePrivateFolder } from './private-file.ts';

/**
 * Leaves a state folder that only this user can enter, mode 0700; folders above it that are missing get mode 0755.
 * @throws {Failure} `state-unsafe` when what stands there already is not safe.
 */
export function createStateFolder(state: string): void {
  mkdirSync(dirname(state), { recursive: true, mode: 0o755 });
  ensurePrivateFolder(state);
  checkParents(state);
}

/**
 * Makes sure that nobody else can read, change or replace what is in the state folder.
 * @throws {Failure} `not-initialised` when there is none; `state-unsafe` with the command that mends it.
 */
export function checkStateFolder(state: string): void {
  try {
    checkPrivateFolder(state);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) throw new Failure('not-initialised', { state }, { cause: error });
    throw error;
  }
  checkParents(state);
}

/** Whoever can rename in a folder above can put another state folder in its place. `/` itself is not judged. */
function checkParents(state: string): void {
  for (let folder = dirname(state); folder !== '/'; folder = dirname(folder))
    refuseReplaceable(folder, lstatSync(folder));
}

function refuseReplaceable(path: string, stats: Stats): void {
  const user = process.getuid?.() ?? 0;
  if (stats.isSymbolicLink()) {
    throw new Failure('state-unsafe', {
      path,
      problem: 'it is a symbolic link above the state folder',
      mend: 'name the real path in the configuration',
    });
  }
  if (stats.uid !== 0 && stats.uid !== user) {
    throw new Failure('state-unsafe', {
      path,
      problem: `user ${stats.uid} could replace the state folder below it`,
      mend: `chown ${user} ${path}`,
    });
  }
  const isSticky = (stats.mode & 0o1000) !== 0;
  if ((stats.mode & 0o022) !== 0 && !isSticky) {
    throw new Failure('state-unsafe', {
      path,
      problem: 'others could replace the state folder below it',
      mend: `chmod go-w ${path}`,
    });
  }
}
