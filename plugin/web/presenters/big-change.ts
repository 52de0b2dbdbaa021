import type { PointLine } from '../../protocol/requests.ts';

/** A restore point that differs from the one before it as a broken update does, not as a day's work. */
export interface BigChange {
  readonly point: PointLine;
  /** The one before. */
  readonly before: PointLine;
  /** Files changed, gone and new. */
  readonly files: number;
}

/** Less than this is a day's work, whatever is usual. */
const least = 60;
const timesUsual = 4;
/** What more than one in ten backups come to is not unusual, however much it is; fewer say nothing. */
const oftenShare = 0.1;
const fewBackups = 10;

/**
 * What was unusual. Files that are only new have broken nothing, so they do not count for that.
 * @param points oldest first.
 */
export function findBigChanges(points: readonly PointLine[]): readonly BigChange[] {
  const losses = points.map(lossOf).filter((loss) => loss > 0);
  const usual = median(losses);
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const loss = lossOf(point);
    if (before === undefined || loss < least || loss < usual * timesUsual || isOften(loss, losses)) return [];
    return [{ point, before, files: loss + (point.added ?? 0) }];
  });
}

function isOften(loss: number, losses: readonly number[]): boolean {
  const asMuch = losses.filter((other) => other >= loss).length;
  return losses.length >= fewBackups && asMuch > losses.length * oftenShare;
}

function lossOf({ changed = 0, removed = 0 }: PointLine): number {
  return changed + removed;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
