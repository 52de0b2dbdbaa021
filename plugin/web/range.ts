/** A part of a body, both ends included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What part a `Range` header asks for (RFC 9110, 14.1.2). Several parts at once are not given: then, and for what is no
 * range, undefined means all of it. @param length of the whole, in bytes.
 */
export function parseRange(header: string | undefined, length: number): ByteRange | 'beyond' | undefined {
  const text = header?.trim() ?? '';
  const suffix = /^bytes=-(\d{1,15})$/.exec(text)?.[1];
  if (suffix !== undefined) return lastBytes(Number(suffix), length);
  const found = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text);
  if (found === null) return undefined;
  const [, first = '', last = ''] = found;
  return between(Number(first), last === '' ? Infinity : Number(last), length);
}

function lastBytes(count: number, length: number): ByteRange | 'beyond' {
  return count === 0 ? 'beyond' : { from: Math.max(0, length - count), to: length - 1 };
}

function between(from: number, to: number, length: number): ByteRange | 'beyond' | undefined {
  if (to < from) return undefined;
  return from >= length ? 'beyond' : { from, to: Math.min(to, length - 1) };
}
