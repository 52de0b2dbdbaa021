interface Dated {
  readonly id: string;
  readonly time: string;
  /** Safety copies hold only parts of a home, and those of databases none of it. */
  readonly kind: string;
}

/**
 * The restore point that comes nearest to one that is damaged: of those that may stand for it the one with the least
 * time between; of two as near the newer.
 */
export function nearestGood<Point extends Dated>(
  points: readonly Point[],
  damaged: Dated,
  isDamaged: (point: Point) => boolean,
): Point | undefined {
  const distance = ({ time }: Dated): number => Math.abs(Date.parse(time) - Date.parse(damaged.time));
  return points
    .filter((point) => point.id !== damaged.id && maySubstitute(point, damaged) && !isDamaged(point))
    .toSorted((left, right) => distance(left) - distance(right) || Date.parse(right.time) - Date.parse(left.time))[0];
}

function maySubstitute(point: Dated, damaged: Dated): boolean {
  const isDatabases = ({ kind }: Dated): boolean => kind === 'database';
  return point.kind !== 'before-restore' && isDatabases(point) === isDatabases(damaged);
}
