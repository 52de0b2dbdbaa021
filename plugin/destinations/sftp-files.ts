/** What SFTP can do, as promises. */
import path from 'node:path/posix';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';

export interface FileHandle {
  readonly bytes: Buffer;
  stat(): Promise<Stats>;
}

/** As large as every server takes. */
const pieceBytes = 32 * 1024;
/** Pieces on their way at the same time: each waits for an answer. */
const piecesAtOnce = 32;
/** Only the owner reads, nobody changes. */
const fileMode = 0o400;
const folderMode = 0o700;

type Done = (error?: Error | null) => void;

export async function openFile(sftp: SFTPWrapper, name: string, flags: 'r' | 'wx'): Promise<FileHandle> {
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const done = (error: Error | undefined | null, handle: Buffer): void =>
      error === undefined || error === null ? resolve(handle) : reject(error);
    if (flags === 'r') sftp.open(name, 'r', done);
    else sftp.open(name, 'wx', { mode: fileMode }, done);
  });
  return {
    bytes,
    stat: () =>
      new Promise((resolve, reject) => {
        sftp.fstat(bytes, (error, stats) => (isError(error) ? reject(error) : resolve(stats)));
      }),
  };
}

export function closeFile(sftp: SFTPWrapper, { bytes }: FileHandle): Promise<void> {
  return finish((done) => sftp.close(bytes, done));
}

/** Servers that cannot are believed to do it by themselves. */
export async function syncFile(sftp: SFTPWrapper, { bytes }: FileHandle): Promise<void> {
  await finish((done) => sftp.ext_openssh_fsync(bytes, done)).catch((error: unknown) => {
    if (!isUnsupported(error)) throw error;
  });
}

export async function writeAll(sftp: SFTPWrapper, handle: FileHandle, content: Uint8Array): Promise<void> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  await inPieces(bytes.length, async (at, length) => {
    await finish((done) => sftp.write(handle.bytes, bytes, at, length, at, done));
    return length;
  });
}

/** Fills the bytes, or what the file has of them. */
export async function readInto(sftp: SFTPWrapper, handle: FileHandle, offset: number, bytes: Buffer): Promise<Buffer> {
  let end = bytes.length;
  await inPieces(bytes.length, async (at, length) => {
    let got = 0;
    while (got < length && at + got < end) {
      const count = await readPiece(sftp, handle, bytes.subarray(at + got, at + length), offset + at + got);
      if (count === 0) end = Math.min(end, at + got);
      got += count;
    }
  });
  return bytes.subarray(0, end);
}

function readPiece(sftp: SFTPWrapper, handle: FileHandle, piece: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    sftp.read(handle.bytes, piece, 0, piece.length, position, (error, count) => {
      if (!isError(error)) resolve(count);
      else if ('code' in error && error.code === 1) resolve(0); // end of file
      else reject(error);
    });
  });
}

async function inPieces(total: number, work: (at: number, length: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < total) {
      const at = next;
      next += pieceBytes;
      await work(at, Math.min(pieceBytes, total - at));
    }
  };
  await Promise.all(Array.from({ length: Math.min(piecesAtOnce, Math.ceil(total / pieceBytes)) }, run));
}

/** Takes the place of what is there. */
export function replaceFile(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  return finish((done) => sftp.ext_openssh_rename(from, to, done));
}

export function linkFile(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  return finish((done) => sftp.ext_openssh_hardlink(from, to, done));
}

/** One that is not there is no failure. */
export async function removeFile(sftp: SFTPWrapper, name: string): Promise<void> {
  await finish((done) => sftp.unlink(name, done)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 2)) throw error;
  });
}

/** Only an empty one. */
export function removeFolder(sftp: SFTPWrapper, name: string): Promise<void> {
  return finish((done) => sftp.rmdir(name, done));
}

export function sizeOf(sftp: SFTPWrapper, name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    sftp.lstat(name, (error, stats) => resolve(isError(error) ? undefined : stats.size));
  });
}

export function listFolder(sftp: SFTPWrapper, name: string): Promise<FileEntryWithStats[]> {
  return new Promise((resolve, reject) => {
    sftp.readdir(name, (error, list) => (isError(error) ? reject(error) : resolve(list)));
  });
}

/** With the folders above it. */
export async function makeFolder(sftp: SFTPWrapper, name: string): Promise<void> {
  if ((await sizeOf(sftp, name)) !== undefined) return;
  if (name !== path.dirname(name)) await makeFolder(sftp, path.dirname(name));
  await finish((done) => sftp.mkdir(name, { mode: folderMode }, done)).catch(async (error: unknown) => {
    if ((await sizeOf(sftp, name)) === undefined) throw error; // else another was faster
  });
}

function finish(begin: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => (isError(error) ? reject(error) : resolve()));
  });
}

function isError(error: Error | null | undefined): error is Error {
  return error !== undefined && error !== null;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && /not support/i.test(error.message);
}
