import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Arena } from '../contracts/codec.ts';
import { errorNumbers } from '../contracts/file-system.ts';
import type { EntryPlace, FileWriting } from '../contracts/file-writing.ts';
import { isPlainName } from '../domain/plain-name.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import { errorNumberOf } from './error-number.ts';

// open(2); Node does not export O_PATH and O_CLOEXEC but passes them on.
const pathOnly = 0o10000000;
const closeOnExec = 0o2000000;
const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** The same promises through `/proc/self/fd/N/name`: one component below a pinned folder. No attributes, no FIFOs. */
export function openNodeFileWriting(): FileWriting {
  return new NodeFileWriting();
}

class NodeFileWriting implements FileWriting {
  readonly kind = 'node';
  readonly setsAttributes = false;
  readonly syncsAtOnce = false;

  nameArena(name: Uint8Array): Arena {
    return { bytes: Buffer.concat([name, Buffer.of(0)]), address: 0 };
  }

  makeFolder(folder: number, name: Uint8Array): number {
    return attempt(() => mkdirSync(below(folder, name), { mode: 0o700 }));
  }

  createFile(folder: number, name: Uint8Array): number {
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | closeOnExec;
    return attempt(() => openSync(below(folder, name), flags, 0o600));
  }

  write(file: number, bytes: Uint8Array, position: number): number {
    return attempt(() => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(file, bytes, done, bytes.length - done, position + done);
      }
    });
  }

  setLength(file: number, length: number): number {
    return attempt(() => ftruncateSync(file, length));
  }

  setMode(descriptor: number, mode: number): number {
    return attempt(() => fchmodSync(descriptor, mode));
  }

  setGroup(descriptor: number, gid: number): number {
    return attempt(() => fchownSync(descriptor, -1, gid));
  }

  setTimes(descriptor: number, modified: Timestamp): number {
    return attempt(() => futimesSync(descriptor, inSeconds(modified), inSeconds(modified)));
  }

  setAttribute(): number {
    return -errorNumbers.EOPNOTSUPP;
  }

  removeAttribute(): number {
    return 0;
  }

  hasAttribute(): boolean {
    return false;
  }

  setEntryMode(folder: number, name: Uint8Array, mode: number): number {
    return attempt(() => {
      const pin = openSync(below(folder, name), pathOnly | O_NOFOLLOW | closeOnExec);
      try {
        chmodSync(`/proc/self/fd/${pin}`, mode);
      } finally {
        closeSync(pin);
      }
    });
  }

  setEntryTimes(folder: number, name: Uint8Array, modified: Timestamp): number {
    return attempt(() => lutimesSync(below(folder, name), inSeconds(modified), inSeconds(modified)));
  }

  makeLink(folder: number, name: Uint8Array, target: Uint8Array): number {
    if (target.length === 0 || target.includes(0)) return -errorNumbers.EINVAL;
    return attempt(() => symlinkSync(Buffer.from(target), below(folder, name)));
  }

  makeHardLink(from: EntryPlace, to: EntryPlace): number {
    return attempt(() => linkSync(below(from.folder, from.name), below(to.folder, to.name)));
  }

  makeFifo(): number {
    return -errorNumbers.EOPNOTSUPP;
  }

  rename(folder: number, from: Uint8Array, to: Uint8Array): number {
    return attempt(() => renameSync(below(folder, from), below(folder, to)));
  }

  remove(folder: number, name: Uint8Array): number {
    return attempt(() => unlinkSync(below(folder, name)));
  }

  removeFolder(folder: number, name: Uint8Array): number {
    return attempt(() => rmdirSync(below(folder, name)));
  }

  syncFile(descriptor: number): number {
    return attempt(() => fsyncSync(descriptor));
  }

  syncFileSystem(): Promise<number> {
    return Promise.resolve(0);
  }

  openPipe(): undefined {
    return undefined;
  }

  close(descriptor: number): number {
    return attempt(() => closeSync(descriptor));
  }
}

function below(folder: number, name: Uint8Array): Buffer {
  if (!isPlainName(name)) throw new RangeError('a name that no entry can have');
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder}/`), name]);
}

/** Node takes numbers below zero for "now", but not dates, which know milliseconds only. */
function inSeconds({ seconds, nanoseconds }: Timestamp): number | Date {
  return seconds < 0 ? new Date(seconds * 1000 + nanoseconds / 1e6) : seconds + nanoseconds / 1e9;
}

/** @returns what the call returned where that is a number, else 0; a negative error number when it failed. */
function attempt(call: () => number | void | string | undefined): number {
  try {
    const result = call();
    return typeof result === 'number' ? result : 0;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return -errorNumberOf(error);
  }
}
