import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import ejs from 'ejs';

interface Book {
  readonly file: string;
  /** Where its keys are used. */
  readonly sources: readonly string[];
  /** A scan that finds fewer is broken. */
  readonly least: number;
}

const books: readonly Book[] = [
  {
    file: 'web',
    sources: ['views/*.ejs', 'views/part/*.ejs', 'plugin/web/{pages,presenters}/*.ts', 'plugin/web/*.ts'],
    least: 200,
  },
  { file: 'mail', sources: ['plugin/mail/*.ts'], least: 30 },
];

suite('the keys of texts', () => {
  for (const { file, sources, least } of books) {
    const keys = readKeys(file);
    const groups = new Set([...keys].filter((key) => key.includes('.')).map((key) => key.split('.')[0] ?? ''));
    const literals = sources.flatMap((pattern) => globSync(pattern)).flatMap((path) => findLiterals(readSource(path)));
    const used = literals.filter(({ text }) => keys.has(text) || groups.has(text.split('.', 1)[0] ?? ''));

    test(`of ${file}.json are found in the source`, () => {
      const found = new Set(used.map(({ text }) => text));
      assert.ok(found.size >= least, `${found.size} found, fewer than ${least}`);
    });

    test(`that the source uses are all in ${file}.json`, () => {
      const missing = used.filter(({ text, pattern }) => isKey(text) && ![...keys].some((key) => pattern.test(key)));
      assert.deepEqual([...new Set(missing.map(({ text }) => text))], []);
    });

    test(`of ${file}.json are all used`, () => {
      const unused = [...keys].filter((key) => !used.some(({ pattern }) => pattern.test(key)));
      assert.deepEqual(unused, []);
    });
  }
});

suite('a scan for keys', () => {
  const found = (source: string) => findLiterals(source).map(({ pattern }) => pattern.source);

  test('sees whole keys, keys that are put together, and places in them', () => {
    assert.deepEqual(found("t('a.b')"), [String.raw`^a\.b$`]);
    assert.deepEqual(found("t('a.'+word+'_h')"), [String.raw`^a\..+$`, '^_h$']);
    assert.deepEqual(found('say(`a.${word}_x`)'), [String.raw`^a\..+_x$`]);
  });
});

/** Of plural forms the key that they share. */
function readKeys(file: string): Set<string> {
  const keys: string[] = [];
  const collect = (value: unknown, key: string): void => {
    if (typeof value === 'string') keys.push(key.replace(/_(?:zero|one|two|few|many|other)$/, ''));
    else
      for (const [name, inner] of Object.entries(value as object)) collect(inner, key === '' ? name : `${key}.${name}`);
  };
  collect(JSON.parse(readFileSync(`locales/en/${file}.json`, 'utf8')) as unknown, '');
  return new Set(keys);
}

/** Views are compiled first, so that nothing in their HTML is taken for a key. */
function readSource(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (!path.endsWith('.ejs')) return text.replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const template = new ejs.Template(text, { filename: path }) as unknown as { source: string; compile(): unknown };
  template.compile();
  return template.source;
}

interface Literal {
  readonly text: string;
  /** Which keys it can stand for. */
  readonly pattern: RegExp;
}

function findLiterals(source: string): Literal[] {
  const literals = source.matchAll(/'([^'\\\n]*)'(\s*\+)?|`([^`\\\n]*)`(\s*\+)?/g);
  return [...literals].map(([, plain, joined, template, joinedTemplate]) => {
    const text = plain ?? template ?? '';
    const isOpen = (joined ?? joinedTemplate) !== undefined;
    const escaped = text.replaceAll(/[.*+?^|[\]\\()]/g, String.raw`\$&`).replaceAll(/\$\{[^}]*\}/g, '.+');
    return { text, pattern: new RegExp(`^${escaped.replaceAll(/[${}]/g, '.')}${isOpen ? '.+' : ''}$`) };
  });
}

/** Whether it has the form of a whole key: with nothing to be filled in or put behind. */
function isKey(text: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)+$/.test(text);
}
