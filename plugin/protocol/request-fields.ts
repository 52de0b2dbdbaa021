import { Failure } from '../domain/failure.ts';
import { isFields, type Fields } from './frames.ts';
import type { PathBytes } from './requests.ts';

/** Reads one field of a request. @throws {Failure} `invalid-input` naming `field`. */
export type FieldParser<Value> = (value: unknown, field: string) => Value;

/** A parser for each field; `kind` too. */
export type FieldParsers<Shape> = { readonly [Name in keyof Shape]-?: FieldParser<Shape[Name]> };

/** An object with these fields and no others. */
export function shape<Shape extends object>(parsers: FieldParsers<Shape>): FieldParser<Shape> {
  const names = new Set(Object.keys(parsers));
  const entries = Object.entries<FieldParser<unknown>>(parsers);
  return (value, field) => {
    const fields = object(value, field);
    const prefix = field === '' ? '' : `${field}.`;
    for (const name of Object.keys(fields)) {
      if (!names.has(name)) throw invalid(`${prefix}${name}`, fields[name], 'there is no such field');
    }
    return Object.fromEntries(entries.map(([name, parse]) => [name, parse(fields[name], `${prefix}${name}`)])) as Shape;
  };
}

export function object(value: unknown, field: string): Fields {
  if (!isFields(value)) throw invalid(field, value, 'an object');
  return value;
}

/** Absent becomes undefined. */
export function maybe<Value>(parse: FieldParser<Value>): FieldParser<Value | undefined> {
  return (value, field) => (value === undefined ? undefined : parse(value, field));
}

export function choice<const Word extends string>(...words: readonly Word[]): FieldParser<Word> {
  return (value, field) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw invalid(field, value, words.join(', '));
    return found;
  };
}

export const flag: FieldParser<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw invalid(field, value, 'true, false');
  return value;
};

export function whole(least: number, most: number): FieldParser<number> {
  return (value, field) => {
    const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0);
    if (!isWhole || value < least || value > most) throw invalid(field, value, `${least} to ${most}`);
    return value;
  };
}

/** At most so many characters, as people count them. */
export function characters(least: number, most: number): FieldParser<string> {
  return textOf((text) => Array.from(text).length, `${least} to ${most} characters`, { least, most });
}

/** At most so many bytes as UTF-8. */
export function bytes(least: number, most: number): FieldParser<string> {
  return textOf((text) => Buffer.byteLength(text), `${least} to ${most} bytes`, { least, most });
}

/** A secret, or where somebody may have put one by mistake: no failure repeats it. */
export const unrepeated: FieldParser<string> = (value, field) => {
  if (typeof value === 'string' && value.length <= 256) return value;
  throw invalid(field, undefined, '256 characters at most');
};

/** As `unrepeated`, for what a person made up: a sentence may be long. */
export const passphrase: FieldParser<string> = (value, field) => {
  const isText = typeof value === 'string' && value !== '' && value.isWellFormed();
  if (isText && Buffer.byteLength(value) <= 1024) return value;
  throw invalid(field, undefined, '1024 bytes at most');
};

/** Canonical base64 (RFC 4648 §4, with its padding) of bytes without a zero. Whether they lead into a home is judged where the home is known. */
export const pathBytes: FieldParser<PathBytes> = (value, field) => {
  const path = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (path === undefined || path.toString('base64') !== value) throw invalid(field, value, 'base64');
  if (path.includes(0)) throw invalid(field, value, 'no zero bytes');
  return value;
};

export function list<Item>(parse: FieldParser<Item>, most: number): FieldParser<readonly Item[]> {
  return (value, field) => {
    if (!Array.isArray(value)) throw invalid(field, value, 'a list');
    if (value.length > most) throw invalid(field, value.length, `${most} at most`);
    return value.map((item) => parse(item, field));
  };
}

/** @param hint what is expected instead. */
export function invalid(field: string, value: unknown, hint: string): Failure<'invalid-input'> {
  return new Failure('invalid-input', { field, text: show(value), hint });
}

const shownCharacters = 80;

function show(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, shownCharacters).toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return '';
  return value === null ? 'null' : Array.isArray(value) ? '[…]' : '{…}';
}

function textOf(
  measure: (text: string) => number,
  hint: string,
  { least, most }: { readonly least: number; readonly most: number },
): FieldParser<string> {
  return (value, field) => {
    if (typeof value !== 'string') throw invalid(field, value, hint);
    const length = measure(value);
    if (length < least || length > most || !value.isWellFormed()) throw invalid(field, value, hint);
    return value;
  };
}
