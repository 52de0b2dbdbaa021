import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutToWidth, displayWidth, padToWidth } from '../../../plugin/cli/display-width.ts';
import { chooseLanguage, isUtf8 } from '../../../plugin/cli/language.ts';
import { quoteForShell } from '../../../plugin/cli/quote-for-shell.ts';
import { showText } from '../../../plugin/cli/show-text.ts';
import { renderTable } from '../../../plugin/cli/table.ts';
import { wrapText } from '../../../plugin/cli/wrap-text.ts';
import { showName } from '../../../plugin/domain/show-name.ts';

const widths: readonly (readonly [string, number])[] = [
  ['', 0], ['abc', 3], ['Ελλάδα', 6], ['日本語', 6], ['한국', 4], ['ﾊﾝｶｸ', 4], ['ＡＢ', 4], ['🎉', 2], ['👩‍👩‍👧', 2],
  ['🇬🇷', 2], ['❤️', 2], ['e\u0301', 1], ['\u200b', 0], ['…', 1], ['✓', 1], ['1️⃣', 2],
]; // prettier-ignore
for (const [text, width] of widths) {
  test(`“${text}” takes ${width} cells`, () => assert.equal(displayWidth(text), width));
}

test('padding and cutting keep to the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      assert.ok(displayWidth(cutToWidth(text, width)) <= width);
      assert.ok(displayWidth(padToWidth(text, width)) >= width);
    }),
  );
});

test('columns stand under one another whatever the script', () => {
  const rows = [
    ['日本', '1'],
    ['Αθήνα', '22'],
    ['🎉', '333'],
  ];
  const columns = [{ title: 'NAME' }, { title: 'N', side: 'right' }] as const;
  const lines = renderTable(columns, rows, (_, text) => text);
  assert.deepEqual(new Set(lines.map(displayWidth)), new Set([10]));
});

test('long text is broken at spaces', () => {
  assert.deepEqual(wrapText('one two three', 7), ['one two', 'three']);
});

test('text that was made safe stays as it is when made safe again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(showText(showText(text)), showText(text));
      assert.equal(showText(showName(text)), showName(text));
    }),
  );
});

for (const text of ['plain', "it's", '$(id) `id` "x" \\ !', '', 'a\u001b[2Jb', 'über\u202e', 'two\nlines %s']) {
  test(`${JSON.stringify(text)} is one word of a shell`, () => {
    const word = quoteForShell(text);
    assert.doesNotMatch(word, /[\p{Cc}\p{Cf}]/u);
    assert.equal(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' }), text);
  });
}

const environments = [
  { environment: {}, language: 'en', utf8: false },
  { environment: { LANG: 'el_GR.UTF-8' }, language: 'el', utf8: true },
  { environment: { LANG: 'el_GR.UTF-8', LC_ALL: 'C' }, language: 'en', utf8: false },
  { environment: { LANG: 'en_US.UTF-8', LC_MESSAGES: 'de_AT.utf8' }, language: 'de', utf8: true },
  { environment: { LANG: 'de_DE.ISO-8859-1' }, language: 'en', utf8: false },
  { environment: { LANG: 'C.UTF-8' }, language: 'en', utf8: true },
  { environment: { LC_ALL: '', LANG: 'de.UTF-8' }, language: 'de', utf8: true },
  { environment: { LANG: 'fr_FR.UTF-8' }, language: 'en', utf8: true },
];
for (const { environment, language, utf8 } of environments) {
  test(`${JSON.stringify(environment)} reads ${language}`, () => {
    assert.equal(chooseLanguage(environment), language);
    assert.equal(isUtf8(environment), utf8);
  });
}
