import { fchownSync } from 'node:fs';
import path from 'node:path';
import { errorNumbers, statusWords } from '../../contracts/file-system.ts';
import { Failure } from '../../domain/failure.ts';
import type { WritingSystem } from '../../platform/open-writing.ts';

/** Where a writer begins: an open folder, and the folders that it makes below before anything else is written. */
export interface OpenTarget {
  readonly descriptor: number;
  readonly missing: readonly Buffer[];
}

export interface TargetOwner {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Opens the account's home. Every part of the path is opened below the one before, no link is followed.
 * @throws {Failure} `home-unsafe` when it is not there, a link, or somebody else's.
 */
export function openHomeTarget(system: WritingSystem, home: string, owner: TargetOwner): OpenTarget {
  const opened = system.files.openRoot(home);
  if (opened < 0) {
    throw new Failure('home-unsafe', { account: owner.name, problem: `"${home}" cannot be opened (error ${-opened})` });
  }
  const found = ownerFound(system);
  if (found === owner.uid) return { descriptor: opened, missing: [] };
  system.files.close(opened);
  throw new Failure('home-unsafe', { account: owner.name, problem: `"${home}" belongs to user ${found}` });
}

/**
 * Opens a folder that an administrator chose, or the nearest above it that is there; what is missing the writer makes,
 * as the account. Only where none but root can write, root makes the last folder and gives it to the account, once
 * `after` has resolved.
 * @throws {Failure} `restore-refused` when the account cannot or must not write there; what `after` was rejected with.
 */
export async function openChosenTarget(
  system: WritingSystem,
  folder: string,
  owner: TargetOwner,
  after?: Promise<unknown>,
): Promise<OpenTarget> {
  const { descriptor, missing } = openNearest(system, folder);
  const found = ownerFound(system);
  const isShared = ((system.files.status.words[statusWords.mode] ?? 0) & 0o022) !== 0;
  if (found === owner.uid || (isShared && missing.length > 0)) return { descriptor, missing };
  const [name, ...more] = missing;
  if (found === 0 && process.getuid?.() === 0 && name !== undefined && more.length === 0) {
    await orClosed(system, descriptor, after);
    return { descriptor: makeFor(system, descriptor, { name, folder, owner }), missing: [] };
  }
  system.files.close(descriptor);
  const problem = `"${folder}" cannot be written by user ${owner.uid}`;
  throw new Failure('restore-refused', {
    problem,
    mend: `name a folder that is not there yet, or: chown ${owner.uid} ${folder}`,
  });
}

function openNearest(system: WritingSystem, folder: string): { descriptor: number; missing: Buffer[] } {
  const missing: Buffer[] = [];
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const opened = system.files.openRoot(at);
    if (opened >= 0) return { descriptor: opened, missing };
    if (opened !== -errorNumbers.ENOENT) {
      throw new Failure('restore-refused', {
        problem: `"${at}" cannot be opened (error ${-opened})`,
        mend: 'name a real folder, no link',
      });
    }
    missing.unshift(Buffer.from(path.basename(at)));
  }
}

async function orClosed(
  { files }: WritingSystem,
  descriptor: number,
  after: Promise<unknown> | undefined,
): Promise<void> {
  try {
    await after;
  } catch (error) {
    files.close(descriptor);
    throw error;
  }
}

/** None but root can put anything else in its place meanwhile. */
function makeFor(
  system: WritingSystem,
  parent: number,
  { name, folder, owner }: { name: Buffer; folder: string; owner: TargetOwner },
): number {
  const { files, writing } = system;
  try {
    const made = writing.makeFolder(parent, name);
    const descriptor = made < 0 ? made : files.openFolder(parent, writing.nameArena(name), 0);
    if (descriptor < 0) {
      throw new Failure('restore-refused', {
        problem: `"${folder}" cannot be made (error ${-descriptor})`,
        mend: 'make it first',
      });
    }
    fchownSync(descriptor, owner.uid, owner.gid);
    return descriptor;
  } finally {
    files.close(parent);
  }
}

function ownerFound({ files }: WritingSystem): number {
  return (files.status.words[statusWords.uid] ?? 0) >>> 0;
}
