import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Arena } from '../../plugin/contracts/codec.ts';
import { statusWords, type FileSystem } from '../../plugin/contracts/file-system.ts';
import { packDevice } from '../../plugin/platform/device-number.ts';
import { allocateArena } from '../../plugin/platform/native/arena.ts';

/** More than one call of getdents64 can list, with beginnings that are alike. */
export function named(name: string | Buffer): Arena {
  const bytes = Buffer.from(name);
  const arena = allocateArena(bytes.length + 1);
  bytes.copy(arena.bytes);
  arena.bytes[bytes.length] = 0;
  return arena;
}

export function withRoot<Result>(files: FileSystem, folder: string, work: (descriptor: number) => Result): Result {
  return withDescriptor(files, files.openRoot(folder), work);
}

export function withDescriptor<Result>(
  files: FileSystem,
  descriptor: number,
  work: (descriptor: number) => Result,
): Result {
  assert.ok(descriptor >= 0, `error ${-descriptor}`);
  try {
    return work(descriptor);
  } finally {
    files.close(descriptor);
  }
}

export function listNames(files: FileSystem, descriptor: number): Buffer[] {
  const list = files.listFolder(descriptor);
  if (typeof list === 'number') throw new Error(`error ${-list}`);
  return Array.from({ length: list.count }, (_, index) => {
    const at = list.offset(index);
    const end = at + list.length(index);
    assert.equal(list.arena.bytes[end], 0, 'a name ends in a zero byte');
    return Buffer.from(list.arena.bytes.subarray(at, end));
  });
}

export function assertEntry(files: FileSystem, folder: string, name: string): void {
  withRoot(files, folder, (descriptor) => {
    assert.equal(files.statEntry(descriptor, named(name), 0), 0);
    assertStatus(files, join(folder, name));
  });
}

/** The words against Node's own lstat. */
export function assertStatus(files: FileSystem, path: string): void {
  const { words } = files.status;
  const status = lstatSync(path, { bigint: true });
  const unsigned = (at: number): bigint => BigInt((words[at] ?? 0) >>> 0);
  const pair = (at: number): bigint => unsigned(at) + (unsigned(at + 1) << 32n);
  const time = (at: number): bigint => BigInt.asIntN(64, pair(at)) * 1_000_000_000n + unsigned(at + 2);
  const { links, uid, gid, mode, inode, size, changedSeconds, modifiedSeconds, deviceMinor, deviceMajor } = statusWords;
  assert.deepEqual(
    [links, uid, gid, mode].map(unsigned),
    [status.nlink, status.uid, status.gid, status.mode],
    'links, owner, group, mode',
  );
  assert.deepEqual([pair(inode), pair(size)], [status.ino, status.size], 'inode, size');
  assert.deepEqual([time(changedSeconds), time(modifiedSeconds)], [status.ctimeNs, status.mtimeNs], 'times');
  assert.equal(BigInt(packDevice(Number(unsigned(deviceMajor)), Number(unsigned(deviceMinor)))), status.dev);
}

export function readAll(files: FileSystem, folder: string, name: string): Buffer {
  return withRoot(files, folder, (descriptor) =>
    withDescriptor(files, files.openFile(descriptor, named(name), 0), (file) => {
      const arena = allocateArena(65_536);
      const parts: Buffer[] = [];
      for (let read = files.read(file, arena, 10, 60_000); read > 0; read = files.read(file, arena, 10, 60_000)) {
        parts.push(Buffer.from(arena.bytes.subarray(10, 10 + read)));
      }
      return Buffer.concat(parts);
    }),
  );
}

export function dataSegments(files: FileSystem, folder: string, size: number): [number, number][] {
  return withRoot(files, folder, (descriptor) =>
    withDescriptor(files, files.openFile(descriptor, named('holes'), 0), (file) => {
      const segments: [number, number][] = [];
      for (let at = files.nextData(file, 0, size); at < size;) {
        const end = files.nextHole(file, at, size);
        segments.push([at, end]);
        at = files.nextData(file, end, size);
      }
      return segments;
    }),
  );
}
