import type { Facts, Texts } from './texts.ts';

/** Times in words. All take ISO 8601. */
export interface Moments {
  /** `Wed 18 Nov 2026 21:12`, in the reader's time zone. */
  readonly at: (iso: string) => string;
  /** `27 Nov`, in the reader's time zone. */
  readonly day: (iso: string) => string;
  /** `2 days ago`. */
  readonly ago: (iso: string) => string;
}

/** Formatters are made at the first need: many commands show no time, and making one takes longer than they do. */
export function createMoments(texts: Texts, now: () => Date, timeZone: () => string): Moments {
  let format: Intl.DateTimeFormat | undefined;
  const show = (iso: string, key: string) => {
    format ??= new Intl.DateTimeFormat(texts.language, { ...parts, timeZone: timeZone() });
    return showMoment(iso, format, (facts) => texts.say(key, facts));
  };
  let relative: Intl.RelativeTimeFormat | undefined;
  return {
    at: (iso) => show(iso, 'time.moment'),
    day: (iso) => show(iso, 'time.day'),
    ago: (iso) => {
      relative ??= new Intl.RelativeTimeFormat(texts.language, { numeric: 'always' });
      return showDistance(iso, now(), relative);
    },
  };
}

const parts = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

function showMoment(iso: string, format: Intl.DateTimeFormat, say: (facts: Facts) => string): string {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) return iso;
  return say(Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value])));
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

function showDistance(iso: string, now: Date, relative: Intl.RelativeTimeFormat): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return '';
  const chosen = units.find(({ from }) => Math.abs(seconds) >= from) ?? { unit: 'second', seconds: 1 };
  return relative.format(Math.round(seconds / chosen.seconds), chosen.unit);
}
