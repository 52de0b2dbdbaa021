import fs, { promises as files, type PathLike } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** Everything by which Larder changes a disk; a kill while it reads is a kill before the next of these. */
const direct = ['mkdirSync', 'renameSync', 'rmSync', 'writeFileSync', 'copyFileSync', 'cpSync'] as const;
const promised = ['link', 'rename', 'rm', 'mkdir', 'open'] as const;
const ofHandles = ['writeFile', 'chmod', 'sync'] as const;

type Call = (...words: never[]) => unknown;

/**
 * Does `act` as a process that is killed right before its `step`-th change of the disk (from 1): that one and all later
 * ones do not happen, also those with which it would tidy up.
 * @returns how many changes it tried, and whether it was killed.
 */
export async function killedAt(
  step: number,
  folder: string,
  act: () => Promise<unknown>,
): Promise<{ readonly steps: number; readonly isKilled: boolean }> {
  let steps = 0;
  const counted = (original: Call): Call => {
    return function changed(this: unknown, ...words: never[]) {
      steps += 1;
      if (steps >= step) throw new Error('killed');
      return original.apply(this, words);
    };
  };
  const restore = await replaceAll(folder, counted);
  try {
    await act();
    return { steps, isKilled: false };
  } catch (error) {
    if (steps < step) throw error;
    return { steps, isKilled: true };
  } finally {
    restore();
  }
}

async function replaceAll(folder: string, wrap: (original: Call) => Call): Promise<() => void> {
  const handles = await prototypeOfHandles(folder);
  const places: [object, readonly string[]][] = [
    [fs, direct],
    [files, promised],
    [handles, ofHandles],
  ];
  const originals: (() => void)[] = [];
  for (const [place, names] of places) {
    const target = place as { [name: string]: Call };
    for (const name of names) {
      const original = target[name] as Call;
      originals.push(() => (target[name] = original));
      target[name] = name === 'open' ? onlyWriting(original, wrap(original)) : wrap(original);
    }
  }
  syncBuiltinESMExports();
  return () => {
    for (const put of originals) put();
    syncBuiltinESMExports();
  };
}

/** Opening a folder to sync it changes nothing. */
function onlyWriting(reads: Call, writes: Call): Call {
  return (...words: never[]) => {
    const [, flags] = words as unknown as [PathLike, string];
    return (flags === 'r' ? reads : writes)(...words);
  };
}

async function prototypeOfHandles(folder: string): Promise<object> {
  const handle: FileHandle = await open(join(folder, '.'), 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as object;
}
