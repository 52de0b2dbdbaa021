import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { explainFailure } from '../plugin/cli/failure-report.ts';
import { openTexts } from '../plugin/cli/texts.ts';
import { readAdvice, sayAdvice } from '../plugin/domain/advice-key.ts';
import { loadTexts } from './support/run-larder.ts';
import { complaintsOfReaders, sentencesIn, sentencesOf } from './support/settings-complaints.ts';

const texts = readTexts();
/** What a command, a setting or a path is needs no other language, nor what only who looks after the server reads. */
const isForAdministrators = (path: string) => /^plugin\/(platform|panels|demo|destinations|main-)/.test(path);
const isLiteral = /^(?:larder|chown|chmod|rm|sysctl|apt-get|such as|npm|GRANT) |^"/;
/** What was to be done. */
const isAction = /^change "x"$/;
const isKnown = (sentence: string) =>
  sayAdvice(sentence, ({ key }) => (texts.has(key) ? `‹${key}›` : undefined)).startsWith('‹');

suite('what failures advise', () => {
  const found = globSync('plugin/**/*.ts').flatMap((path) => adviceIn(path));

  test('is found in the source', () => {
    assert.ok(found.length > 60, `${found.length} sentences`);
  });

  test('is there in every language where customers may read it', () => {
    const missing = found.filter(
      ({ path, name, text }) => name !== 'problem' && !isForAdministrators(path) && !isKnown(text),
    );
    assert.deepEqual(missing, []);
  });

  test('is not kept when no failure says it any more', () => {
    const said = globSync('plugin/**/*.ts').flatMap((path) => [
      ...adviceIn(path).map(({ text }) => text),
      ...sentencesOf(path),
    ]);
    const keys = new Set([...said, ...complaintsOfReaders()].flatMap((sentence) => keysOf(sentence)));
    assert.deepEqual(
      [...texts.keys()].filter((key) => !keys.has(key)),
      [],
    );
  });
});

suite('what keeps a restore of files from going on is there in every language', () => {
  const found = [
    'plugin/actions/put-back.ts',
    'plugin/actions/restore-sealed.ts',
    'plugin/actions/run-plan.ts',
    'plugin/actions/safety-copy.ts',
    'plugin/engine/live-home.ts',
    'plugin/engine/plan-restore.ts',
    'plugin/engine/plan-trail.ts',
    'plugin/engine/zip-home.ts',
    'plugin/protocol/client-connection.ts',
    'plugin/sources/files/open-target.ts',
  ].flatMap((path) => problemsIn(path));
  test('as far as it is a sentence of Larder’s own', () => {
    assert.ok(found.length > 15, `${found.length} sentences`);
    assert.deepEqual(
      found.filter((text) => !isKnown(text)),
      [],
    );
  });

  test('and is said in it, with what was being done', () => {
    const facts = { action: 'run-plan', after: 'the home is as it was before' };
    assert.equal(
      explainFailure('interrupted', facts, openTexts('de', loadTexts)),
      'Unterbrochen: Wiederherstellung (das Home-Verzeichnis ist wie vorher). Starten Sie es neu, wann Sie möchten.',
    );
    const refused = { problem: '"evil" is no folder that can be written to', mend: 'choose another folder' };
    assert.equal(
      explainFailure('restore-refused', refused, openTexts('el', loadTexts)),
      'Δεν επανήλθε τίποτα: το "evil" δεν είναι φάκελος στον οποίο μπορεί να γίνει εγγραφή. Επιλέξτε άλλον φάκελο.',
    );
    assert.match(
      explainFailure('cancelled', { action: 'keys rotate' }, openTexts('en', loadTexts)),
      /^Stopped: keys rotate\./,
    );
  });
});

test('what was being done has a name for what failures really speak of', () => {
  const { action } = JSON.parse(readFileSync('locales/en/failures.json', 'utf8')) as { action: object };
  const source = globSync('plugin/**/*.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const isSaid = (word: string) => source.includes(`'${word}'`) || source.includes(`'${word.replaceAll('-', ' ')}'`);
  assert.deepEqual(
    Object.keys(action).filter((word) => !isSaid(word)),
    [],
  );
});

suite('what is said about settings is there in every language', () => {
  const sources = [
    ...globSync('plugin/platform/configuration*.ts'),
    'plugin/platform/edit-configuration.ts',
    'plugin/platform/s3-credentials.ts',
    'plugin/platform/settings/json-document.ts',
    'plugin/panels/static.ts',
    'plugin/panels/static-account.ts',
    'plugin/panels/linux-passwd.ts',
  ];
  const found = sources.flatMap((path) => sentencesOf(path)).filter((text) => !isAction.test(text));

  test('where one setting is read', () => {
    assert.ok(found.length > 200, `${found.length} sentences`);
    assert.deepEqual(
      found.filter((text) => !isKnown(text)),
      [],
    );
  });

  test('by the readers that all settings share', () => {
    const complaints = complaintsOfReaders();
    assert.ok(complaints.length > 50, `${complaints.length} complaints`);
    assert.deepEqual(
      complaints.filter((text) => !isKnown(text)),
      [],
    );
  });

  test('and in English it is what was said', () => {
    for (const sentence of [...found, ...complaintsOfReaders()]) {
      const said = sayAdvice(sentence, ({ key, facts }) => {
        return texts.get(key)?.replaceAll(/\{\{(\d)\}\}/g, (_, place: string) => facts[place] ?? '');
      });
      assert.equal(said, sentence);
    }
  });
});

test('people read a mistake in their settings in their language', () => {
  const facts = {
    file: '/etc/larder/larder.toml',
    line: 3,
    problem: '`days` is missing in [drills]',
    hint: 'add `days`: a whole number from 1 to 365',
  };
  assert.equal(
    explainFailure('configuration-invalid', facts, openTexts('de', loadTexts)),
    'Die Konfiguration /etc/larder/larder.toml enthält in Zeile 3 einen Fehler: `days` fehlt in [drills]. Bitte `days` hinzufügen: Eine ganze Zahl von 1 bis 365',
  );
  assert.equal(
    explainFailure('configuration-invalid', facts, openTexts('el', loadTexts)),
    'Οι ρυθμίσεις /etc/larder/larder.toml έχουν λάθος στη γραμμή 3: λείπει το `days` στο [drills]. Προσθέστε `days`: Ένας ακέραιος από 1 έως 365',
  );
});

test('the key of a sentence has letters, digits and lines only', () => {
  const keyOf = (sentence: string) => readAdvice(sentence).key;
  assert.equal(keyOf('Try again later, or choose without it.'), 'advice.try-again-later-or-choose-without-it');
  assert.equal(keyOf('one table, such as db:shop/orders'), 'advice.one-table-such-as-db-shop-orders');
});

suite('what is the same in every language is a place of the sentence', () => {
  const cases = [
    { sentence: 'such as "Europe/Athens"', key: 'such-as-1', facts: { 1: '"Europe/Athens"' } },
    { sentence: '`socket` beside `host`', key: '1-beside-2', facts: { 1: '`socket`', 2: '`host`' } },
    { sentence: 'known here: `a`, `b`, `c`', key: 'known-here-1', facts: { 1: '`a`, `b`, `c`' } },
    { sentence: 'a whole number from 1 to 64', key: 'a-whole-number-from-1-to-2', facts: { 1: '1', 2: '64' } },
    { sentence: 'write it as 0.02', key: 'write-it-as-1', facts: { 1: '0.02' } },
    { sentence: 'such as ["maria"]', key: 'such-as-1', facts: { 1: '["maria"]' } },
    { sentence: 'write [[redis]] with two brackets', key: 'write-1-with-two-brackets', facts: { 1: '[[redis]]' } },
    { sentence: 'no S3 here', key: 'no-s3-here', facts: {} },
  ];
  for (const { sentence, key, facts } of cases) {
    test(sentence, () => assert.deepEqual(readAdvice(sentence), { key: `advice.${key}`, facts }));
  }
});

test('a sentence that is not known as a whole is said part by part, or stays', () => {
  const german = new Map([
    ['advice.add-1', 'bitte ergänzen'],
    ['advice.a-name', 'ein Name'],
    ['advice.not-a-list', 'keine Liste'],
  ]);
  const say = (sentence: string) => sayAdvice(sentence, ({ key }) => german.get(key));
  assert.equal(say('add `x`: a name'), 'bitte ergänzen: ein Name');
  assert.equal(say('a name, not a list'), 'ein Name, keine Liste');
  assert.equal(say('add `x`: a number'), 'add `x`: a number');
});

/** Sentences that stand as one literal, whole, as `hint`, `mend` or `problem`. */
function adviceIn(path: string) {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/\b(hint|mend|problem)(?::| =) '((?:[^'\\]|\\.)*)'/g)]
    .map(([, name = '', text = '']) => ({ path, name, text }))
    .filter(({ text }) => text.includes(' ') && !isLiteral.test(text));
}

/** What stands as `problem` or `after`, or is returned to stand there; what is filled in stands there as `"x"`. */
function problemsIn(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  const said = [...source.matchAll(/\b(?:problem|after)(?::| =) (['`])|\breturn (['`])/g)].map(({ index }) =>
    source.slice(index),
  );
  return said.flatMap((rest) => sentencesIn(rest).slice(0, 1)).filter((text) => text.includes(' '));
}

/** Of the sentence, and of its parts. */
function keysOf(sentence: string): string[] {
  const keys = [readAdvice(sentence).key];
  sayAdvice(sentence, ({ key }) => void keys.push(key));
  return keys;
}

function readTexts(): Map<string, string> {
  const { advice } = JSON.parse(readFileSync('locales/en/failures.json', 'utf8')) as { advice: object };
  return new Map(Object.entries(advice).map(([key, text]) => [`advice.${key}`, String(text)]));
}
