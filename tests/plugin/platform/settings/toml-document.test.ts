import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { lineOf, type SettingsPath } from '../../../../plugin/platform/settings/settings-document.ts';
import { parseTomlDocument } from '../../../../plugin/platform/settings/toml-document.ts';
import { failsWith } from '../../../support/failures.ts';

const text = `first = 1
"quoted.key" = """
[not-a-table]
not-a-key = 1
"""
dotted.inner = 2
inline = { one = 1 }

[ table ] # comment
  key = 'x'
[[list]]
name = "a"
[list.part]
key = 1
[[list]]
name = "b"
[[list.part]]
key = 2
`;

const cases: { path: SettingsPath; line: number }[] = [
  { path: ['first'], line: 1 },
  { path: ['quoted.key'], line: 2 },
  { path: ['dotted'], line: 6 },
  { path: ['dotted', 'inner'], line: 6 },
  { path: ['inline', 'one'], line: 7 },
  { path: ['table'], line: 9 },
  { path: ['table', 'key'], line: 10 },
  { path: ['table', 'missing'], line: 9 },
  { path: ['list'], line: 11 },
  { path: ['list', 0, 'name'], line: 12 },
  { path: ['list', 0, 'part', 'key'], line: 14 },
  { path: ['list', 1], line: 15 },
  { path: ['list', 1, 'name'], line: 16 },
  { path: ['missing'], line: 1 },
];

suite('a key of a TOML file is found on its line', () => {
  const document = parseTomlDocument('/a.toml', text.replace('[[list.part]]', '[list.other]'));
  for (const { path, line } of cases) {
    test(path.join('.'), () => assert.equal(lineOf(document, path), line));
  }
});

test('a text that is not TOML is refused with the line and without the text itself', async () => {
  const facts = await failsWith('configuration-invalid', () => parseTomlDocument('/a.toml', 'a = 1\nb = secret\n'));
  assert.equal(facts.line, 2);
  assert.doesNotMatch(JSON.stringify(facts), /secret/);
});
