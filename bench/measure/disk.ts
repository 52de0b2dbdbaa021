import { statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { runScript } from './run-script.ts';
import type { Stage } from './run-script.ts';

/** @throws {Error} unless the file system of `folder` has `neededBytes` free, with 2 GB to spare. */
export async function requireFreeDisk(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const spare = bavail * bsize - neededBytes - 2e9;
  if (spare >= 0) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(0);
  throw new Error(
    `${folder} lacks ${gigabytes(-spare)} GB of the ${gigabytes(neededBytes)} GB that this needs; --folder names another place`,
  );
}

/** Reads all files below `folder` once, so that no tool pays for another's cold cache. */
export async function warmUp(folder: string, stage: Stage): Promise<void> {
  const read = ['find', folder, '-type', 'f', '-exec', 'sh', '-c', 'cat "$@" > /dev/null', 'cat', '{}', '+'];
  await runScript([{ words: read }], stage);
}

/** Has everything written so far put on the disk, so that the next run does not wait for it. */
export async function settle(stage: Stage): Promise<void> {
  await runScript([{ words: ['sync'] }], stage);
}

/**
 * ext4 goes out of its way not to give a new file the inode of one deleted in the last 60 seconds (`recently_deleted`
 * in fs/ext4/ialloc.c): measured here, unpacking 3,300 files took 0.5 s at rest and 3.4 s after a big deletion.
 * So nothing is deleted between timed runs that make many files, and what was deleted before is waited for.
 */
export async function waitUntilDeletionsAreForgotten(stage: Stage): Promise<void> {
  await settle(stage);
  await setTimeout(65_000, undefined, { signal: stage.signal });
  await settle(stage);
}

export async function removeFolder(folder: string, stage: Stage): Promise<void> {
  await runScript([{ words: ['rm', '-rf', '--', folder] }], stage);
}
