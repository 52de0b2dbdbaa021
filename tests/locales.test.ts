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

    test(`${language} leaves no text empty`, () => {
      assert.deepEqual(
        [...texts].filter(([, text]) => text.trim() === ''),
        [],
      );
    });
  }
});

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
