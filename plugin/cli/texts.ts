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
export type LoadTexts = (language: Language, page: Page) => unknown;

type Page = 'cli' | 'failures';

/** All texts of `language`; a file is read when the first sentence of it is wanted. */
export function openTexts(language: Language, load: LoadTexts): Texts {
  const find = createFinder(language, load);
  const findCounted = (key: string, count: Facts[string] | undefined) =>
    (typeof count === 'number' ? find(`${key}_${pluralForm(count)}`) : undefined) ?? find(key);
  const show = (fact: string | number) => (typeof fact === 'number' ? writeNumber(fact, language) : showText(fact));
  return {
    language,
    say: (key, facts = {}) => fill(findCounted(key, facts['count']) ?? showText(key), facts, show),
    has: (key) => find(key) !== undefined || find(`${key}_other`) !== undefined,
  };
}

const failures = 'failures:';

/** Sentences are looked up where they stand: most commands say a dozen of a thousand. */
function createFinder(language: Language, load: LoadTexts): (key: string) => string | undefined {
  const pages = new Map<Page, unknown>();
  const open = (page: Page): unknown => {
    if (!pages.has(page)) pages.set(page, load(language, page));
    return pages.get(page);
  };
  return (key) =>
    key.startsWith(failures) ? lookUp(open('failures'), key.slice(failures.length)) : lookUp(open('cli'), key);
}

function lookUp(page: unknown, key: string): string | undefined {
  let found = page;
  for (const name of key.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as { readonly [name: string]: unknown })[name];
  }
  return typeof found === 'string' ? found : undefined;
}

function fill(sentence: string, facts: Facts, show: (fact: string | number) => string): string {
  const filled = sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => show(facts[name] ?? ''));
  return filled.trimEnd();
}
