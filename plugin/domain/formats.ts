import type { Language } from './language.ts';

/**
 * How dates look, in the reader's words. `full`: `Wednesday, 18 November 2026`; `weekday`: `Wednesday, 18 November`;
 * `weekdayTime`: that with the time; `weekdayYearTime`: that with year and time; `shortTime`: `Wed 18 Nov, 21:12`;
 * `shortDay`: `Wed 18 Nov`; `dayTime`: `18 Nov, 21:12`; `dayMonth`: `18 November`; `dayShort`: `18 Nov`; `dayYear`:
 * `18 Nov 2026`; `dayYearShort`: `18 Nov 26`; `dayNumber`: `18`; `time`: `21:12`; `month`: `November 2026`; `monthShort`: `Nov`; `weekdayName`: `Wednesday`;
 * `weekdayShort`: `Wed`; `weekdayInitial`: `W`.
 */
export type DateShape = keyof typeof shapes;

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const shapes = {
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'long', day: 'numeric', month: 'long' },
  weekdayTime: { weekday: 'long', day: 'numeric', month: 'long', ...clock },
  weekdayYearTime: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...clock },
  shortTime: { weekday: 'short', day: 'numeric', month: 'short', ...clock },
  shortDay: { weekday: 'short', day: 'numeric', month: 'short' },
  dayTime: { day: 'numeric', month: 'short', ...clock },
  dayMonth: { day: 'numeric', month: 'long' },
  dayShort: { day: 'numeric', month: 'short' },
  dayYear: { day: 'numeric', month: 'short', year: 'numeric' },
  dayYearShort: { day: 'numeric', month: 'short', year: '2-digit' },
  dayNumber: { day: 'numeric' },
  time: clock,
  month: { month: 'long', year: 'numeric' },
  monthShort: { month: 'short' },
  weekdayName: { weekday: 'long' },
  weekdayShort: { weekday: 'short' },
  weekdayInitial: { weekday: 'narrow' },
} as const satisfies { readonly [name: string]: Intl.DateTimeFormatOptions };

/** Numbers, sizes and times as one reader writes them. Times are ISO 8601 in UTC and are shown in the reader's zone. */
export interface Formats {
  readonly language: Language;
  readonly timeZone: string;
  /** A time; what is no time stays as it is. */
  date(iso: string, shape: DateShape): string;
  /** The calendar day on which a time falls there, `2026-11-18`. */
  day(iso: string): string;
  number(value: number): string;
  /** A share between 0 and 1 as per cent. */
  percent(share: number): string;
  /** `412 kB`, `1.2 GB`: thousands, as disks are sold. */
  bytes(bytes: number): string;
  /** `8 sec`, `1 min 12 sec`, `2 hr 5 min`: at most two units. */
  duration(seconds: number): string;
  /** How far a time lies from `now`: `2 days ago`, `yesterday`, `in 3 hours`. */
  ago(iso: string, now: Date): string;
  list(words: readonly string[]): string;
  /** The name of a country by its ISO 3166-1 code; what is no such code stays as it is. */
  country(code: string): string;
}

/** @throws {RangeError} when there is no such time zone. */
export function createFormats(language: Language, timeZone: string): Formats {
  const locale = language === 'en' ? 'en-GB' : language;
  const dates = remember((shape: DateShape) => new Intl.DateTimeFormat(locale, optionsOf(shape, timeZone)));
  const days = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const units = remember((unit: string) => unitFormat(locale, unit));
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const countries = new Intl.DisplayNames(locale, { type: 'region' });
  const measure = (value: number, unit: string) =>
    unit === 'byte' ? `${whole.format(value)}\u00a0B` : units(unit).format(value);
  return {
    language,
    timeZone,
    date: (iso, shape) => showDate(iso, dates(shape)),
    day: (iso) => showDate(iso, days),
    number: (value) => whole.format(value),
    percent: (share) => percent.format(share),
    bytes: (bytes) => showBytes(bytes, measure),
    duration: (seconds) => showDuration(seconds, measure),
    ago: (iso, now) => showDistance(iso, now, relative, days),
    list: (words) => list.format(words),
    country: (code) => countries.of(code) ?? code,
  };
}

function optionsOf(shape: DateShape, timeZone: string): Intl.DateTimeFormatOptions {
  const options: Intl.DateTimeFormatOptions = shapes[shape];
  return options.hour === undefined ? { ...options, timeZone } : { ...options, timeZone, hourCycle: 'h23' };
}

function unitFormat(locale: string, unit: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
}

/** Making an Intl formatter takes long; each is made once, at the first need. */
function remember<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function showDate(iso: string, format: Intl.DateTimeFormat): string {
  const instant = Date.parse(iso);
  return Number.isNaN(instant) ? iso : format.format(instant);
}

type Measure = (value: number, unit: string) => string;
const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function showBytes(bytes: number, measure: Measure): string {
  let step = 0;
  let value = bytes;
  while (Math.round(value) >= 1000 && step < sizeUnits.length - 1) {
    value /= 1000;
    step += 1;
  }
  return measure(value < 10 && step > 0 ? value : Math.round(value), sizeUnits[step] ?? 'byte');
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

function showDuration(seconds: number, measure: Measure): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / day), 'day'],
    [Math.floor((whole % day) / hour), 'hour'],
    [Math.floor((whole % hour) / minute), 'minute'],
    [whole % minute, 'second'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return measure(0, 'second');
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => measure(value, unit)).join(' ');
}

function showDistance(iso: string, now: Date, format: Intl.RelativeTimeFormat, days: Intl.DateTimeFormat): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return '';
  const far = Math.abs(seconds);
  if (far < 90) return format.format(Math.round(seconds), 'second');
  if (far < 90 * minute) return format.format(Math.round(seconds / minute), 'minute');
  if (far < 22 * hour) return format.format(Math.round(seconds / hour), 'hour');
  const apart = dayNumber(showDate(iso, days)) - dayNumber(days.format(now));
  if (Math.abs(apart) < 60) return format.format(apart, 'day');
  if (Math.abs(apart) < 700) return format.format(Math.round(apart / 30.44), 'month');
  return format.format(Math.round(apart / 365.25), 'year');
}

/** Days since 1970 of a calendar day: counted as people count, whatever clocks did in between. */
function dayNumber(calendarDay: string): number {
  return Math.round(Date.parse(`${calendarDay}T00:00:00Z`) / 1000 / day);
}
