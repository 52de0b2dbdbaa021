import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { adviceKey } from '../plugin/domain/advice-key.ts';

const advice = readAdvice();
/** What a command, a setting or a path is needs no other language, nor what only who configures the server reads. */
const isForAdministrators = (path: string) => /^plugin\/(platform|panels|demo|destinations|main-)/.test(path);
const isLiteral = /^(?:larder|chown|chmod|rm|sysctl|apt-get|such as|npm|GRANT) |^"/;

suite('what failures advise', () => {
  const found = globSync('plugin/**/*.ts').flatMap((path) => sentencesIn(path));

  test('is found in the source', () => {
    assert.ok(found.length > 60, `${found.length} sentences`);
  });

  test('is there in every language where customers may read it', () => {
    const missing = found.filter(
      ({ path, name, text }) => name !== 'problem' && !isForAdministrators(path) && !advice.has(adviceKey(text)),
    );
    assert.deepEqual(missing, []);
  });

  test('is not kept when no failure says it any more', () => {
    const source = globSync('plugin/**/*.ts')
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    assert.deepEqual(
      [...advice.values()].filter((text) => !source.includes(`'${text}'`)),
      [],
    );
  });
});

test('the key of a sentence has letters, digits and lines only', () => {
  assert.equal(adviceKey('Try again later, or choose without it.'), 'advice.try-again-later-or-choose-without-it');
  assert.equal(adviceKey('one table, such as db:shop/orders'), 'advice.one-table-such-as-db-shop-orders');
});

/** Sentences that stand as one literal, whole, as `hint`, `mend` or `problem`. */
function sentencesIn(path: string) {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/\b(hint|mend|problem)(?::| =) '((?:[^'\\]|\\.)*)'/g)]
    .map(([, name = '', text = '']) => ({ path, name, text }))
    .filter(({ text }) => text.includes(' ') && !isLiteral.test(text));
}

function readAdvice(): Map<string, string> {
  const { advice: texts } = JSON.parse(readFileSync('locales/en/failures.json', 'utf8')) as { advice: object };
  return new Map(Object.entries(texts).map(([key, text]) => [`advice.${key}`, String(text)]));
}
