import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  type BigIntStats,
} from 'node:fs';
import type { Arena } from '../contracts/codec.ts';
import { errorNumbers, type FileStatus, type FileSystem, type NameList } from '../contracts/file-system.ts';
import { errorNumberOf } from './error-number.ts';
import { sortNames } from './sort-names.ts';
import { unpackDevice } from './device-number.ts';

// open(2); Node does not export O_PATH and O_CLOEXEC but passes them on.
const pathOnly = 0o10000000;
const closeOnExec = 0o2000000;
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_NOATIME, O_NOCTTY } = constants;
const folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | closeOnExec;
const pinFlags = pathOnly | O_NOFOLLOW | closeOnExec;
const readFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | closeOnExec;

/** The same promises through `/proc/self/fd/N/name`: one component below a pinned folder. Cannot read attributes. */
export function openNodeFileSystem(): FileSystem {
  return new NodeFileSystem();
}

class NodeFileSystem implements FileSystem {
  readonly kind = 'node';
  readonly readsAttributes = false;
  readonly status: FileStatus & { device: number } = { words: new Int32Array(16), device: 0 };

  openRoot(path: string): number {
    let descriptor = attempt(() => openSync('/', folderFlags));
    for (const part of path.split('/')) {
      if (part === '' || descriptor < 0) continue;
      const parent = descriptor;
      const bad = part === '.' || part === '..';
      descriptor = bad ? -errorNumbers.EINVAL : attempt(() => openSync(below(parent, Buffer.from(part)), folderFlags));
      this.close(parent);
    }
    if (descriptor >= 0) this.#keepStatus(fstatSync(descriptor, { bigint: true }));
    return descriptor;
  }

  openFolder(folder: number, names: Arena, offset: number): number {
    const opened = attempt(() => openSync(below(folder, nameAt(names, offset)), folderFlags));
    if (opened >= 0) this.statOpen(opened);
    return opened;
  }

  statEntry(folder: number, names: Arena, offset: number): number {
    return attempt(() => {
      this.#keepStatus(lstatSync(below(folder, nameAt(names, offset)), { bigint: true }));
      return 0;
    });
  }

  openFile(folder: number, names: Arena, offset: number): number {
    const pin = attempt(() => openSync(below(folder, nameAt(names, offset)), pinFlags));
    if (pin < 0) return pin;
    try {
      const status = fstatSync(pin, { bigint: true });
      this.#keepStatus(status);
      return status.isFile() ? reopen(pin) : -errorNumbers.EINVAL;
    } finally {
      this.close(pin);
    }
  }

  statOpen(descriptor: number): number {
    return attempt(() => {
      this.#keepStatus(fstatSync(descriptor, { bigint: true }));
      return 0;
    });
  }

  /** Node cannot ask for holes: everything is data. */
  nextData(_file: number, offset: number): number {
    return offset;
  }

  nextHole(_file: number, _offset: number, size: number): number {
    return size;
  }

  /** Never needed: `nextData` never leads elsewhere than where the file stands. */
  seek(): void {}

  read(file: number, target: Arena, offset: number, length: number): number {
    return attempt(() => readSync(file, target.bytes, offset, length, null));
  }

  readLink(folder: number, names: Arena, offset: number): Buffer | number {
    try {
      return readlinkSync(below(folder, nameAt(names, offset)), { encoding: 'buffer' });
    } catch (error) {
      return -errorNumberOf(error);
    }
  }

  listFolder(folder: number): NameList | number {
    try {
      return nameList(readdirSync(`/proc/self/fd/${folder}`, { encoding: 'buffer' }));
    } catch (error) {
      return -errorNumberOf(error);
    }
  }

  readAttributes(): number {
    return -errorNumbers.EOPNOTSUPP;
  }

  close(descriptor: number): void {
    closeSync(descriptor);
  }

  #keepStatus(status: BigIntStats): void {
    const { words } = this.status;
    const device = unpackDevice(status.dev);
    words.set([Number(status.nlink) | 0, Number(status.uid) | 0, Number(status.gid) | 0, Number(status.mode)]);
    putWords(words, 4, status.ino);
    putWords(words, 6, status.size);
    putWords(words, 8, floorSeconds(status.ctimeNs));
    words[10] = Number(status.ctimeNs - floorSeconds(status.ctimeNs) * second);
    putWords(words, 11, floorSeconds(status.mtimeNs));
    words[13] = Number(status.mtimeNs - floorSeconds(status.mtimeNs) * second);
    words[14] = device.minor | 0;
    words[15] = device.major | 0;
    this.status.device = Number(status.rdev);
  }
}

const second = 1_000_000_000n;

function floorSeconds(nanoseconds: bigint): bigint {
  const seconds = nanoseconds / second;
  return nanoseconds < 0n && seconds * second !== nanoseconds ? seconds - 1n : seconds;
}

function putWords(words: Int32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

function reopen(pin: number): number {
  const path = `/proc/self/fd/${pin}`;
  const file = attempt(() => openSync(path, readFlags | O_NOATIME));
  return file === -errorNumbers.EPERM ? attempt(() => openSync(path, readFlags)) : file;
}

const below = (folder: number, name: Buffer): Buffer => Buffer.concat([Buffer.from(`/proc/self/fd/${folder}/`), name]);

const nameAt = (names: Arena, offset: number): Buffer => names.bytes.subarray(offset, names.bytes.indexOf(0, offset));

function attempt(call: () => number): number {
  try {
    return call();
  } catch (error) {
    return -errorNumberOf(error);
  }
}

function nameList(names: Buffer[]): NameList {
  const bytes = Buffer.concat(names.map((name) => Buffer.concat([name, Buffer.of(0)])));
  const starts = new Uint32Array(names.length);
  let at = 0;
  names.forEach((name, index) => {
    starts[index] = at;
    at += name.length + 1;
  });
  const sorted = sortNames(bytes, starts);
  return {
    arena: { bytes, address: 0 },
    count: sorted.length,
    offset: (index) => sorted[index] ?? 0,
    length: (index) => bytes.indexOf(0, sorted[index] ?? 0) - (sorted[index] ?? 0),
  };
}
