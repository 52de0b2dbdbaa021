import type { CatalogCounts, CatalogPoint } from '../../contracts/catalog.ts';
import { parseSnapshotId, type SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';

/** A restore point and where it stands in its lane. */
export interface PlacedPoint extends CatalogPoint {
  readonly laneNumber: number;
  readonly number: number;
}

type Row = [number, number, string, number, string, string, number | null, number | null, number | null];

const source = `SELECT p.lane, p.number, p.id, p.time, p.tree, l.paths, p.added, p.changed, p.removed
  FROM points p JOIN lanes l ON l.id = p.lane ORDER BY p.lane, p.number`;

/** All restore points, in memory. */
export class Timeline {
  /** Oldest first. */
  readonly points: readonly PlacedPoint[];
  readonly #lanes = new Map<number, PlacedPoint[]>();
  readonly #byId: ReadonlyMap<string, PlacedPoint>;

  private constructor(points: readonly PlacedPoint[]) {
    for (const point of points) {
      const lane = this.#lanes.get(point.laneNumber);
      if (lane === undefined) this.#lanes.set(point.laneNumber, [point]);
      else lane.push(point);
    }
    this.points = points.toSorted(compareAge);
    this.#byId = new Map(points.map((point) => [point.id, point]));
  }

  static load(file: CatalogFile): Timeline {
    return new Timeline((file.rows(source).all() as Row[]).map(toPoint));
  }

  find(id: SnapshotId): PlacedPoint | undefined {
    return this.#byId.get(id);
  }

  /** Those with `since <= number < until`, oldest first. */
  between(lane: number, since: number, until: number): PlacedPoint[] {
    const points = this.#lane(lane);
    return points.slice(firstFrom(points, since), firstFrom(points, until));
  }

  /** The first with that number or a higher one. */
  from(lane: number, number: number): PlacedPoint | undefined {
    const points = this.#lane(lane);
    return points[firstFrom(points, number)];
  }

  /** The last with a lower number. */
  before(lane: number, number: number): PlacedPoint | undefined {
    const points = this.#lane(lane);
    return points[firstFrom(points, number) - 1];
  }

  #lane(lane: number): readonly PlacedPoint[] {
    return this.#lanes.get(lane) ?? [];
  }
}

export function compareAge(left: CatalogPoint, right: CatalogPoint): number {
  return left.time.getTime() - right.time.getTime() || (left.id < right.id ? -1 : 1);
}

/** Where in `points`, which stand by their numbers, the first of that number or a higher one is. */
function firstFrom(points: readonly PlacedPoint[], number: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.number ?? Infinity) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toPoint([laneNumber, number, id, time, tree, lane, ...counts]: Row): PlacedPoint {
  return { laneNumber, number, id: parseSnapshotId(id), time: new Date(time), tree, lane, counts: toCounts(counts) };
}

function toCounts([added, changed, removed]: readonly (number | null)[]): CatalogCounts | undefined {
  if (typeof added !== 'number' || typeof changed !== 'number' || typeof removed !== 'number') return undefined;
  return { added, changed, removed };
}
