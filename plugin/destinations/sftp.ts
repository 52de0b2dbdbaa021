import { randomBytes } from 'node:crypto';
import path from 'node:path/posix';
import type { FileEntryWithStats, SFTPWrapper } from 'ssh2';
import type { ObjectStore, StoredObject, WriteOptions } from '../contracts/object-store.ts';
import type { Place } from '../contracts/place.ts';
import { locationOf } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import type { SftpConnection } from './sftp-connection.ts';
import {
  closeFile,
  linkFile,
  listFolder,
  makeFolder,
  openFile,
  readInto,
  removeFile,
  removeFolder,
  replaceFile,
  sizeOf,
  syncFile,
  writeAll,
} from './sftp-files.ts';

const temporaryMark = '.larder-';
const resticTemporary = /^[0-9a-f]{64}-tmp-/;
const foldersAtOnce = 8;

/** Objects as files below `folder`, laid out as restic's SFTP backend does. A write goes to a temporary name and is renamed. */
export function openSftpPlace(connection: SftpConnection, folder: string): Place {
  const store = new SftpStore(connection, folder);
  return {
    store,
    listFolders: () => store.listFolders(),
    writeNew: (key, bytes) => store.writeNew(key, bytes),
    writtenAt: (key) => store.writtenAt(key),
    dropEmptyFolders: () => store.dropEmptyFolders(''),
    locks: undefined,
    uploads: undefined,
    close: () => connection.close(),
  };
}

interface FoundFile extends StoredObject {
  readonly modifiedSeconds: number;
}

class SftpStore implements ObjectStore {
  readonly location: string;
  readonly #connection: SftpConnection;
  readonly #root: string;

  constructor(connection: SftpConnection, folder: string) {
    const { destination } = connection;
    this.location = locationOf({ destination, folder });
    this.#connection = connection;
    this.#root = folder === '' ? destination.path : `${destination.path}/${folder}`;
  }

  async write(key: string, bytes: Uint8Array, options?: WriteOptions): Promise<void> {
    const target = this.#path(key);
    await this.#through(key, async (sftp) => {
      const temporary = await this.#writeTemporary(sftp, target, bytes, options?.durable !== false);
      await replaceFile(sftp, temporary, target).catch(async (error: unknown) => {
        await removeFile(sftp, temporary).catch(() => {});
        throw error;
      });
    });
  }

  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    const target = this.#path(key);
    return this.#through(key, async (sftp) => {
      const temporary = await this.#writeTemporary(sftp, target, bytes, true);
      try {
        await linkFile(sftp, temporary, target);
        return true;
      } catch (error) {
        if ((await sizeOf(sftp, target)) !== undefined) return false;
        throw error;
      } finally {
        await removeFile(sftp, temporary).catch(() => {});
      }
    });
  }

  read(key: string): Promise<Buffer> {
    return this.#through(key, async (sftp) => {
      const handle = await openFile(sftp, this.#path(key), 'r');
      try {
        const { size } = await handle.stat();
        return await readInto(sftp, handle, 0, Buffer.allocUnsafeSlow(size));
      } finally {
        await closeFile(sftp, handle);
      }
    });
  }

  readRange(key: string, offset: number, length: number, target?: Buffer): Promise<Buffer> {
    const isLargeEnough = target !== undefined && target.length >= length;
    const bytes = isLargeEnough ? target.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    return this.#through(key, async (sftp) => {
      const handle = await openFile(sftp, this.#path(key), 'r');
      try {
        return await readInto(sftp, handle, offset, bytes);
      } finally {
        await closeFile(sftp, handle);
      }
    });
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found = await this.#collect(prefix.replace(/\/$/, ''), (name) => !isTemporary(name));
    return found.map(({ key, sizeBytes }) => ({ key, sizeBytes }));
  }

  writtenAt(key: string): Promise<Date> {
    return this.#through(key, async (sftp) => {
      const handle = await openFile(sftp, this.#path(key), 'r');
      try {
        return new Date((await handle.stat()).mtime * 1000);
      } finally {
        await closeFile(sftp, handle);
      }
    });
  }

  async listFolders(): Promise<string[]> {
    return (await this.#readFolder('')).filter(({ attrs }) => attrs.isDirectory()).map(({ filename }) => filename);
  }

  async dropEmptyFolders(folder: string): Promise<void> {
    for (const { attrs, filename } of await this.#readFolder(folder)) {
      if (attrs.isDirectory()) await this.dropEmptyFolders(folder === '' ? filename : `${folder}/${filename}`);
    }
    const name = folder === '' ? this.#root : `${this.#root}/${folder}`;
    await this.#through(folder, (sftp) => removeFolder(sftp, name).catch(() => undefined));
  }

  async remove(key: string): Promise<void> {
    await this.#through(key, (sftp) => removeFile(sftp, this.#path(key)));
  }

  async listUnfinished(before: Date): Promise<StoredObject[]> {
    const found = await this.#collect('', isTemporary);
    const old = found.filter(({ modifiedSeconds }) => modifiedSeconds * 1000 < before.getTime());
    return old.map(({ key, sizeBytes }) => ({ key, sizeBytes }));
  }

  async #writeTemporary(sftp: SFTPWrapper, target: string, bytes: Uint8Array, durable: boolean): Promise<string> {
    const temporary = path.join(path.dirname(target), temporaryMark + randomBytes(9).toString('hex'));
    const handle = await openFile(sftp, temporary, 'wx').catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await makeFolder(sftp, path.dirname(target));
      return openFile(sftp, temporary, 'wx');
    });
    try {
      await writeAll(sftp, handle, bytes);
      if (durable) await syncFile(sftp, handle);
      await closeFile(sftp, handle);
      if ((await sizeOf(sftp, temporary)) !== bytes.length) throw new Error('not all was written');
      return temporary;
    } catch (error) {
      await closeFile(sftp, handle).catch(() => {});
      await removeFile(sftp, temporary).catch(() => {});
      throw error;
    }
  }

  async #collect(folder: string, isWanted: (name: string) => boolean): Promise<FoundFile[]> {
    const found: FoundFile[] = [];
    const folders: string[] = [];
    for (const { filename, attrs } of await this.#readFolder(folder)) {
      const key = folder === '' ? filename : `${folder}/${filename}`;
      if (attrs.isDirectory()) folders.push(key);
      else if (isWanted(filename)) found.push({ key, sizeBytes: attrs.size, modifiedSeconds: attrs.mtime });
    }
    for (let at = 0; at < folders.length; at += foldersAtOnce) {
      const some = folders.slice(at, at + foldersAtOnce);
      const lists = await Promise.all(some.map((key) => this.#collect(key, isWanted)));
      for (const list of lists) for (const file of list) found.push(file);
    }
    return found;
  }

  async #readFolder(folder: string): Promise<FileEntryWithStats[]> {
    const name = folder === '' ? this.#root : `${this.#root}/${folder}`;
    return this.#through(folder, async (sftp) => {
      const entries = await listFolder(sftp, name).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return entries.filter(({ filename }) => filename !== '.' && filename !== '..');
    });
  }

  #path(key: string): string {
    if (key.startsWith('/') || key.split('/').some((part) => part === '..' || part === '')) {
      throw new RangeError(`not a key: ${key}`);
    }
    return `${this.#root}/${key}`;
  }

  async #through<Result>(key: string, work: (sftp: SFTPWrapper) => Promise<Result>): Promise<Result> {
    try {
      return await this.#connection.use(work);
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  #failure(error: unknown, key: string): unknown {
    if (error instanceof Failure || !(error instanceof Error)) return error;
    if (isMissing(error)) return new Failure('not-found', { path: key }, { cause: error });
    const destination = this.#connection.destination.name;
    const code = 'code' in error ? error.code : undefined;
    if (code === statusDenied) {
      return new Failure('destination-refused', { destination, problem: 'access is denied' }, { cause: error });
    }
    if (code === statusNoSpace || error.message === fullText) {
      return new Failure('no-space', { path: this.location }, { cause: error });
    }
    return new Failure('destination-unreachable', { destination, problem: 'it failed' }, { cause: error });
  }
}

/** Of the SFTP protocol. */
const statusMissing = 2;
const statusDenied = 3;
const statusNoSpace = 14;
const fullText = 'no space is left';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === statusMissing;
}

function isTemporary(name: string): boolean {
  return name.startsWith(temporaryMark) || resticTemporary.test(name);
}
