import { Failure } from '../domain/failure.ts';
import { isCopyCount, mostLocalCopies } from '../domain/local-copy-policy.ts';
import type { Texts } from './texts.ts';

const usual = 3;

/** How many local copies stay. @throws {Failure} `invalid-input`. */
export function parseKeep(typed: string | undefined, texts: Texts): number {
  if (typed === undefined) return usual;
  const keep = /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN;
  if (isCopyCount(keep)) return keep;
  const hint = texts.say('usage.keep', { most: mostLocalCopies });
  throw new Failure('invalid-input', { field: '--keep', text: typed, hint });
}
