import type { LocalTime } from '../domain/local-time.ts';
import type { Texts } from './texts.ts';

/** Times in words. All take ISO 8601. */
export interface Moments {
  /** `Wed 18 Nov 2026 21:12`, in the reader's time zone. */
  readonly at: (iso: string) => string;
  /** `27 Nov`, in the reader's time zone. */
  readonly day: (iso: string) => string;
  /** `2026-11-18T21:12`, in the reader's time zone: as people can type it. */
  readonly minute: (iso: string) => string;
  /** `2 days ago`. */
  readonly ago: (iso: string) => string;
}

/**
 * Names of days and months and distances are texts of ours (tested against Intl), and the local time is what JavaScript's
 * own clock shows: Intl takes longer to get ready for a language than a short command for its whole work.
 */
export function createMoments(texts: Texts, now: () => Date, localTime: (instant: number) => LocalTime): Moments {
  const show = (iso: string, key: string) => showMoment(iso, { texts, localTime, key });
  return {
    at: (iso) => show(iso, 'time.moment'),
    day: (iso) => show(iso, 'time.day'),
    minute: (iso) => showMinute(iso, localTime),
    ago: (iso) => showDistance(iso, now(), texts),
  };
}

interface Showing {
  readonly texts: Texts;
  readonly localTime: (instant: number) => LocalTime;
  readonly key: string;
}

function showMoment(iso: string, { texts, localTime, key }: Showing): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  const { year, month, day: dayOfMonth, weekday, hour: hours, minute: minutes } = localTime(instant);
  return texts.say(key, {
    year: String(year),
    month: texts.say(`time.month.${month}`),
    day: String(dayOfMonth),
    weekday: texts.say(`time.weekday.${weekday}`),
    hour: twoDigits(hours),
    minute: twoDigits(minutes),
  });
}

function showMinute(iso: string, localTime: (instant: number) => LocalTime): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  const { year, month, day: dayOfMonth, hour: hours, minute: minutes } = localTime(instant);
  const date = [String(year).padStart(4, '0'), twoDigits(month), twoDigits(dayOfMonth)].join('-');
  return `${date}T${twoDigits(hours)}:${twoDigits(minutes)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** Each unit with its seconds and from how many seconds on it is used. */
const units = [
  { unit: 'year', seconds: 365.25 * day, from: 700 * day },
  { unit: 'month', seconds: 30.44 * day, from: 60 * day },
  { unit: 'day', seconds: day, from: 36 * hour },
  { unit: 'hour', seconds: hour, from: 90 * minute },
  { unit: 'minute', seconds: minute, from: 90 },
  { unit: 'second', seconds: 1, from: 0 },
] as const;

function showDistance(iso: string, now: Date, texts: Texts): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return '';
  const chosen = units.find(({ from }) => Math.abs(seconds) >= from) ?? { unit: 'second', seconds: 1 };
  const count = Math.round(seconds / chosen.seconds);
  const isPast = count < 0 || Object.is(count, -0);
  const key = isPast ? `time.past.${chosen.unit}` : `time.coming.${chosen.unit}`;
  return texts.say(key, { count: Math.abs(count) });
}
