import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { optionTable } from '../../../plugin/cli/options.ts';
import { readTokens } from '../../../plugin/cli/read-tokens.ts';

test('words are read as the parser of Node reads them, with options and without', () => {
  const word = fc.oneof(
    fc.constantFrom('list', 'complete', '', '-', '--', '--json', '--at', '--at=x', '-m', '-y', '--nothing', 'a b'),
    fc.string(),
  );
  const essence = ({ kind, ...token }: ReturnType<typeof readTokens>[number]) => ({
    kind,
    name: 'name' in token ? token.name : undefined,
    value: 'value' in token ? token.value : undefined,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      const settings = { strict: false, allowPositionals: true, tokens: true } as const;
      const { tokens } = parseArgs({ ...settings, args: argv, options: optionTable });
      const expected = tokens.filter(({ kind }) => kind !== 'option-terminator');
      const found = readTokens(argv).filter(({ kind }) => kind !== 'option-terminator');
      assert.deepEqual(found.map(essence), expected.map(essence));
    }),
  );
});
