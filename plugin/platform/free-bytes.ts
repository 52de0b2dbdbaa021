import { statfsSync } from 'node:fs';

/** Bytes that its owner may still write to the file system that an open folder lies on; root's reserve is not counted. */
export function freeBytes(descriptor: number): number {
  const { bavail, bsize } = statfsSync(`/proc/self/fd/${descriptor}`);
  return bavail * bsize;
}
