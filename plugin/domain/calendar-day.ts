import type { TimeToken } from './human-time-words.ts';

/**
 * The day that words without a time of day name, in days since 1970, looking back from `today`: undefined when
 * there is no such day (31 February, "Monday 18 November 2026" when that is a Wednesday).
 */
export function readCalendarDay(tokens: readonly TimeToken[], today: number): number | undefined {
  const first = tokens[0];
  if (first?.letter === 'D') return today - first.daysAgo;
  if (tokens.some(({ letter }) => letter === 'U')) return readAgo(tokens, today);
  const weekday = tokens.find((token) => token.letter === 'W')?.weekday;
  const dated = tokens.filter(({ letter }) => letter !== 'W' && letter !== 'L');
  if (dated.length === 0) return weekday === undefined ? undefined : newestWeekday(weekday, today);
  const day = readDate(dated, today);
  return day === undefined || weekday === undefined || weekdayOf(day) === weekday ? day : undefined;
}

function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function newestWeekday(weekday: number, today: number): number {
  return today - (((weekdayOf(today) - weekday + 6) % 7) + 1);
}

function readAgo(tokens: readonly TimeToken[], today: number): number | undefined {
  const count = tokens.find((token) => token.letter === 'N')?.number ?? 0;
  const unit = tokens.find((token) => token.letter === 'U')?.unit;
  if (unit === 'day') return today - count;
  if (unit === 'week') return today - 7 * count;
  if (unit === 'month') return monthsBefore(today, count);
  return unit === 'year' ? monthsBefore(today, 12 * count) : undefined;
}

/** The same day of an earlier month, or its last day when it is shorter. */
function monthsBefore(today: number, count: number): number {
  const date = new Date(today * dayMilliseconds);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - count + 1, 0));
  return lastDay.setUTCDate(Math.min(date.getUTCDate(), lastDay.getUTCDate())) / dayMilliseconds;
}

const dayMilliseconds = 86_400_000;

interface WrittenDate {
  readonly day: number;
  readonly month: number;
  readonly year: number | undefined;
}

function readDate(tokens: readonly TimeToken[], today: number): number | undefined {
  const written = tokens[0]?.letter === 'X' ? tokens[0] : fromWords(tokens);
  if (written.year !== undefined) return realDay(written, written.year);
  const thisYear = new Date(today * dayMilliseconds).getUTCFullYear();
  const days = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((back) => realDay(written, thisYear - back));
  return days.find((day) => day !== undefined && day <= today);
}

function fromWords(tokens: readonly TimeToken[]): WrittenDate {
  const month = tokens.find((token) => token.letter === 'M')?.month ?? 0;
  const [day, year] = tokens.filter((token) => token.letter === 'N').map(({ number }) => number);
  return { day: day ?? 0, month, year };
}

function realDay({ day, month }: WrittenDate, year: number): number | undefined {
  if (year < 1970) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.getTime() / dayMilliseconds : undefined;
}
