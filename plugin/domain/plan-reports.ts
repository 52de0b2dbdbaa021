import type { ReportPeriod } from './proof-configuration.ts';
import { openWallClock } from './wall-clock.ts';
import { lastDayOf, monthOf, weekOf, writeDay } from './zone-calendar.ts';

/** A report whose time has come. Instants in milliseconds since 1970. */
export interface DueReport {
  /** No two periods have the same: `week:2026-11-23`. */
  readonly key: string;
  readonly period: ReportPeriod;
  readonly from: number;
  readonly until: number;
}

const day = 86_400_000;
/** A report waits for the night's end: people read it in the morning. */
const morning = 7 * 3_600_000;
/** A server that was off for longer does not make up for reports. */
const lateDays = 3;

/** The weeks and months that are over and of which a report is due, in the days of a time zone. */
export function planReports(now: number, timeZone: string, every: readonly ReportPeriod[]): DueReport[] {
  const clock = openWallClock(timeZone);
  const shown = clock.showsAt(now) - morning;
  const today = Math.floor(shown / day);
  return every.flatMap((period): DueReport[] => {
    const [first, next] = lastPeriod(period, today);
    if (today - next >= lateDays) return [];
    const begins = (dayNumber: number): number => clock.lastInstantShowing(dayNumber * day);
    return [{ key: `${period}:${writeDay(first)}`, period, from: begins(first), until: begins(next) }];
  });
}

/** The first day of the newest period that is over, and the first one after it. */
function lastPeriod(period: ReportPeriod, today: number): [number, number] {
  if (period === 'week') {
    const next = weekOf(today) * 7 - 3;
    return [next - 7, next];
  }
  const month = monthOf(today);
  return [lastDayOf(month - 2) + 1, lastDayOf(month - 1) + 1];
}
