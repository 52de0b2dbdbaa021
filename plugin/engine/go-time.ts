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

/** What Larder writes, and restic on a server in UTC: `2026-11-18T20:10:05.123Z`. A folder may hold 10,000 of them. */
function parsePlain(text: string): Timestamp | undefined {
  const end = text.length - 1;
  if (end < 19 || end > fractionAt + mostDigits || text.charCodeAt(end) !== utcMark) return undefined;
  const year = digits(text, 0, 4);
  const hours = digits(text, 11, 13);
  const nanoseconds = end === 19 ? 0 : digits(text, fractionAt, end) * 10 ** (fractionAt + mostDigits - end);
  const milliseconds = Date.UTC(
    year,
    digits(text, 5, 7) - 1,
    digits(text, 8, 10),
    hours,
    digits(text, 14, 16),
    digits(text, 17, 19),
  );
  const isPlain = year >= 1000 && hours < 24 && nanoseconds >= 0 && !Number.isNaN(milliseconds);
  return isPlain ? { seconds: milliseconds / 1000, nanoseconds } : undefined;
}

function parseAny(text: string): Timestamp | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(whole + zone);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.padEnd(mostDigits, '0')) };
}

/** NaN where something else than a digit stands. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - zero;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN;
  }
  return number;
}
