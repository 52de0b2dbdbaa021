import { readCalendarDay } from './calendar-day.ts';
import type { TimeToken } from './human-time-words.ts';
import { readIsoTime } from './iso-time.ts';
import { readTimeTokens } from './read-time-tokens.ts';
import { openWallClock } from './wall-clock.ts';
import type { WallClock } from './wall-clock.ts';

const dayMilliseconds = 86_400_000;
const minuteMilliseconds = 60_000;
/** Beyond these a time is a slip of the hand: 1970 to 9998. */
const latestLocal = Date.UTC(9999, 0, 1) - 1;

/**
 * What a person means by "yesterday 20:00", "2 days ago", "last friday", "18 Nov 2026 21:12", in English, Greek or
 * German, or by an ISO time; undefined when it cannot be told. The answer is the last instant of what was named: a
 * day ends at its midnight, a minute with its last millisecond. Days look back: "monday" is the newest one before
 * today, "18 Nov" the newest one up to today.
 * @throws {RangeError} only for an unknown `timeZone`.
 */
export function parseHumanTime(text: string, now: Date, timeZone: string): Date | undefined {
  const clock = openWallClock(timeZone);
  const instant = readIso(text, clock) ?? readWords(text, now.getTime(), clock);
  return instant === undefined || !(instant >= 0 && instant <= latestLocal) ? undefined : new Date(instant);
}

function readIso(text: string, clock: WallClock): number | undefined {
  const written = readIsoTime(text);
  if (written === undefined) return undefined;
  const last = written.local + written.lastsMilliseconds - 1;
  if (written.offsetMinutes !== undefined) return last - written.offsetMinutes * minuteMilliseconds;
  return lastInstant(last, clock);
}

function lastInstant(local: number, clock: WallClock): number | undefined {
  return local >= dayMilliseconds && local <= latestLocal ? clock.lastInstantShowing(local) : undefined;
}

const agoWithTime = /^(?:NUA|ANU)(?:C[PH]?|N[PH])?$/;
const dayWithTime = /^(?:Z|D|L?W|W?(?:NMN?|MNN?|X))?(?:C[PH]?|N[PH])?$/;
const timeWithDay = /^(?:C[PH]?|N[PH])(?:D|L?W|W?(?:NMN?|MNN?|X)|NUA|ANU)$/;

function readWords(text: string, now: number, clock: WallClock): number | undefined {
  const tokens = readTimeTokens(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const letters = tokens.map(({ letter }) => letter).join('');
  if (letters === 'Z') return now;
  if (!agoWithTime.test(letters) && !dayWithTime.test(letters) && !timeWithDay.test(letters)) return undefined;
  return readElapsed(tokens, now) ?? readDayAndTime(tokens, now, clock);
}

/** "3 hours ago", "vor 20 Minuten": to the millisecond. */
function readElapsed(tokens: readonly TimeToken[], now: number): number | undefined {
  const unit = tokens.find((token) => token.letter === 'U')?.unit;
  const count = tokens.find((token) => token.letter === 'N')?.number;
  if (tokens.length !== 3 || count === undefined || (unit !== 'minute' && unit !== 'hour')) return undefined;
  return now - count * (unit === 'hour' ? 60 : 1) * minuteMilliseconds;
}

function readDayAndTime(tokens: readonly TimeToken[], now: number, clock: WallClock): number | undefined {
  const { time, rest } = takeTimeOfDay(tokens);
  if (time === 'impossible') return undefined;
  const localNow = clock.showsAt(now);
  const today = Math.floor(localNow / dayMilliseconds);
  if (rest.length === 0 && time !== undefined) {
    const isPast = today * dayMilliseconds + time.milliseconds <= localNow;
    return lastInstant(endOf(isPast ? today : today - 1, time), clock);
  }
  const day = readCalendarDay(rest, today);
  return day === undefined ? undefined : lastInstant(endOf(day, time), clock);
}

interface TimeOfDay {
  readonly milliseconds: number;
  readonly lastsMilliseconds: number;
}

function endOf(day: number, time: TimeOfDay | undefined): number {
  const { milliseconds, lastsMilliseconds } = time ?? { milliseconds: 0, lastsMilliseconds: dayMilliseconds };
  return day * dayMilliseconds + milliseconds + lastsMilliseconds - 1;
}

interface Taken {
  readonly time: TimeOfDay | 'impossible' | undefined;
  readonly rest: readonly TimeToken[];
}

/** Splits "20:00", "8 pm", "20 Uhr" from the words that name a day. */
function takeTimeOfDay(tokens: readonly TimeToken[]): Taken {
  const index = tokens.findIndex((token, at) => token.letter === 'C' || isHour(token, tokens[at + 1]));
  const found = tokens[index];
  if (found === undefined) return { time: undefined, rest: tokens };
  const mark = tokens[index + 1];
  const isMarked = mark?.letter === 'P' || mark?.letter === 'H';
  const rest = tokens.toSpliced(index, isMarked ? 2 : 1);
  return { time: timeOfDay(found, mark), rest };
}

function isHour(token: TimeToken, next: TimeToken | undefined): boolean {
  return token.letter === 'N' && (next?.letter === 'P' || next?.letter === 'H');
}

function timeOfDay(token: TimeToken, mark: TimeToken | undefined): TimeOfDay | 'impossible' {
  const written = token.letter === 'N' ? fullHour(token.number) : token.letter === 'C' ? token : 'impossible';
  if (written === 'impossible' || mark?.letter !== 'P') return written;
  const hour = Math.floor(written.milliseconds / 3_600_000);
  if (hour < 1 || hour > 12) return 'impossible';
  const shift = (mark.isAfternoon ? 12 : 0) - (hour === 12 ? 12 : 0);
  return { ...written, milliseconds: written.milliseconds + shift * 3_600_000 };
}

function fullHour(hour: number): TimeOfDay | 'impossible' {
  return hour > 23 ? 'impossible' : { milliseconds: hour * 3_600_000, lastsMilliseconds: minuteMilliseconds };
}
