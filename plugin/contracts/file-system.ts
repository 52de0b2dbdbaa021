import type { ExtendedAttribute } from '../domain/tree-node.ts';
import type { Arena } from './codec.ts';

/**
 * Reading a home that its owner changes meanwhile and on purpose. Everything is reached from a pinned folder
 * descriptor by one name component; links are never followed; nothing but a regular file is ever opened for
 * reading. Two implementations pass one suite (`tests/contracts/file-system.ts`).
 *
 * Results below zero are negative error numbers (`-ENOENT` …, see `errorNumbers`): the walker meets them at every
 * step, and throwing costs more than the call. Names stand in arenas, ending in a zero byte.
 */
export interface FileSystem {
  readonly kind: 'native' | 'node';
  /** False when extended attributes and ACLs cannot be read; coverage then says so. */
  readonly readsAttributes: boolean;

  /** What the last call that reads a status found. Overwritten by the next. */
  readonly status: FileStatus;

  /**
   * Opens an absolute path part by part from `/`, following no link at any step; leaves its status.
   * @returns a descriptor, or a negative error number (`-ELOOP` or `-ENOTDIR` where a part is a link or no folder).
   */
  openRoot(path: string): number;

  /** Opens a sub-folder; leaves the status of exactly the folder that is open. @returns a descriptor or a negative error number. */
  openFolder(folder: number, names: Arena, offset: number): number;

  /** Status of an entry itself, never of what a link points to. @returns 0 or a negative error number. */
  statEntry(folder: number, names: Arena, offset: number): number;

  /**
   * Opens a regular file for reading without waiting for anybody and without changing its access time where
   * allowed; leaves the status of exactly the file that is open.
   * @returns a descriptor, or a negative error number: `-EINVAL` when the entry is no regular file (any more),
   * `-EAGAIN` when somebody holds a lease on it.
   */
  openFile(folder: number, names: Arena, offset: number): number;

  /** Status of what is open. @returns 0 or a negative error number. */
  statOpen(descriptor: number): number;

  /**
   * Where the next data of a file with holes begins, from `offset` on: `offset` itself where there is data or holes
   * are unknown; the file's size where only a hole follows. Does not move the reading position.
   */
  nextData(file: number, offset: number, size: number): number;

  /** Where the next hole begins, from `offset` on; the file's size where there is none or holes are unknown. */
  nextHole(file: number, offset: number, size: number): number;

  /** Moves the reading position. */
  seek(file: number, offset: number): void;

  /** Reads at the descriptor's position. @returns bytes read, 0 at the end, or a negative error number. */
  read(file: number, target: Arena, offset: number, length: number): number;

  /** @returns the target's bytes, or a negative error number. */
  readLink(folder: number, names: Arena, offset: number): Buffer | number;

  /** Every name in the folder but `.` and `..`, sorted by bytes. @returns a negative error number on failure. */
  listFolder(folder: number): NameList | number;

  /** Extended attributes of an open file or folder, sorted as the system lists them. */
  readAttributes(file: number): ExtendedAttribute[] | number;

  close(descriptor: number): void;
}

/** Names one after another in `arena`, each ending in a zero byte. Valid until the next `listFolder`. */
export interface NameList {
  readonly arena: Arena;
  readonly count: number;
  offset(index: number): number;
  length(index: number): number;
}

/**
 * One status as 16 words, the same on every architecture:
 * 0 links, 1 uid, 2 gid, 3 mode with type, 4–5 inode, 6–7 size, 8–9 ctime seconds, 10 ctime nanoseconds,
 * 11–12 mtime seconds, 13 mtime nanoseconds, 14 device minor, 15 device major; low word first.
 */
export interface FileStatus {
  readonly words: Int32Array;
  /** Of device files: the device number as `makedev` packs it. */
  readonly device: number;
}

export const statusWords = {
  links: 0,
  uid: 1,
  gid: 2,
  mode: 3,
  inode: 4,
  size: 6,
  changedSeconds: 8,
  changedNanoseconds: 10,
  modifiedSeconds: 11,
  modifiedNanoseconds: 13,
  deviceMinor: 14,
  deviceMajor: 15,
  count: 16,
} as const;

/** inode(7) and stat(2). */
export const fileTypes = {
  mask: 0o170000,
  folder: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  blockDevice: 0o060000,
  characterDevice: 0o020000,
  fifo: 0o010000,
  socket: 0o140000,
} as const;

/** errno(3) on Linux. */
export const errorNumbers = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EAGAIN: 11,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENODATA: 61,
  EOPNOTSUPP: 95,
  ESTALE: 116,
  EDQUOT: 122,
} as const;
