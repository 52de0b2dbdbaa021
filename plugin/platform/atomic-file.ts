import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { errorNumberOf } from './error-number.ts';

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Replaces `path` by a file with exactly this content and mode. After it resolves the file survives a power cut; if it
 * rejects or the process dies, the former file (or none) stands there whole.
 * @param owner whose it is; undefined: this process's.
 * @throws {Failure} `no-space`, `quota-exceeded`.
 */
export async function replaceFile(
  path: string,
  content: Uint8Array | string,
  mode: number,
  owner?: FileOwner,
): Promise<void> {
  await writeBeside(path, { content, mode, owner }, (temporary) => rename(temporary, path));
}

/**
 * Like `replaceFile`, for a file that must not exist yet: an existing one stays as it is and the call rejects with `EEXIST`.
 * @throws {Failure} `no-space`, `quota-exceeded`.
 */
export async function createFile(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  await writeBeside(path, { content, mode, owner: undefined }, (temporary) => link(temporary, path));
}

/** Makes new, renamed and removed names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface NewFile {
  readonly content: Uint8Array | string;
  readonly mode: number;
  readonly owner: FileOwner | undefined;
}

async function writeBeside(path: string, file: NewFile, publish: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    await writeSynced(temporary, file);
    await publish(temporary);
  } catch (error) {
    throw explain(error, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

async function writeSynced(path: string, { content, mode, owner }: NewFile): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** errno of Linux: ENOSPC 28, EDQUOT 122. */
function explain(error: unknown, path: string): unknown {
  const number = errorNumberOf(error);
  if (number === 28) return new Failure('no-space', { path }, { cause: error });
  if (number === 122) return new Failure('quota-exceeded', { path }, { cause: error });
  return error;
}
