import type { PointLine } from '../../protocol/requests.ts';

/** A restore point that differs from the one before it as a broken update does, not as a day's work. */
export interface BigChange {
  readonly point: PointLine;
  /** The one before. */
  readonly before: PointLine;
  /** Files changed, gone and new. */
  readonly files: number;
}

/** A sign that something went wrong, as a number of files. */
interface Measure {
  readonly of: (point: PointLine) => number;
  /** Less than this is a day's work, whatever is usual. */
  readonly least: number;
  readonly timesUsual: number;
}

/** Files that are only new have broken nothing, so they do not count. Few updates take files away, so fewer of these tell. */
const measures: readonly Measure[] = [
  { of: ({ changed = 0, removed = 0 }) => changed + removed, least: 60, timesUsual: 4 },
  { of: ({ removed = 0 }) => removed, least: 25, timesUsual: 2.5 },
];

/** What more than one in ten backups come to is not unusual, however much it is; fewer say nothing. */
const oftenShare = 0.1;
const fewBackups = 10;

/** What was unusual by one of the measures. @param points oldest first. */
export function findBigChanges(points: readonly PointLine[]): readonly BigChange[] {
  const unusual = measures.map((measure) => unusualBy(measure, points));
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || !unusual.some((found) => found.has(point))) return [];
    return [{ point, before, files: (point.changed ?? 0) + (point.removed ?? 0) + (point.added ?? 0) }];
  });
}

function unusualBy({ of, least, timesUsual }: Measure, points: readonly PointLine[]): ReadonlySet<PointLine> {
  const numbers = points.map(of).filter((number) => number > 0);
  const limit = Math.max(least, median(numbers) * timesUsual);
  return new Set(points.filter((point) => of(point) >= limit && !isOften(of(point), numbers)));
}

function isOften(number: number, numbers: readonly number[]): boolean {
  const asMuch = numbers.filter((other) => other >= number).length;
  return numbers.length >= fewBackups && asMuch > numbers.length * oftenShare;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
