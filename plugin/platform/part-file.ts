import { createHash } from 'node:crypto';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { syncFolder } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';

/** A file that is written beside its place and takes it when it is whole. */
export interface PartFile {
  /** Bytes that an earlier try has left. */
  readonly size: number;
  /** @throws {Failure} `no-space`, `quota-exceeded`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Safe on disk, and in its place, whatever was there. @throws {Failure} as `write`. */
  finish(): Promise<void>;
  /** What was written stays beside. */
  close(): Promise<void>;
}

/**
 * Opens `path` as `path.<8 digits>.part`; the digits come from `identity`, so that only the same bytes are continued.
 * @param continues whether what is there already stays. Else it is written anew.
 * @throws {Failure} `invalid-input` when this user cannot write there; `no-space`, `quota-exceeded`.
 */
export async function openPartFile(path: string, identity: string, continues: boolean): Promise<PartFile> {
  const digits = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const part = `${path}.${digits}.part`;
  const handle = await explained(path, () => open(part, continues ? 'a' : 'w', 0o600));
  const { size } = await handle.stat();
  return new OpenPartFile(path, part, handle, size);
}

class OpenPartFile implements PartFile {
  readonly size: number;
  readonly #path: string;
  readonly #part: string;
  readonly #handle: FileHandle;

  constructor(path: string, part: string, handle: FileHandle, size: number) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
    this.size = size;
  }

  write(bytes: Uint8Array): Promise<void> {
    return explained(this.#path, () => this.#handle.writeFile(bytes));
  }

  finish(): Promise<void> {
    return explained(this.#path, async () => {
      await this.#handle.sync();
      await rename(this.#part, this.#path);
      await syncFolder(dirname(this.#path));
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function explained<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOSPC')) throw new Failure('no-space', { path }, { cause });
    if (hasErrorCode(cause, 'EDQUOT')) throw new Failure('quota-exceeded', { path }, { cause });
    if (!hasErrorCode(cause, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'))
      throw cause;
    const hint = 'Name a file in a folder that exists and that you may write to.';
    throw new Failure('invalid-input', { field: '--output', text: path, hint }, { cause });
  }
}
