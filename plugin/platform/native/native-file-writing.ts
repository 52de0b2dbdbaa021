import type { Arena } from '../../contracts/codec.ts';
import { errorNumbers } from '../../contracts/file-system.ts';
import type { EntryPlace, FileWriting, Pipe } from '../../contracts/file-writing.ts';
import { isPlainName } from '../../domain/plain-name.ts';
import type { Timestamp } from '../../domain/tree-node.ts';
import { allocateArena } from './arena.ts';
import { bind, bindAsync, lastErrorNumber } from './library.ts';

// fcntl.h and fcntl(2); x86-64 and arm64 differ in O_NOFOLLOW only.
const noFollow = process.arch === 'arm64' ? 0o100000 : 0o400000;
const closeOnExec = 0o2000000;
const pathOnly = 0o10000000;
const createFlags = 0o1 | 0o100 | 0o200 | noFollow | closeOnExec; // O_WRONLY | O_CREAT | O_EXCL
const pinFlags = pathOnly | noFollow | closeOnExec;
const linkItself = 0x100; // AT_SYMLINK_NOFOLLOW
const folderItself = 0x200; // AT_REMOVEDIR
const fifoType = 0o010000;
const setPipeSize = 1031; // F_SETPIPE_SZ
const unchanged = 0xffff_ffff; // (uid_t) -1

// Where in the scratch arena what stands.
const first = 0;
const second = 512;
const times = 1024;
const target = 2048;
const largestTarget = 4096;

/** @throws {Error} when the C library does not offer what is needed. */
export function openNativeFileWriting(): FileWriting {
  return new NativeFileWriting();
}

class NativeFileWriting implements FileWriting {
  readonly kind = 'native';
  readonly setsAttributes = true;
  readonly syncsAtOnce = true;
  readonly #openAt = bind('int openat(int, uintptr_t, int, int)');
  readonly #makeFolderAt = bind('int mkdirat(int, uintptr_t, int)');
  readonly #writeAt = bind('long pwrite(int, const void*, size_t, long)');
  readonly #truncate = bind('int ftruncate(int, long)');
  readonly #changeMode = bind('int fchmod(int, unsigned int)');
  readonly #changeModeOf = bind('int chmod(const char*, unsigned int)');
  readonly #changeOwner = bind('int fchown(int, unsigned int, unsigned int)');
  readonly #changeTimes = bind('int futimens(int, uintptr_t)');
  readonly #changeTimesAt = bind('int utimensat(int, uintptr_t, uintptr_t, int)');
  readonly #attribute = openAttributeCalls();
  readonly #linkAt = bind('int linkat(int, uintptr_t, int, uintptr_t, int)');
  readonly #symlinkAt = bind('int symlinkat(uintptr_t, int, uintptr_t)');
  readonly #makeNodeAt = bind('int mknodat(int, uintptr_t, unsigned int, unsigned long)');
  readonly #renameAt = bind('int renameat(int, uintptr_t, int, uintptr_t)');
  readonly #unlinkAt = bind('int unlinkat(int, uintptr_t, int)');
  readonly #sync = bind('int fsync(int)');
  readonly #syncAll = bindAsync('int syncfs(int)');
  readonly #makePipe = bind('int pipe2(uintptr_t, int)');
  readonly #control = bind('int fcntl(int, int, int)');
  readonly #close = bind('int close(int)');
  readonly #scratch = allocateArena(8192);

  nameArena(name: Uint8Array): Arena {
    this.#put(name, first);
    return this.#scratch;
  }

  makeFolder(folder: number, name: Uint8Array): number {
    return orError(this.#makeFolderAt(folder, this.#put(name, first), 0o700));
  }

  createFile(folder: number, name: Uint8Array): number {
    return orError(this.#openAt(folder, this.#put(name, first), createFlags, 0o600));
  }

  write(file: number, bytes: Uint8Array, position: number): number {
    let rest = bytes;
    for (let at = position; rest.length > 0;) {
      const written = Number(this.#writeAt(file, rest, rest.length, at));
      if (written < 0) return -lastErrorNumber();
      if (written === 0) return -errorNumbers.EIO;
      at += written;
      rest = rest.subarray(written);
    }
    return 0;
  }

  setLength(file: number, length: number): number {
    return orError(this.#truncate(file, length));
  }

  setMode(descriptor: number, mode: number): number {
    return orError(this.#changeMode(descriptor, mode));
  }

  setGroup(descriptor: number, gid: number): number {
    return orError(this.#changeOwner(descriptor, unchanged, gid));
  }

  setTimes(descriptor: number, modified: Timestamp): number {
    return orError(this.#changeTimes(descriptor, this.#putTimes(modified)));
  }

  setAttribute(descriptor: number, name: string, value: Uint8Array): number {
    return orError(this.#attribute.set(descriptor, name, value, value.length, 0));
  }

  removeAttribute(descriptor: number, name: string): number {
    const result = orError(this.#attribute.remove(descriptor, name));
    return result === -errorNumbers.ENODATA || result === -errorNumbers.EOPNOTSUPP ? 0 : result;
  }

  hasAttribute(descriptor: number, name: string): boolean {
    return Number(this.#attribute.get(descriptor, name, 0, 0)) >= 0;
  }

  /** chmod(2) through a pin: fchmodat(2) would follow a link. */
  setEntryMode(folder: number, name: Uint8Array, mode: number): number {
    const pin = orError(this.#openAt(folder, this.#put(name, first), pinFlags, 0));
    if (pin < 0) return pin;
    const result = orError(this.#changeModeOf(`/proc/self/fd/${pin}`, mode));
    this.#close(pin);
    return result;
  }

  setEntryTimes(folder: number, name: Uint8Array, modified: Timestamp): number {
    return orError(this.#changeTimesAt(folder, this.#put(name, first), this.#putTimes(modified), linkItself));
  }

  makeLink(folder: number, name: Uint8Array, content: Uint8Array): number {
    if (content.length === 0 || content.includes(0)) return -errorNumbers.EINVAL;
    if (content.length >= largestTarget) return -errorNumbers.ENAMETOOLONG;
    const at = this.#copy(content, target);
    return orError(this.#symlinkAt(at, folder, this.#put(name, first)));
  }

  makeHardLink(from: EntryPlace, to: EntryPlace): number {
    const [old, made] = [this.#put(from.name, first), this.#put(to.name, second)];
    return orError(this.#linkAt(from.folder, old, to.folder, made, 0));
  }

  makeFifo(folder: number, name: Uint8Array): number {
    return orError(this.#makeNodeAt(folder, this.#put(name, first), fifoType | 0o600, 0));
  }

  rename(folder: number, from: Uint8Array, to: Uint8Array): number {
    return orError(this.#renameAt(folder, this.#put(from, first), folder, this.#put(to, second)));
  }

  remove(folder: number, name: Uint8Array): number {
    return orError(this.#unlinkAt(folder, this.#put(name, first), 0));
  }

  removeFolder(folder: number, name: Uint8Array): number {
    return orError(this.#unlinkAt(folder, this.#put(name, first), folderItself));
  }

  syncFile(descriptor: number): number {
    return orError(this.#sync(descriptor));
  }

  async syncFileSystem(descriptor: number): Promise<number> {
    const { result, errorNumber } = await this.#syncAll(descriptor);
    return result < 0 ? -errorNumber : result;
  }

  openPipe(capacityBytes: number): Pipe | undefined {
    if (this.#makePipe(this.#scratch.address + first, closeOnExec) < 0) return undefined;
    const [readEnd, writeEnd] = [this.#scratch.bytes.readInt32LE(first), this.#scratch.bytes.readInt32LE(first + 4)];
    this.#control(writeEnd, setPipeSize, capacityBytes); // refused, it is smaller
    return { readEnd, writeEnd };
  }

  close(descriptor: number): number {
    return orError(this.#close(descriptor));
  }

  #put(name: Uint8Array, at: number): number {
    if (!isPlainName(name)) throw new RangeError('a name that no entry can have');
    return this.#copy(name, at);
  }

  #copy(bytes: Uint8Array, at: number): number {
    this.#scratch.bytes.set(bytes, at);
    this.#scratch.bytes[at + bytes.length] = 0;
    return this.#scratch.address + at;
  }

  /** Two `struct timespec` of 64-bit words: access, change. */
  #putTimes({ seconds, nanoseconds }: Timestamp): number {
    const { bytes, address } = this.#scratch;
    for (const at of [times, times + 16]) {
      bytes.writeBigInt64LE(BigInt(seconds), at);
      bytes.writeBigInt64LE(BigInt(nanoseconds), at + 8);
    }
    return address + times;
  }
}

function openAttributeCalls() {
  return {
    set: bind('int fsetxattr(int, const char*, const void*, size_t, int)'),
    remove: bind('int fremovexattr(int, const char*)'),
    get: bind('long fgetxattr(int, const char*, uintptr_t, size_t)'),
  };
}

const orError = (result: number): number => (result < 0 ? -lastErrorNumber() : result);
