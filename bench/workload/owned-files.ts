import { chownSync, closeSync, fchownSync, futimesSync, lchownSync, linkSync, mkdirSync, openSync } from 'node:fs';
import { ftruncateSync, symlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes files that belong to one account. Synchronous: a generator thread does nothing else. */
export interface OwnedFiles {
  /** Makes the folder and its parents; nothing happens when it is there. */
  folder(path: string): void;
  file(path: string | Buffer, content: Buffer, modifiedSeconds: number): void;
  /** A file of many pieces: `fill` hands each to `write`. */
  longFile(path: string, fill: (write: (piece: Buffer) => void) => void): void;
  sparseFile(path: string, sizeBytes: number, island: Buffer): void;
  symbolicLink(path: string, target: string): void;
  hardLink(path: string, existing: string): void;
  /** Makes the account the owner of what something else made at `path`. */
  giveAway(path: string): void;
}

const fileMode = 0o644;

/** With `uid` undefined the caller stays the owner: only root can give files away. */
export function createOwnedFiles(uid: number | undefined): OwnedFiles {
  const made = new Set<string>();
  const own = (descriptor: number): void => {
    if (uid !== undefined) fchownSync(descriptor, uid, uid);
  };
  const giveAway = (path: string): void => {
    if (uid !== undefined) lchownSync(path, uid, uid);
  };
  const writeThrough = (path: string | Buffer, fill: (descriptor: number) => void): void => {
    const descriptor = openSync(path, 'w', fileMode);
    try {
      own(descriptor);
      fill(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    folder: (path) => makeFolder(path, uid, made),
    file: (path, content, modifiedSeconds) =>
      writeThrough(path, (descriptor) => {
        writeSync(descriptor, content);
        futimesSync(descriptor, modifiedSeconds, modifiedSeconds);
      }),
    longFile: (path, fill) => writeThrough(path, (descriptor) => fill((piece) => void writeSync(descriptor, piece))),
    sparseFile: (path, sizeBytes, island) =>
      writeThrough(path, (descriptor) => {
        ftruncateSync(descriptor, sizeBytes);
        writeSync(descriptor, island, 0, island.length, Math.floor(sizeBytes / 3));
      }),
    symbolicLink: (path, target) => {
      symlinkSync(target, path);
      giveAway(path);
    },
    hardLink: (path, existing) => linkSync(existing, path),
    giveAway,
  };
}

function makeFolder(path: string, uid: number | undefined, made: Set<string>): void {
  if (made.has(path)) return;
  made.add(path);
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined || uid === undefined) return;
  for (let each = path; each.length >= first.length; each = dirname(each)) chownSync(each, uid, uid);
}
