import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { HomeChange } from './home-change.ts';

export interface HomeOwner {
  readonly home: string;
  readonly uid: number;
  readonly gid: number;
  /** Whether files are given to the owner, which only root can. */
  readonly gives: boolean;
}

/** Does the changes in their order; files and the folders they are in get the times of the changes. */
export function applyChanges(owner: HomeOwner, changes: Iterable<HomeChange>): { files: number; bytes: number } {
  const touched = new Map<string, Date>();
  let files = 0;
  let bytes = 0;
  for (const change of changes) {
    const path = join(owner.home, change.path);
    makeFolder(owner, dirname(change.path), touched);
    applyChange(owner, path, change);
    const folder = dirname(path);
    const newest = touched.get(folder);
    if (newest === undefined || newest < change.at) touched.set(folder, change.at);
    files += change.kind === 'remove' ? 0 : 1;
    bytes += change.kind === 'write' ? change.content.length : 0;
  }
  for (const [folder, at] of touched) utimesSync(folder, at, at);
  return { files, bytes };
}

function applyChange(owner: HomeOwner, path: string, change: HomeChange): void {
  if (change.kind === 'remove') return rmSync(path, { force: true });
  if (change.kind === 'write') return writeWhole(owner, path, change);
  symlinkSync(change.target, path);
  if (owner.gives) lchownSync(path, owner.uid, owner.gid);
  lutimesSync(path, change.at, change.at);
}

function writeWhole(
  owner: HomeOwner,
  path: string,
  { content, mode, at }: Extract<HomeChange, { kind: 'write' }>,
): void {
  const descriptor = openSync(path, 'w', mode);
  try {
    writeSync(descriptor, content);
    fchmodSync(descriptor, mode);
    if (owner.gives) fchownSync(descriptor, owner.uid, owner.gid);
    futimesSync(descriptor, at, at);
  } finally {
    closeSync(descriptor);
  }
}

/** Mail is nobody else's business; the web server must get through to the site. */
function makeFolder(owner: HomeOwner, folder: string, touched: ReadonlyMap<string, Date>): void {
  const path = join(owner.home, folder);
  if (touched.has(path) || folder === '.') return;
  makeFolder(owner, dirname(folder), touched);
  const mode = folder.startsWith('mail') ? 0o700 : folder.startsWith('logs') ? 0o750 : 0o755;
  if (mkdirSync(path, { recursive: true }) === undefined) return;
  chmodSync(path, mode);
  if (owner.gives) chownSync(path, owner.uid, owner.gid);
}
