import { open } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import { createFile } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';

const mostBytes = 64 * 1024;
const impossible = [
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'EISDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'ENXIO',
] as const;

/**
 * What a small file holds, also one that is a pipe or an open descriptor (`/dev/fd/3`). Kept nowhere else; the bytes are
 * the caller's, to be overwritten.
 * @param option which names the file.
 * @throws {Failure} `invalid-input` when it cannot be read, or is no small file.
 */
export async function readSmallFile(path: string, option: string): Promise<Buffer> {
  try {
    const bytes = await readBytes(path);
    if (bytes !== undefined) return bytes;
  } catch (cause) {
    if (!hasErrorCode(cause, ...impossible)) throw cause;
    throw new Failure(
      'invalid-input',
      { field: option, text: path, hint: 'Name a file that you may read.' },
      { cause },
    );
  }
  throw new Failure('invalid-input', { field: option, text: path, hint: 'Name a file of a few lines.' });
}

async function readBytes(path: string): Promise<Buffer | undefined> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let last = -1; last !== 0 && length < bytes.length; length += last)
      ({ bytesRead: last } = await handle.read(bytes, length, bytes.length - length, null));
    return length <= mostBytes ? bytes.subarray(0, length) : undefined;
  } finally {
    await handle.close();
  }
}

/**
 * A new file that only this user can read. One that is there stays as it is.
 * @throws {Failure} `invalid-input`, `no-space`, `quota-exceeded`.
 */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  try {
    await createFile(path, text, 0o600);
  } catch (cause) {
    const isThere = hasErrorCode(cause, 'EEXIST');
    if (!isThere && !hasErrorCode(cause, ...impossible)) throw cause;
    const hint = isThere
      ? 'Name a file that does not exist yet.'
      : 'Name a file in a folder that exists and that you may write to.';
    throw new Failure('invalid-input', { field: '--output', text: path, hint }, { cause });
  }
}
