import { Failure } from '../domain/failure.ts';
import type { Texts } from './texts.ts';

/** A whole number from `least` (1 where it is left out) to `most`. @throws {Failure} `invalid-input`. */
export function parseCount(
  field: string,
  typed: string,
  { least = 1, most, texts }: { readonly least?: number; readonly most: number; readonly texts: Texts },
): number {
  const count = /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new Failure('invalid-input', { field, text: typed, hint: texts.say('usage.count', { least, most }) });
}
