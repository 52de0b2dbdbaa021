import type { Timestamp } from '../domain/tree-node.ts';

const timePattern = /^(.{19})(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
const zero = 0x30;
const utcMark = 0x5a;
const fractionAt = 20;
const mostDigits = 9;

/** RFC 3339 with up to nine digits after the second. @returns undefined when it is no such time. */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value !== 'string') return undefined;
  return parsePlain(value) ?? parseAny(value);
}

/**
 * What Larder writes, and restic on a server in UTC: `2026-11-18T20:10:05.123Z`. A folder may hold 10,000 of them and
 * must be listed within milliseconds, so the digits are taken one by one.
 */
function parsePlain(text: string): Timestamp | undefined {
  const end = text.length - 1;
  const hasForm = end >= 19 && end !== fractionAt && end <= fractionAt + mostDigits && text.charCodeAt(end) === utcMark;
  if (!hasForm) return undefined;
  const seconds = daysOf(text) * 86_400 + secondOfDay(text);
  const nanoseconds = end === 19 ? 0 : fraction(text, end);
  return Number.isNaN(seconds) || nanoseconds < 0 ? undefined : { seconds, nanoseconds };
}

/** NaN where no day is named. */
function daysOf(text: string): number {
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? daysSince1970(year, month, day) : NaN;
}

/** NaN where no time of a day is named. */
function secondOfDay(text: string): number {
  const hours = pair(text, 11);
  const minutes = pair(text, 14);
  const seconds = pair(text, 17);
  const isTime = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
  return isTime ? hours * 3600 + minutes * 60 + seconds : NaN;
}

/** Days of the proleptic Gregorian calendar; years begin in March, so that the leap day is the last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Two digits; something far outside any range where there are none. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1000;
}

/** Nanoseconds; -1 where something else than digits stands. */
function fraction(text: string, end: number): number {
  let number = 0;
  for (let at = fractionAt; at < fractionAt + mostDigits; at++) {
    const digit = at < end ? text.charCodeAt(at) - zero : 0;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function parseAny(text: string): Timestamp | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(whole + zone);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.padEnd(mostDigits, '0')) };
}
