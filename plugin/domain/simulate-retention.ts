import { planRetention, type DatedPoint, type KeptPoint, type RetentionGround } from './plan-retention.ts';
import type { WallClock } from './wall-clock.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

export interface SimulatedNights extends Omit<RetentionGround, 'now'> {
  /** The first day, counted from 1970-01-01 in the calendar's zone. */
  readonly from: number;
  readonly days: number;
  /** When the backup of a day is made. */
  readonly nightOf: (day: number) => number;
}

export interface SimulatedDay<Point extends DatedPoint> {
  readonly day: number;
  /** What is there at the end of the day, oldest first. */
  readonly kept: readonly KeptPoint<Point | DatedPoint>[];
}

const dayMilliseconds = 86_400_000;

/** Which restore points are there at the end of each day, if every night succeeds and is followed by a rotation. */
export function* simulateNights<Point extends DatedPoint>(
  existing: readonly Point[],
  { from, days, nightOf, ...ground }: SimulatedNights,
): Generator<SimulatedDay<Point>> {
  let points: readonly (Point | DatedPoint)[] = existing;
  const hasDatabases = existing.some(({ kind }) => kind === 'database');
  for (let day = from; day < from + days; day++) {
    const night = nightOf(day);
    const made = [madePoint('nightly', night), ...(hasDatabases ? databasesOf(night) : [])];
    const now = Math.max(...made.map(({ time }) => time));
    const { keep } = planRetention([...points, ...made], { ...ground, now });
    points = keep.map(({ point }) => point);
    yield { day, kept: keep };
  }
}

/** Every six hours, as usual. */
function databasesOf(night: number): DatedPoint[] {
  return [0, 1, 2, 3].map((turn) => madePoint('database', night + turn * 6 * 3_600_000));
}

function madePoint(kind: 'nightly' | 'database', time: number): DatedPoint {
  return { id: `${kind} ${time}`, time, kind, isWhole: kind === 'nightly', isPinned: false, proof: 'good' };
}

/** The moment of a day at which clocks show so many minutes after midnight; the first after it where they skip it. */
export function momentOf(day: number, minutes: number, clock: WallClock): number {
  const shown = day * dayMilliseconds + minutes * 60_000;
  const last = clock.lastInstantShowing(shown);
  return clock.showsAt(last) === shown ? last : last + 1;
}

/** Reasons that no coming day ends. */
const lasting: ReadonlySet<string> = new Set(['pinned', 'foreign', 'all', 'future']);

/** How far ahead to look. */
const longestLook = 3 * 366;

/**
 * On which day each of these points goes if every night succeeds; those that stay for three years at least are not in
 * it. @param existing what a rotation would leave today.
 */
export function lastDaysOf<Point extends DatedPoint>(
  existing: readonly Point[],
  { calendar, ...ground }: Omit<SimulatedNights, 'days'> & { readonly calendar: ZoneCalendar },
): ReadonlyMap<Point, number> {
  const goesOn = new Map<Point, number>();
  let waiting = new Set<Point>(existing);
  for (const { day, kept } of simulateNights(existing, { ...ground, calendar, days: longestLook })) {
    const here = new Map(kept.map(({ point, reasons }) => [point, reasons]));
    for (const point of waiting) if (!here.has(point)) goesOn.set(point, day);
    waiting = new Set([...waiting].filter((point) => here.get(point)?.some(({ rule }) => lasting.has(rule)) === false));
    if (waiting.size === 0) break;
  }
  return goesOn;
}
