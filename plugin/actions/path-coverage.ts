import { filesFolder, isOwnSnapshot, isWithoutHome } from '../engine/home-tree.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { readKind } from './point-tags.ts';

/** Whether a restore point holds what is at a path below the home, if there was anything. */
export type PathCoverage = (path: readonly Buffer[]) => boolean;

export const everythingCovered: PathCoverage = () => true;

/**
 * Of a safety copy nothing is known but what it holds. Snapshots name their paths as text, so names that are none are compared as what they look
 * like.
 */
export function coverageOf(snapshot: Snapshot): PathCoverage {
  if (readKind(snapshot.tags) === 'before-restore' || isWithoutHome(snapshot)) return () => false;
  if (!isOwnSnapshot(snapshot) || snapshot.paths.includes(`/${filesFolder}`)) return everythingCovered;
  const roots = snapshot.paths.map((path) => path.split('/').slice(2));
  return (path) => {
    const names = path.map((name) => name.toString('utf8'));
    return roots.some((root) => root.every((name, at) => names[at] === name));
  };
}

/** Whether the restore point was made of all these paths below the home, among others or not. */
export function isMadeOf(snapshot: Snapshot, paths: readonly (readonly Buffer[])[]): boolean {
  return paths.every(coverageOf(snapshot));
}

/** The paths below the home that a backup of some alone was made of; undefined for one of the whole home, and others. */
export function pathsOf(snapshot: Snapshot): readonly string[] | undefined {
  if (readKind(snapshot.tags) !== 'manual' || !isOwnSnapshot(snapshot)) return undefined;
  const top = `/${filesFolder}`;
  if (isWithoutHome(snapshot) || snapshot.paths.includes(top)) return undefined;
  return snapshot.paths.filter((path) => path.startsWith(`${top}/`)).map((path) => path.slice(top.length + 1));
}
