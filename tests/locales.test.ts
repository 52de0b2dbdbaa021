import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite } from 'node:test';

const languages = ['el', 'de'];
const english = readLocale('en');

test('the English texts were found', () => {
  assert.ok(english.size >= 20, `${english.size} keys in locales/en, fewer than 20`);
});

suite('every language says all that English says', () => {
  for (const language of languages) {
    const texts = readLocale(language);

    test(`${language} has the keys of en, in the same files`, () => {
      assert.deepEqual([...texts.keys()].toSorted(), [...english.keys()].toSorted());
    });

    test(`${language} fills in the same placeholders as en`, () => {
      const differing = [...texts].filter(([key, text]) => {
        const original = english.get(key);
        return original !== undefined && placeholdersOf(text) !== placeholdersOf(original);
      });
      assert.deepEqual(differing, []);
    });

    test(`${language} has every plural form that its grammar wants`, () => {
      assert.deepEqual(missingForms(language, texts), []);
    });

    test(`${language} leaves no text empty`, () => {
      assert.deepEqual(
        [...texts].filter(([, text]) => text.trim() === ''),
        [],
      );
    });
  }
});

test('English has every plural form that its grammar wants', () => {
  assert.deepEqual(missingForms('en', english), []);
});

test('a plural form that is missing is found', () => {
  assert.deepEqual(missingForms('el', new Map([['web.json: a_other', '']])), ['web.json: a_one']);
  assert.deepEqual(missingForms('de', new Map([['web.json: a_one', '']])), ['web.json: a_other']);
});

/** Counted texts end in `_one`, `_other` and so on, as CLDR names the forms of each language. */
function missingForms(language: string, texts: ReadonlyMap<string, string>): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const counted = [...texts.keys()].flatMap((key) => /^(.*)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1] ?? []);
  return [...new Set(counted)]
    .flatMap((key) => forms.map((form) => `${key}_${form}`))
    .filter((key) => !texts.has(key))
    .toSorted();
}

/** The texts of one language by file and key: `failures.json: no-space`. */
function readLocale(language: string): Map<string, string> {
  const folder = path.join('locales', language);
  const texts = new Map<string, string>();
  for (const file of globSync('**/*.json', { cwd: folder })) {
    collect(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as unknown, `${file}: `, texts);
  }
  return texts;
}

function collect(value: unknown, key: string, texts: Map<string, string>): void {
  if (typeof value === 'string') {
    texts.set(key, value);
    return;
  }
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${key} is no text`);
  for (const [name, inner] of Object.entries(value)) {
    collect(inner, key.endsWith(': ') ? `${key}${name}` : `${key}.${name}`, texts);
  }
}

/** Each once: a language may need to name a thing twice. */
function placeholdersOf(text: string): string {
  const names = [...text.matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].toSorted().join(' ');
}
