import { statfsSync } from 'node:fs';
import { hasErrorCode } from './error-code.ts';

/** Bytes that its owner may still write to the file system that an open folder lies on; root's reserve is not counted. */
export function freeBytes(descriptor: number): number {
  const { bavail, bsize } = statfsSync(`/proc/self/fd/${descriptor}`);
  return bavail * bsize;
}

/** The same of a folder by its path; undefined where it cannot be looked at. */
export function freeBytesAt(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
    throw error;
  }
}
