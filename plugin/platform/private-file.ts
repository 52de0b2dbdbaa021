import { constants, closeSync, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';

/**
 * The content of a file that only this user may read, such as a key.
 * @returns undefined when there is none. @throws {Failure} `state-unsafe` when others can read or write it, or it is a link.
 */
export function readPrivateFile(path: string): Buffer | undefined {
  const descriptor = openPrivateFile(path, constants.O_RDONLY);
  if (descriptor === undefined) return undefined;
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Leaves an empty file of mode 0600 at `path` unless there is one. @throws {Failure} `state-unsafe` as `readPrivateFile`. */
export function ensurePrivateFile(path: string): void {
  const descriptor = openPrivateFile(path, constants.O_RDWR | constants.O_CREAT);
  if (descriptor === undefined) throw unsafe(path, 'its folder is missing', `mkdir -p -m 700 ${dirname(path)}`);
  closeSync(descriptor);
}

/**
 * Opens a private file without following a link, for the caller to close.
 * @returns undefined when there is none and `flags` do not create it. @throws {Failure} `state-unsafe`.
 */
export function openPrivateFile(path: string, flags: number): number | undefined {
  const descriptor = tryOpen(path, flags);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw unsafe(path, 'it is not a file', `rm -r ${path}`);
    refuseShared(path, stats);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Leaves a folder of mode 0700 at `path`; one that exists must be safe. @throws {Failure} `state-unsafe`. */
export function ensurePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
  checkPrivateFolder(path);
}

/** @throws {Failure} `state-unsafe` unless it is a folder of this user that nobody else can enter. */
export function checkPrivateFolder(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink())
    throw unsafe(path, 'it is a symbolic link', 'name the folder itself in the configuration');
  if (!stats.isDirectory()) throw unsafe(path, 'it is not a folder', `rm ${path}`);
  refuseShared(path, stats);
}

function tryOpen(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    if (hasErrorCode(error, 'ELOOP')) throw unsafe(path, 'it is a symbolic link', `rm ${path}`);
    if (hasErrorCode(error, 'EISDIR')) throw unsafe(path, 'it is not a file', `rm -r ${path}`);
    if (hasErrorCode(error, 'EACCES'))
      throw unsafe(path, 'it belongs to another user', 'run as the user it belongs to, usually root');
    throw error;
  }
}

function refuseShared(path: string, stats: Stats): void {
  const user = process.getuid?.() ?? 0;
  if (stats.uid !== user)
    throw unsafe(path, `it belongs to user ${stats.uid}, not to user ${user}`, `chown ${user} ${path}`);
  if ((stats.mode & 0o077) === 0) return;
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  throw unsafe(path, `its mode ${mode} lets others in`, `chmod go= ${path}`);
}

function unsafe(path: string, problem: string, mend: string): Failure {
  return new Failure('state-unsafe', { path, problem, mend });
}
