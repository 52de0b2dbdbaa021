import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands as allCommands } from '../../../plugin/cli/commands.ts';
import { parseArguments } from '../../../plugin/cli/parse-arguments.ts';
import { openTexts } from '../../../plugin/cli/texts.ts';
import type { CoverageNote, SkipReason } from '../../../plugin/domain/coverage.ts';
import { failureOutcomes } from '../../../plugin/domain/failure.ts';
import { languages } from '../../../plugin/domain/language.ts';
import { loadTexts } from '../../support/run-larder.ts';

const read = (language: (typeof languages)[number], page: 'cli' | 'failures') =>
  new Map(flatten(loadTexts(language, page), ''));

/** Every sentence of a locale file by its full key. @throws {TypeError} when something in it is no sentence. */
function flatten(tree: unknown, prefix: string): [string, string][] {
  if (typeof tree !== 'object' || tree === null) throw new TypeError(`no sentences at ${prefix}`);
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}
const commands = allCommands.filter(({ audience }) => audience !== 'programs');
const placeholders = (sentence: string) => [...new Set(sentence.match(/\{\{\w+\}\}/g))].toSorted();

for (const language of languages) {
  test(`every failure code has a sentence in ${language} and no sentence is without a code`, () => {
    const keys = [...read(language, 'failures').keys()].map((key) => key.replace(/_empty$/, ''));
    const codes = keys.filter((key) => !/^(?:advice|action)\./.test(key));
    assert.deepEqual([...new Set(codes)].toSorted(), Object.keys(failureOutcomes).toSorted());
  });

  for (const page of ['cli', 'failures'] as const) {
    test(`${language}/${page}.json has the keys and facts of English`, () => {
      const [english, other] = [read('en', page), read(language, page)];
      assert.deepEqual([...other.keys()].toSorted(), [...english.keys()].toSorted());
      for (const [key, sentence] of other) {
        assert.deepEqual(placeholders(sentence), placeholders(english.get(key) ?? ''), key);
        assert.notEqual(sentence.trim(), '', key);
      }
    });
  }

  test(`counted sentences in ${language} have every plural form the language has`, () => {
    const keys = new Set(read(language, 'cli').keys());
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = [...keys].filter((key) => key.endsWith('_other')).map((key) => key.slice(0, -'_other'.length));
    for (const key of counted) for (const form of forms) assert.ok(keys.has(`${key}_${form}`), `${key}_${form}`);
  });

  test(`the examples of help in ${language} are command lines that Larder understands`, () => {
    const texts = openTexts(language, loadTexts);
    for (const { name } of commands) {
      for (const example of texts.say(`help.${name.replaceAll(' ', '-')}.examples`).split('\n')) {
        const inner = /larder ([^)]*?)(?:\)"|$)/.exec(example)?.[1] ?? '';
        const argv = [...inner.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
        assert.equal(parseArguments(argv, commands, texts).command?.name, name, example);
      }
    }
  });
}

test('every key that the command line uses is there, and every key there is used', () => {
  const keys = [...read('en', 'cli').keys()].map((key) => key.replace(/_(?:one|other)$/, ''));
  const patterns = usedKeys().map((key) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '.+')}$`));
  for (const pattern of patterns)
    assert.ok(
      keys.some((key) => pattern.test(key)),
      `no text for ${pattern.source}`,
    );
  assert.deepEqual(
    keys.filter((key) => !patterns.some((pattern) => pattern.test(key))),
    [],
  );
});

/** Every literal in plugin/cli that has the form of a key: `group.name`, whose group is one of the file's. */
function usedKeys(): string[] {
  const groups = [...readFileSync('locales/en/cli.json', 'utf8').matchAll(/^ {2}"(\w+)": \{/gm)].map(
    ([, group]) => group,
  );
  const literal = new RegExp(`['\`]((?:${groups.join('|')})\\.[\\w.\${}() ',-]+?)['\`](?=[,;)\\s:])`, 'g');
  const sources = globSync('plugin/cli/**/*.ts').map((file) => readFileSync(file, 'utf8'));
  const found = sources.flatMap((source) => [...source.matchAll(literal)].map(([, key = '']) => key));
  return [...found, 'help.${command}.summary', 'help.${command}.does', 'help.${command}.examples'];
}

test('every reason to skip and every note has its sentence', () => {
  const skipped: { readonly [reason in SkipReason]: true } = {
    'foreign-owner': true,
    'other-filesystem': true,
    socket: true,
    device: true,
    unreadable: true,
    busy: true,
    vanished: true,
    'changed-type': true,
    'read-error': true,
    'too-deep': true,
    'name-too-long': true,
    excluded: true,
    'database-missing': true,
    'database-unreachable': true,
    'database-failed': true,
  };
  const noted: { readonly [note in CoverageNote]: true } = {
    'changed-while-read': true,
    'attributes-not-read': true,
    'view-broken': true,
    'large-objects-left-out': true,
    'not-transactional': true,
  };
  const texts = openTexts('en', loadTexts);
  for (const reason of Object.keys(skipped)) assert.ok(texts.has(`coverage.skipped.${reason}`), reason);
  for (const note of Object.keys(noted)) assert.ok(texts.has(`coverage.noted.${note}`), note);
});

test('every command has its help', () => {
  const texts = openTexts('en', loadTexts);
  for (const { name } of commands) {
    for (const part of ['summary', 'does', 'examples'])
      assert.ok(texts.has(`help.${name.replaceAll(' ', '-')}.${part}`));
  }
});
