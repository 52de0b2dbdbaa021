import type { Arena } from '../../contracts/codec.ts';
import { errorNumbers, fileTypes, statusWords, type FileSystem, type NameList } from '../../contracts/file-system.ts';
import { allocateArena, checkSpan } from './arena.ts';
import { bind, lastErrorNumber } from './library.ts';
import { openAttributeReader } from './native-attributes.ts';
import { openFolderLister } from './native-folder-list.ts';
import { openStatusReader } from './native-status.ts';

// fcntl.h on x86-64 and arm64 differs in O_DIRECTORY and O_NOFOLLOW only.
const isArm = process.arch === 'arm64';
const folderOnly = isArm ? 0o040000 : 0o200000;
const noFollow = isArm ? 0o100000 : 0o400000;
const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const noAccessTime = 0o1000000;
const noTerminal = 0o400;
const pathOnly = 0o10000000;
const currentFolder = -100;
const seekData = 3; // SEEK_DATA, lseek(2)
const seekHole = 4; // SEEK_HOLE
const noMoreData = 6; // ENXIO: only a hole follows

const folderFlags = folderOnly | noFollow | closeOnExec;
const pinFlags = pathOnly | noFollow | closeOnExec;
const readFlags = nonBlocking | noTerminal | closeOnExec;

/** @throws {Error} when the C library does not offer what is needed. */
export function openNativeFileSystem(): FileSystem {
  return new NativeFileSystem();
}

class NativeFileSystem implements FileSystem {
  readonly kind = 'native';
  readonly readsAttributes = true;
  readonly #openAt = bind('int openat(int, uintptr_t, int, int)');
  readonly #closeDescriptor = bind('int close(int)');
  readonly #readAt = bind('long read(int, uintptr_t, size_t)');
  readonly #seekTo = bind('long lseek(int, long, int)');
  readonly #readLinkAt = bind('long readlinkat(int, uintptr_t, uintptr_t, size_t)');
  readonly #statuses = openStatusReader();
  readonly #attributes = openAttributeReader();
  readonly #folders = openFolderLister();
  readonly #scratch = allocateArena(8192);
  readonly status = this.#statuses.status;

  openRoot(path: string): number {
    let descriptor = this.#openName(currentFolder, '/', folderFlags);
    for (const part of path.split('/')) {
      if (part === '' || descriptor < 0) continue;
      const next = part === '.' || part === '..' ? -errorNumbers.EINVAL : this.#openName(descriptor, part, folderFlags);
      this.close(descriptor);
      descriptor = next;
    }
    if (descriptor >= 0) this.#statuses.ofDescriptor(descriptor);
    return descriptor;
  }

  openFolder(folder: number, names: Arena, offset: number): number {
    const opened = orError(this.#openAt(folder, names.address + offset, folderFlags, 0));
    if (opened >= 0) this.#statuses.ofDescriptor(opened);
    return opened;
  }

  statEntry(folder: number, names: Arena, offset: number): number {
    return this.#statuses.ofEntry(folder, names.address + offset);
  }

  /** Pins the entry first (which opens nothing), looks what it is, then reopens exactly that one. */
  openFile(folder: number, names: Arena, offset: number): number {
    const pin = orError(this.#openAt(folder, names.address + offset, pinFlags, 0));
    if (pin < 0) return pin;
    try {
      const failed = this.#statuses.ofDescriptor(pin);
      if (failed < 0) return failed;
      const type = (this.status.words[statusWords.mode] ?? 0) & fileTypes.mask;
      return type === fileTypes.file ? this.#reopen(pin) : -errorNumbers.EINVAL;
    } finally {
      this.close(pin);
    }
  }

  statOpen(descriptor: number): number {
    return this.#statuses.ofDescriptor(descriptor);
  }

  nextData(file: number, offset: number, size: number): number {
    const found = Number(this.#seekTo(file, offset, seekData));
    if (found >= 0) return Math.min(found, size); // the file may have grown meanwhile
    return lastErrorNumber() === noMoreData ? size : offset;
  }

  nextHole(file: number, offset: number, size: number): number {
    const found = offset >= size ? size : Number(this.#seekTo(file, offset, seekHole));
    return found >= 0 ? Math.min(found, size) : size;
  }

  seek(file: number, offset: number): void {
    this.#seekTo(file, offset, 0);
  }

  read(file: number, target: Arena, offset: number, length: number): number {
    checkSpan(target, offset, length);
    return orError(Number(this.#readAt(file, target.address + offset, length)));
  }

  readLink(folder: number, names: Arena, offset: number): Buffer | number {
    const { bytes, address } = this.#scratch;
    const length = orError(Number(this.#readLinkAt(folder, names.address + offset, address, bytes.length)));
    return length < 0 ? length : Buffer.from(bytes.subarray(0, length));
  }

  listFolder(folder: number): NameList | number {
    return this.#folders.list(folder);
  }

  readAttributes(file: number) {
    return this.#attributes.read(file);
  }

  close(descriptor: number): void {
    this.#closeDescriptor(descriptor);
  }

  /** Only the owner (or CAP_FOWNER) may ask for an unchanged access time. */
  #reopen(pin: number): number {
    const path = `/proc/self/fd/${pin}`;
    const file = this.#openName(currentFolder, path, readFlags | noAccessTime);
    return file === -errorNumbers.EPERM ? this.#openName(currentFolder, path, readFlags) : file;
  }

  #openName(folder: number, name: string, flags: number): number {
    const { bytes, address } = this.#scratch;
    const length = Buffer.byteLength(name);
    if (length >= bytes.length) return -errorNumbers.ENAMETOOLONG;
    bytes.write(name, 0);
    bytes[length] = 0;
    return orError(this.#openAt(folder, address, flags, 0));
  }
}

const orError = (result: number): number => (result < 0 ? -lastErrorNumber() : result);
