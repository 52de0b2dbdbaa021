import type { CatalogPoint } from '../contracts/catalog.ts';
import type { SnapshotId } from '../domain/ids.ts';
import { filesFolder } from '../engine/home-tree.ts';
import { sha256 } from '../engine/repository.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { readKind } from './point-tags.ts';

export interface NextPoint {
  readonly remove: readonly SnapshotId[];
  readonly add: Snapshot | undefined;
  /** The one before it in its lane. */
  readonly previous: SnapshotId | undefined;
}

/** Longer words are told by their hash. */
const longestLane = 1000;
const safetyCopyMark = 'before-restore ';

export const isSafetyCopyLane = (lane: string): boolean => lane.startsWith(safetyCopyMark);

/** The lane of backups of whole homes. */
export const fullLane = wordOf([`/${filesFolder}`]);

/**
 * Snapshots of the same paths can be compared with one another; a safety copy holds only what one restore touched, and
 * is a lane of its own.
 */
export function laneOf({ id, paths, tags }: Pick<Snapshot, 'id' | 'paths' | 'tags'>): string {
  if (readKind(tags) === 'before-restore') return safetyCopyMark + id;
  return wordOf(paths);
}

function wordOf(paths: readonly string[]): string {
  const lane = JSON.stringify([...new Set(paths)].toSorted());
  return lane.length > longestLane ? sha256(Buffer.from(lane)) : lane;
}

/**
 * The next thing to do for a catalog: drop what the repository does not hold (`stored`), and add the oldest of `others`.
 * Where that is older than points of its lane, those go and come again.
 */
export function planNextPoint(
  known: readonly CatalogPoint[],
  stored: ReadonlySet<SnapshotId>,
  others: readonly Snapshot[],
): NextPoint {
  const gone = known.filter(({ id }) => !stored.has(id));
  const add = others.toSorted(compareAge)[0];
  if (add === undefined) return { remove: idsOf(gone), add, previous: undefined };
  const lane = laneOf(add);
  const kept = known.filter((point) => point.lane === lane && stored.has(point.id));
  const newer = kept.filter((point) => compareAge(point, add) > 0);
  const previous = kept.filter((point) => compareAge(point, add) < 0).toSorted(compareAge);
  return { remove: idsOf([...gone, ...newer]), add, previous: previous.at(-1)?.id };
}

type Aged = Pick<Snapshot, 'id' | 'time'>;

function compareAge(left: Aged, right: Aged): number {
  return left.time.getTime() - right.time.getTime() || (left.id < right.id ? -1 : left.id === right.id ? 0 : 1);
}

const idsOf = (points: readonly Aged[]): SnapshotId[] => points.map(({ id }) => id);
