import { createInstance } from 'i18next';
import type { Formats } from '../domain/formats.ts';
import { languages, type Language } from '../domain/language.ts';

/** What stands in a sentence's `{{places}}`; `count` also chooses the plural form. Numbers are written as the language does. */
export interface Facts {
  readonly [name: string]: string | number | undefined;
}

/** `cli`: what drills found is said in the same sentences everywhere. */
const pages = ['web', 'failures', 'cli'] as const;

/**
 * A sentence of `web.json`, or with `failures:` or `cli:` before its key, of `failures.json` or `cli.json`. A key that is
 * missing stands for itself.
 */
export type Say = (key: string, facts?: Facts) => string;

export interface Words {
  in(language: Language, formats: Formats): Say;
  has(key: string): boolean;
}

/** @param load reads `locales/<language>/<page>.json`. */
export function openWords(load: (language: Language, page: (typeof pages)[number]) => object): Words {
  const texts = createInstance();
  const resources = Object.fromEntries(
    languages.map((language) => [language, Object.fromEntries(pages.map((page) => [page, load(language, page)]))]),
  );
  void texts.init({
    lng: 'en',
    fallbackLng: 'en',
    ns: [...pages],
    defaultNS: 'web',
    initAsync: false,
    interpolation: { escapeValue: false },
    resources,
  });
  return {
    has: (key) => texts.exists(key),
    in(language, formats) {
      const say = texts.getFixedT(language);
      return (key, facts = {}) => String(say(key, { ...facts, replace: written(facts, formats) }));
    },
  };
}

function written(facts: Facts, formats: Formats): { [name: string]: string } {
  const entries = Object.entries(facts);
  return Object.fromEntries(
    entries.map(([name, fact]) => [name, typeof fact === 'number' ? formats.number(fact) : (fact ?? '')]),
  );
}
