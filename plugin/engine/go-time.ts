import type { Timestamp } from '../domain/tree-node.ts';
import { PlainTime } from './go-plain-time.ts';

const timePattern = /^(.{19})(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;
const mostDigits = 9;
const longestPlain = '2026-11-18T20:10:05.123456789Z'.length;
const scratch = new Uint8Array(longestPlain);
const plain = new PlainTime();

/** RFC 3339 with up to nine digits after the second. @returns undefined when it is no such time. */
export function parseTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value !== 'string') return undefined;
  return parsePlain(value) ?? parseAny(value);
}

function parsePlain(text: string): Timestamp | undefined {
  if (text.length > longestPlain) return undefined;
  for (let at = 0; at < text.length; at++) scratch[at] = Math.min(text.charCodeAt(at), 0xff);
  if (plain.read(scratch, 0) !== text.length) return undefined;
  return { seconds: plain.seconds, nanoseconds: plain.nanoseconds };
}

function parseAny(text: string): Timestamp | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(whole + zone);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.padEnd(mostDigits, '0')) };
}
