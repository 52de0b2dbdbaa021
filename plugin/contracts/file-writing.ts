import type { Timestamp } from '../domain/tree-node.ts';
import type { Arena } from './codec.ts';

/**
 * Writing below a pinned folder descriptor, one name component at a time; links are never followed. Together with
 * `FileSystem`, which opens folders. Two implementations pass one suite (`tests/contracts/file-writing.ts`).
 *
 * Names are plain: no `/`, no zero byte, at most 255 bytes; others throw `RangeError`. Results below zero are negative
 * error numbers.
 */
export interface FileWriting {
  readonly kind: 'native' | 'node';
  /** False when extended attributes, ACLs and FIFOs cannot be made (`-EOPNOTSUPP`), and times are kept to the microsecond (before 1970: millisecond) only. */
  readonly setsAttributes: boolean;
  /** Whether `syncFileSystem` makes all safe at once. Where it does not, each file needs `syncFile`. */
  readonly syncsAtOnce: boolean;

  /** The name as calls of `FileSystem` want it, from offset 0; good until the next call of this method. */
  nameArena(name: Uint8Array): Arena;

  /** Makes a folder of mode 0700. */
  makeFolder(folder: number, name: Uint8Array): number;
  /** Makes a new file of mode 0600: `-EEXIST` where anything is, also a link. @returns a descriptor for writing. */
  createFile(folder: number, name: Uint8Array): number;
  /** Writes all bytes at the position. @returns 0, or a negative error number after which some may stand there. */
  write(file: number, bytes: Uint8Array, position: number): number;
  /** What lies beyond the last byte written becomes a hole. */
  setLength(file: number, length: number): number;

  setMode(descriptor: number, mode: number): number;
  setGroup(descriptor: number, gid: number): number;
  /** Times of last change and of last access. */
  setTimes(descriptor: number, modified: Timestamp): number;
  setAttribute(descriptor: number, name: string, value: Uint8Array): number;
  /** Removing one that is not there succeeds. */
  removeAttribute(descriptor: number, name: string): number;
  hasAttribute(descriptor: number, name: string): boolean;

  /** Mode of an entry by its name; of a link, nothing: `-EOPNOTSUPP` or `-ELOOP`. */
  setEntryMode(folder: number, name: Uint8Array, mode: number): number;
  /** Times of an entry itself, also of a link. */
  setEntryTimes(folder: number, name: Uint8Array, modified: Timestamp): number;
  makeLink(folder: number, name: Uint8Array, target: Uint8Array): number;
  /** Another name for what `from` is; a link is named itself, never followed. */
  makeHardLink(from: EntryPlace, to: EntryPlace): number;
  /** Of mode 0600. */
  makeFifo(folder: number, name: Uint8Array): number;
  /** Within one folder; what is at `to` is replaced, except a folder: `-EISDIR`. */
  rename(folder: number, from: Uint8Array, to: Uint8Array): number;
  /** Removes anything but a folder. */
  remove(folder: number, name: Uint8Array): number;
  /** Removes an empty folder: `-ENOTEMPTY` where it is not, `-ENOTDIR` where it is none, also a link to one. */
  removeFolder(folder: number, name: Uint8Array): number;

  /** Makes a file or folder safe on disk. */
  syncFile(descriptor: number): number;
  /** Makes everything safe that was written to the file system of the descriptor, where `syncsAtOnce`. Other work goes on meanwhile. */
  syncFileSystem(descriptor: number): Promise<number>;
  /** A pipe that holds so many bytes where the system allows it, else fewer. Undefined where none can be made. */
  openPipe(capacityBytes: number): Pipe | undefined;
  /** A negative error number means that what was written may be lost. */
  close(descriptor: number): number;
}

/** Two descriptors. */
export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

export interface EntryPlace {
  readonly folder: number;
  readonly name: Uint8Array;
}
