import type { Language } from '../domain/language.ts';
import { pluralForm, writeNumber } from './numbers.ts';
import { showText } from './show-text.ts';

/** What stands in a sentence's `{{places}}`. `count` also chooses the plural form. */
export interface Facts {
  readonly [name: string]: string | number;
}

/** The sentences of one language. Keys are `group.name` of cli.json, or `failures:<code>`. */
export interface Texts {
  readonly language: Language;
  /**
   * The sentence with its facts. Facts are made safe for a terminal; `count` chooses `<key>_one`, `<key>_other` as
   * the language wants. A key that is not there stands for itself.
   */
  say(key: string, facts?: Facts): string;
  has(key: string): boolean;
}

/** Reads a locale file, `locales/<language>/<page>.json`: sentences, in groups. */
export type LoadTexts = (language: Language, page: 'cli' | 'failures') => Promise<unknown>;

/** All texts of `language`. @throws whatever `load` throws. */
export async function openTexts(language: Language, load: LoadTexts): Promise<Texts> {
  const [cli, failures] = await Promise.all([load(language, 'cli'), load(language, 'failures')]);
  return createTexts(language, new Map([...flatten(cli, ''), ...flatten(failures, 'failures:')]));
}

/** Every sentence of a locale file by its full key. @throws {TypeError} when something in it is no sentence. */
export function flatten(tree: unknown, prefix: string): [string, string][] {
  if (typeof tree !== 'object' || tree === null) throw new TypeError(`no sentences at ${prefix}`);
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function createTexts(language: Language, sentences: ReadonlyMap<string, string>): Texts {
  const find = (key: string, count: Facts[string] | undefined) =>
    (typeof count === 'number' ? sentences.get(`${key}_${pluralForm(count)}`) : undefined) ?? sentences.get(key);
  const show = (fact: string | number) => (typeof fact === 'number' ? writeNumber(fact, language) : showText(fact));
  return {
    language,
    say: (key, facts = {}) => fill(find(key, facts['count']) ?? showText(key), facts, show),
    has: (key) => sentences.has(key) || sentences.has(`${key}_other`),
  };
}

function fill(sentence: string, facts: Facts, show: (fact: string | number) => string): string {
  const filled = sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => show(facts[name] ?? ''));
  return filled.trimEnd();
}
