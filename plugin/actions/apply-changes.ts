import type { CatalogContent } from '../contracts/catalog.ts';
import type { FolderChange } from '../engine/walk-changes.ts';

/** Tells a catalog what a backup saw. Leaves it standing in the home. */
export function applyChanges(content: CatalogContent, folders: readonly FolderChange[]): void {
  let at: readonly Buffer[] = [];
  for (const { path, put, removed } of folders) {
    move(content, at, path);
    at = path;
    for (const name of removed) content.remove(name);
    for (const { name, entry } of put) content.put(name, entry);
  }
  move(content, at, []);
}

/** From one folder to another, by way of the nearest that holds both. */
function move(content: CatalogContent, from: readonly Buffer[], to: readonly Buffer[]): void {
  let shared = 0;
  while (shared < from.length && shared < to.length && isSame(from[shared], to[shared])) shared++;
  for (let level = from.length; level > shared; level--) content.leave();
  for (const name of to.slice(shared)) content.enter(name);
}

function isSame(left: Buffer | undefined, right: Buffer | undefined): boolean {
  return left !== undefined && right !== undefined && left.equals(right);
}
