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
