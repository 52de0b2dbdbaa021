/** How full a destination was on one day. */
export interface StorageDay {
  /** In UTC, such as `2026-11-29`. */
  readonly day: string;
  readonly bytesStored: number;
  /** Undefined where nobody can tell. */
  readonly bytesFree: number | undefined;
}

export interface StorageTrend {
  readonly bytesStored: number;
  readonly bytesFree: number | undefined;
  readonly growthPerDay: number;
  /** Until it is full; undefined when it does not fill up, or nobody can tell. */
  readonly daysLeft: number | undefined;
}

const dayMilliseconds = 86_400_000;
/** Fewer days say nothing about a trend. */
const leastDays = 3;
/** Older ones belong to another time. */
const mostDays = 60;

/**
 * How a destination fills up. Growth is the slope of the line that comes nearest to all days, so that one large upload or
 * one prune does not decide. What fills the disk may be other things than backups: free bytes count where they are known.
 */
export function storageTrend(days: readonly StorageDay[]): StorageTrend | undefined {
  const sorted = days.toSorted((left, right) => (left.day < right.day ? -1 : 1)).slice(-mostDays);
  const last = sorted.at(-1);
  if (last === undefined) return undefined;
  const { bytesStored, bytesFree } = last;
  const growthPerDay = slope(sorted.map(({ day, bytesStored: bytes }) => [dayNumber(day), bytes]));
  const free = sorted.flatMap((day): [number, number][] => {
    return day.bytesFree === undefined ? [] : [[dayNumber(day.day), day.bytesFree]];
  });
  const lost = -slope(free);
  const daysLeft = bytesFree === undefined || lost <= 0 ? undefined : bytesFree / lost;
  return { bytesStored, bytesFree, growthPerDay, daysLeft };
}

function slope(points: readonly (readonly [number, number])[]): number {
  if (points.length < leastDays) return 0;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMilliseconds;
}
