import { openWallClock } from './wall-clock.ts';

/** Which day of a time zone an instant belongs to. Days are counted from 1970-01-01 on the wall of that zone. */
export interface ZoneCalendar {
  readonly timeZone: string;
  dayOf(instant: number): number;
  /** Counts hours; an hour that comes twice is two. */
  hourOf(instant: number): number;
}

/** Offsets change at quarters of an hour (IANA time zone database, since 1970 everywhere but Liberia until 1972). */
const quarter = 15 * 60_000;
const hour = 60 * 60_000;
const day = 24 * hour;

/** Remembers the offsets it has looked up. @throws {RangeError} unless `timeZone` is an IANA name. */
export function openZoneCalendar(timeZone: string): ZoneCalendar {
  const clock = openWallClock(timeZone);
  const offsets = new Map<number, number>();
  const offsetAt = (instant: number): number => {
    const from = Math.max(0, Math.floor(instant / quarter) * quarter);
    let offset = offsets.get(from);
    if (offset === undefined) offsets.set(from, (offset = clock.showsAt(from) - from));
    return offset;
  };
  return {
    timeZone,
    dayOf: (instant) => Math.floor((instant + offsetAt(instant)) / day),
    hourOf: (instant) => Math.floor((instant + (offsetAt(instant) % hour)) / hour),
  };
}

/** A month as one number that grows by one each month. */
export function monthOf(dayNumber: number): number {
  const date = new Date(dayNumber * day);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export function yearOf(dayNumber: number): number {
  return new Date(dayNumber * day).getUTCFullYear();
}

/** Weeks begin on Monday (ISO 8601); 1970-01-01 was a Thursday. */
export function weekOf(dayNumber: number): number {
  return Math.floor((dayNumber + 3) / 7);
}

/** The last day of a month that `monthOf` named. */
export function lastDayOf(month: number): number {
  return Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0) / day;
}

/** `2026-11-29` */
export function writeDay(dayNumber: number): string {
  return new Date(dayNumber * day).toISOString().slice(0, 10);
}
/** @returns undefined unless `text` is a day such as `2026-11-29`. */
export function readDay(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isNaN(time) || writeDay(time / day) !== text ? undefined : time / day;
}
