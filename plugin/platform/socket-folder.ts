import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';

/** Everybody may go through to a socket whose name they know; nobody sees which there are. */
const mode = 0o711;

/**
 * Leaves a folder of this user with mode 0711, in which nobody else can put or replace a socket. The one above it must
 * exist. @throws {Failure} `state-unsafe` when what stands there, or the folder above, is not safe.
 */
export function ensureSocketFolder(path: string): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
  refuseUnsafe(dirname(path), [0, ownUid()], true);
  refuseUnsafe(path, [ownUid()], false);
  chmodSync(path, mode); // the umask may have taken something away
}

function refuseUnsafe(path: string, owners: readonly number[], mayBeSticky: boolean): void {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw unsafe(path, 'it is not a folder', `rm ${path}`);
  if (!owners.includes(stats.uid)) throw unsafe(path, `it belongs to user ${stats.uid}`, `chown ${ownUid()} ${path}`);
  const isSticky = mayBeSticky && (stats.mode & 0o1000) !== 0;
  if ((stats.mode & 0o022) !== 0 && !isSticky) throw unsafe(path, 'others may write in it', `chmod go-w ${path}`);
}

function ownUid(): number {
  return process.getuid?.() ?? 0;
}

function unsafe(path: string, problem: string, mend: string): Failure {
  return new Failure('state-unsafe', { path, problem, mend });
}
