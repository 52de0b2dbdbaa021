import { constants, type Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { ObjectStore, RemoveOptions, StoredObject, WriteOptions } from '../contracts/object-store.ts';
import type { Place } from '../contracts/place.ts';
import { Failure } from '../domain/failure.ts';

/** restic's modes: only the owner reads, nobody changes. */
const fileMode = 0o400;
const folderMode = 0o700;
const temporaryMark = '.larder-';
/** How restic names a file that it is still writing. */
const resticTemporary = /^[0-9a-f]{64}-tmp-/;
/** Folders read at a time. */
const foldersAtOnce = 8;

/**
 * Objects as files below `root`, laid out as restic's local backend does. A write goes to a temporary name, is
 * synced, renamed into place, and the folder is synced; unfinished writes are never listed.
 */
export function openLocalStore(root: string): ObjectStore {
  return new LocalStore(root);
}

/** The same, with what else a folder can do. */
export function openLocalPlace(root: string): Place {
  const store = new LocalStore(root);
  return {
    store,
    listFolders: () => store.listFolders(),
    writeNew: (key, bytes) => store.writeNew(key, bytes),
    writtenAt: (key) => store.writtenAt(key),
    dropEmptyFolders: () => store.dropEmptyFolders(''),
    locks: undefined,
    uploads: undefined,
    close() {},
  };
}

interface FoundFile extends StoredObject {
  readonly modifiedMilliseconds: number;
}

class LocalStore implements ObjectStore {
  readonly location: string;

  constructor(root: string) {
    this.location = root;
  }

  async write(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<void> {
    const target = this.#path(key);
    const temporary = path.join(path.dirname(target), temporaryMark + randomBytes(9).toString('hex'));
    const durable = options?.durable !== false;
    try {
      await writeNew(temporary, bytes, durable);
      await rename(temporary, target);
      if (durable) await syncFolder(path.dirname(target));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw this.#failure(error, key);
    }
  }

  /** A hard link takes a name only if it is free. */
  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    const target = this.#path(key);
    const temporary = path.join(path.dirname(target), temporaryMark + randomBytes(9).toString('hex'));
    try {
      await writeNew(temporary, bytes, true);
      await link(temporary, target);
      await syncFolder(path.dirname(target));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw this.#failure(error, key);
    } finally {
      await unlink(temporary).catch(() => undefined);
    }
  }

  async writtenAt(key: string): Promise<Date> {
    try {
      return (await stat(this.#path(key))).mtime;
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async listFolders(): Promise<string[]> {
    return (await this.#readFolder('')).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  async dropEmptyFolders(folder: string): Promise<void> {
    for (const entry of await this.#readFolder(folder)) {
      if (entry.isDirectory()) await this.dropEmptyFolders(path.join(folder, entry.name));
    }
    await rmdir(path.join(this.location, folder)).catch(() => undefined);
  }

  async read(key: string): Promise<Buffer> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async readRange(key: string, offset: number, length: number, target?: Buffer): Promise<Buffer> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path(key), constants.O_RDONLY);
      return await readFully(file, offset, bufferFor(length, target));
    } catch (error) {
      throw this.#failure(error, key);
    } finally {
      await file?.close();
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found = await this.#collect(prefix.replace(/\/$/, ''), (name) => !isTemporary(name));
    return found.map(({ key, sizeBytes }) => ({ key, sizeBytes }));
  }

  async remove(key: string, options?: RemoveOptions): Promise<void> {
    const target = this.#path(key);
    try {
      await unlink(target);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw this.#failure(error, key);
    }
    if (options?.durable === true) await this.#syncParent(target, key);
  }

  async listUnfinished(before: Date): Promise<StoredObject[]> {
    const found = await this.#collect('', isTemporary);
    const old = found.filter(({ modifiedMilliseconds }) => modifiedMilliseconds < before.getTime());
    return old.map(({ key, sizeBytes }) => ({ key, sizeBytes }));
  }

  async #collect(folder: string, isWanted: (name: string) => boolean): Promise<FoundFile[]> {
    const found: FoundFile[] = [];
    const folders: string[] = [];
    for (const entry of await this.#readFolder(folder)) {
      const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(key);
      else if (entry.isFile() && isWanted(entry.name)) await this.#addFile(key, found);
    }
    for (let at = 0; at < folders.length; at += foldersAtOnce) {
      const some = folders.slice(at, at + foldersAtOnce);
      const lists = await Promise.all(some.map((key) => this.#collect(key, isWanted)));
      for (const list of lists) for (const file of list) found.push(file);
    }
    return found;
  }

  async #readFolder(folder: string): Promise<Dirent[]> {
    try {
      return await readdir(path.join(this.location, folder), { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw this.#failure(error, folder);
    }
  }

  async #addFile(key: string, found: FoundFile[]): Promise<void> {
    try {
      const { size, mtimeMs } = await stat(this.#path(key));
      found.push({ key, sizeBytes: size, modifiedMilliseconds: mtimeMs });
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw this.#failure(error, key); // removed since it was listed
    }
  }

  async #syncParent(target: string, key: string): Promise<void> {
    try {
      await syncFolder(path.dirname(target));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw this.#failure(error, key);
    }
  }

  #path(key: string): string {
    if (key.startsWith('/') || key.split('/').some((part) => part === '..' || part === '')) {
      throw new RangeError(`not a key: ${key}`);
    }
    return path.join(this.location, key);
  }

  #failure(error: unknown, key: string): unknown {
    const code = codeOf(error);
    if (code === undefined) return error;
    if (code === 'ENOENT') return new Failure('not-found', { path: key }, { cause: error });
    if (code === 'ENOSPC' || code === 'EDQUOT' || isQuotaNumber(error)) {
      return new Failure('no-space', { path: this.location }, { cause: error });
    }
    return new Failure('destination-unreachable', { destination: this.location, problem: code }, { cause: error });
  }
}

function isTemporary(name: string): boolean {
  return name.startsWith(temporaryMark) || resticTemporary.test(name);
}

async function writeNew(name: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  const file = await createFile(name);
  try {
    await file.writeFile(bytes);
    if (durable) await file.sync();
  } finally {
    await file.close();
  }
}

/** Folders are made when first needed, and made safe on disk at once. */
async function createFile(name: string): Promise<FileHandle> {
  try {
    return await open(name, 'wx', fileMode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(path.dirname(name));
    return open(name, 'wx', fileMode);
  }
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: folderMode });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function bufferFor(length: number, target: Buffer | undefined): Buffer {
  const isLargeEnough = target !== undefined && target.length >= length;
  return isLargeEnough ? target.subarray(0, length) : Buffer.allocUnsafeSlow(length);
}

/** Fills the bytes, or what the file has of them. */
async function readFully(file: FileHandle, offset: number, bytes: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Node has no name for EDQUOT. */
function isQuotaNumber(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === -122;
}
