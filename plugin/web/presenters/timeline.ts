import type { Formats } from '../../domain/formats.ts';
import type { PointLine } from '../../protocol/requests.ts';
import type { BigChange } from './big-change.ts';

/** A day with all of its restore points. */
export interface Day {
  /** `2026-11-18`, in the zone of the formats. */
  readonly date: string;
  /** Oldest first; empty when there is no backup of that day. */
  readonly points: readonly PointLine[];
  /** Files that changed in all of them. */
  readonly changes: number;
}

export interface Column {
  readonly date: string;
  readonly kind: 'usual' | 'big' | 'own' | 'none';
  /** 1 to 10: how high the bar is. */
  readonly level: number;
  readonly changes: number;
  /** The newest of the day; undefined where there is none. */
  readonly point: string | undefined;
  readonly isChosen: boolean;
}

export type DayColumn = Column | 'gap';

export interface Timeline {
  readonly columns: readonly DayColumn[];
  /** The last day of the columns before and after these; undefined when there are none. */
  readonly earlier: string | undefined;
  readonly later: string | undefined;
}

const shownColumns = 18;
/** So many days in a row without a backup are shown; more are a gap. */
const shownMissing = 3;

/** @param points oldest first. @returns days with restore points, oldest first. */
export function groupByDay(points: readonly PointLine[], formats: Formats): readonly Day[] {
  const days = new Map<string, PointLine[]>();
  for (const point of points) {
    const date = formats.day(point.time);
    const day = days.get(date);
    if (day === undefined) days.set(date, [point]);
    else day.push(point);
  }
  return [...days].map(([date, own]) => ({
    date,
    points: own,
    changes: own.reduce((sum, one) => sum + changesOf(one), 0),
  }));
}

export interface TimelineOptions {
  readonly days: readonly Day[];
  readonly big: readonly BigChange[];
  /** The day of the chosen restore point. */
  readonly chosen: string;
  /** The last day to show; undefined: the newest, or those around the chosen one. */
  readonly until: string | undefined;
}

/** The line of days: as many as fit, ending where it was asked to. */
export function planTimeline({ days, big, chosen, until }: TimelineOptions): Timeline {
  const bigPoints = new Set(big.map(({ point }) => point.id));
  const all = fillDays(days).map((day): DayColumn => (day === 'gap' ? day : toColumn(day, bigPoints, chosen)));
  const end = endOf(all, chosen, until);
  const begin = Math.max(0, end - shownColumns);
  const columns = all.slice(begin, end);
  if (columns[0] === 'gap') columns.shift();
  return { columns, earlier: dateBefore(all, begin), later: laterThan(all, end) };
}

function toColumn(day: Day, big: ReadonlySet<string>, chosen: string): Column {
  return {
    date: day.date,
    kind: kindOf(day, big),
    level: levelOf(day.changes),
    changes: day.changes,
    point: day.points.at(-1)?.id,
    isChosen: day.date === chosen,
  };
}

function kindOf({ points }: Day, big: ReadonlySet<string>): Column['kind'] {
  if (points.length === 0) return 'none';
  if (points.some(({ id }) => big.has(id))) return 'big';
  return points.some(({ kind }) => kind === 'manual') ? 'own' : 'usual';
}

function levelOf(changes: number): number {
  return Math.max(1, Math.min(10, Math.round(Math.log2(changes + 1) * 1.1)));
}

function changesOf({ added = 0, changed = 0, removed = 0 }: PointLine): number {
  return added + changed + removed;
}

/** Days without a backup between days that have one. */
function fillDays(days: readonly Day[]): (Day | 'gap')[] {
  return days.flatMap((day, index) => {
    const before = days[index - 1];
    const missing = before === undefined ? [] : daysBetween(before.date, day.date);
    if (missing.length > shownMissing) return ['gap' as const, day];
    return [...missing.map((date) => ({ date, points: [], changes: 0 })), day];
  });
}

const dayMilliseconds = 86_400_000;

function daysBetween(first: string, last: string): string[] {
  const begin = Date.parse(first) + dayMilliseconds;
  const count = Math.round((Date.parse(last) - begin) / dayMilliseconds);
  const inRow = Array.from({ length: Math.min(count, shownMissing + 1) }, (_, index) => index);
  return inRow.map((index) => new Date(begin + index * dayMilliseconds).toISOString().slice(0, 10));
}

function endOf(all: readonly DayColumn[], chosen: string, until: string | undefined): number {
  if (until !== undefined) {
    const found = all.findLastIndex((column) => column !== 'gap' && column.date <= until);
    return Math.min(all.length, Math.max(found + 1, shownColumns));
  }
  const at = all.findIndex((column) => column !== 'gap' && column.date === chosen);
  if (at < 0 || at >= all.length - shownColumns) return all.length;
  return Math.max(shownColumns, Math.min(all.length, at + Math.ceil(shownColumns / 2)));
}

function dateBefore(all: readonly DayColumn[], begin: number): string | undefined {
  const column = all.slice(0, begin).findLast((one) => one !== 'gap');
  return column?.date;
}

function laterThan(all: readonly DayColumn[], end: number): string | undefined {
  const column = all.slice(end, end + shownColumns).findLast((one) => one !== 'gap');
  return column?.date;
}
