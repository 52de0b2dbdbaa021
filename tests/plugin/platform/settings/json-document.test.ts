import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { parseJsonDocument } from '../../../../plugin/platform/settings/json-document.ts';
import { lineOf, settingsKey, type SettingsPath } from '../../../../plugin/platform/settings/settings-document.ts';
import { failsWith } from '../../../support/failures.ts';

const text = `[
  { "a": 1, "b,]": "{[\\"" },
  {
    "c": [
      { "d": null }
    ], "e": {
      "f": true } } ]`;

const cases: { path: SettingsPath; line: number }[] = [
  { path: [0], line: 2 },
  { path: [0, 'b,]'], line: 2 },
  { path: [1], line: 3 },
  { path: [1, 'c'], line: 4 },
  { path: [1, 'c', 0, 'd'], line: 5 },
  { path: [1, 'e'], line: 6 },
  { path: [1, 'e', 'f'], line: 7 },
  { path: [1, 'missing'], line: 3 },
];

suite('a key of a JSON file is found on its line', () => {
  const document = parseJsonDocument('/a.json', text);
  for (const { path, line } of cases) {
    test(path.join('.'), () => assert.equal(lineOf(document, path), line));
  }
});

test('every key of every JSON text has a line', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { lines } = parseJsonDocument('/a.json', JSON.stringify(value, undefined, 2));
      for (const path of keyPaths(value, [])) assert.ok(lines.has(settingsKey(path)), settingsKey(path));
    }),
  );
});

function keyPaths(value: unknown, path: SettingsPath): SettingsPath[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => keyPaths(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...keyPaths(inner, [...path, key])]);
}

const broken = [
  { title: 'a forgotten comma', text: '{\n"a": 1\n"b": 2\n}', line: 3 },
  { title: 'an end too early', text: '{\n"a": 1,\n', line: 2 },
  { title: 'an empty file', text: '', line: 1 },
  { title: 'a key written twice', text: '{\n"a": 1,\n"a": 2}', line: 3 },
];

suite('a text that is not JSON is refused with the line of', () => {
  for (const { title, text: brokenText, line } of broken) {
    test(title, async () => {
      const facts = await failsWith('configuration-invalid', () => parseJsonDocument('/a.json', brokenText));
      assert.equal(facts.line, line);
    });
  }
});
