/** What clocks on the wall of one time zone show. Local times are written as if they were UTC, in milliseconds. */
export interface WallClock {
  /** What the clock shows at `instant` (milliseconds since 1970, not before it). */
  showsAt(instant: number): number;
  /**
   * The last instant at which the clock shows `local` or less: the later one where an hour comes twice, the last
   * one before the jump where an hour is left out.
   */
  lastInstantShowing(local: number): number;
}

/** @throws {RangeError} unless `timeZone` is an IANA name. */
export function openWallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone });
  const showsAt = (instant: number) => readParts(format, instant) + (instant % 1000);
  return { showsAt, lastInstantShowing: (local) => findLast(showsAt, local) };
}

const fields = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

function readParts(format: Intl.DateTimeFormat, instant: number): number {
  const found = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? 0;
  return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
}

/** No zone is further than 14 hours from UTC, so the offset a day before and a day after are those around a change. */
const day = 86_400_000;

function findLast(showsAt: (instant: number) => number, local: number): number {
  const offsetAt = (instant: number) => showsAt(instant) - instant;
  const candidates = [local - day, local + day].map((around) => local - offsetAt(Math.max(0, around)));
  const exact = candidates.filter((instant) => instant >= 0 && showsAt(instant) === local);
  if (exact.length > 0) return Math.max(...exact);
  return lastBeforeJump(showsAt, local, candidates);
}

function lastBeforeJump(showsAt: (instant: number) => number, local: number, candidates: number[]): number {
  let before = Math.max(0, Math.min(...candidates));
  let after = Math.max(...candidates);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (showsAt(middle) <= local) before = middle;
    else after = middle;
  }
  return before;
}

/** ISO 8601 as clocks show it: `2026-01-01T00:30:00+02:00`, with `Z` where they show UTC. */
export function writeWithOffset(instant: number, clock: WallClock): string {
  const local = clock.showsAt(instant);
  const minutes = Math.round((local - instant) / 60_000);
  const text = new Date(local).toISOString().slice(0, 19);
  if (minutes === 0) return `${text}Z`;
  const digits = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${text}${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60))}:${digits(size % 60)}`;
}
