import { errorNumbers } from '../../contracts/file-system.ts';
import type { WritingSystem } from '../../platform/open-writing.ts';

/** Makes the folders one below the other where they are missing. @returns the last, opened. @throws {Error} when one cannot be. */
export function makeBelow({ files, writing }: WritingSystem, folder: number, names: readonly Buffer[]): number {
  let opened = folder;
  for (const name of names) {
    const made = writing.makeFolder(opened, name);
    const next =
      made < 0 && made !== -errorNumbers.EEXIST ? made : files.openFolder(opened, writing.nameArena(name), 0);
    if (next < 0) throw new Error(`the folder cannot be made there (error ${-next})`);
    writing.close(opened);
    opened = next;
  }
  return opened;
}
