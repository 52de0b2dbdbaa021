import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveStore, ArchiveUpload } from '../contracts/archive-store.ts';
import type { StoredObject } from '../contracts/object-store.ts';
import { Failure } from '../domain/failure.ts';
import { syncFolder } from '../platform/atomic-file.ts';
import { hasErrorCode } from '../platform/error-code.ts';

/** Begins the names of files that are still being written. */
const unfinishedMark = '.larder-';
const unfinishedName = /^\.larder-[0-9a-f]{18}$/;
/** No upload goes on that long without a byte. */
const oldMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Archives as files below `root`. What a killed upload left has a name of its own and is never listed; the next upload
 * into its folder removes it when it has not changed for a day.
 */
export function openLocalArchives(root: string, now: () => Date): ArchiveStore {
  const placeOf = (key: string): string => path.join(root, key);
  return {
    location: root,
    create: (key) => explained(key, () => beginUpload(placeOf(key), now())),
    readRange: (key, offset, length) => explained(key, () => readRange(key, placeOf(key), { offset, length })),
    list: (prefix) => explained(prefix, () => listFiles(root, prefix)),
    lockedUntil: () => Promise.resolve(undefined),
    lock: () => Promise.resolve(),
    remove: (key) => explained(key, () => removeFile(placeOf(key))),
  };
}

async function beginUpload(target: string, now: Date): Promise<ArchiveUpload> {
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder, new Date(now.getTime() - oldMilliseconds));
  const temporary = path.join(folder, unfinishedMark + randomBytes(9).toString('hex'));
  const file = await open(temporary, 'wx', 0o600);
  return new LocalUpload(file, temporary, target);
}

/** Only plain files under a name that nobody else gives. Others that go on there are younger. */
async function removeLeftovers(folder: string, before: Date): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !unfinishedName.test(entry.name)) continue;
    const place = path.join(folder, entry.name);
    const found = await lstat(place).catch(() => undefined); // ended meanwhile
    if (found !== undefined && found.mtime < before) await removeFile(place);
  }
}

class LocalUpload implements ArchiveUpload {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #target: string;
  #sizeBytes = 0;
  #isOver = false;

  constructor(file: FileHandle, temporary: string, target: string) {
    this.#file = file;
    this.#temporary = temporary;
    this.#target = target;
  }

  write(bytes: Uint8Array): Promise<void> {
    return explained(this.#target, async () => {
      await this.#file.writeFile(bytes);
      this.#sizeBytes += bytes.length;
    });
  }

  finish(): Promise<void> {
    return explained(this.#target, async () => {
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#temporary, this.#target);
      this.#isOver = true;
      await syncFolder(path.dirname(this.#target));
      const { size } = await stat(this.#target);
      if (size !== this.#sizeBytes) throw unreachable(this.#target, `it has ${size} of ${this.#sizeBytes} bytes`);
    });
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#file.close().catch(() => undefined);
    await unlink(this.#temporary).catch(() => undefined);
  }
}

async function readRange(
  key: string,
  place: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Buffer> {
  const file = await open(place, 'r');
  try {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw cut(key, offset + length);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function listFiles(root: string, prefix: string): Promise<StoredObject[]> {
  const folder = path.dirname(`${prefix}x`);
  const names = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }).catch(emptyIfMissing);
  const found: StoredObject[] = [];
  for (const entry of names) {
    if (!entry.isFile() || entry.name.startsWith(unfinishedMark)) continue;
    const place = path.join(entry.parentPath, entry.name);
    const key = path.relative(root, place);
    if (key.startsWith(prefix)) found.push({ key, sizeBytes: (await stat(place)).size });
  }
  return found;
}

function emptyIfMissing(error: unknown): [] {
  if (hasErrorCode(error, 'ENOENT')) return [];
  throw error;
}

async function removeFile(place: string): Promise<void> {
  try {
    await unlink(place);
    await syncFolder(path.dirname(place));
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

async function explained<Result>(place: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOSPC', 'EDQUOT')) throw new Failure('no-space', { path: place }, { cause });
    if (hasErrorCode(cause, 'ENOENT')) throw new Failure('not-found', { path: place }, { cause });
    if (cause instanceof Error && 'code' in cause && !(cause instanceof Failure))
      throw unreachable(place, cause.message, cause);
    throw cause;
  }
}

function cut(archive: string, before: number): Failure {
  return new Failure('archive-damaged', { archive, problem: `it ends before byte ${before}` });
}

function unreachable(destination: string, problem: string, cause?: unknown): Failure {
  return new Failure('destination-unreachable', { destination, problem }, { cause });
}
