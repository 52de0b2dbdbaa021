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
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (found === null || (first === '' && last === '')) return undefined;
  if (first === '') return Number(last) === 0 ? 'beyond' : { from: Math.max(0, length - Number(last)), to: length - 1 };
  const from = Number(first);
  const to = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== '' && Number(last) < from) return undefined;
  return from >= length ? 'beyond' : { from, to };
}
