import { util } from './node-util.ts';
import { optionTable } from './options.ts';

export type Token = ReturnType<typeof parse>[number];

/** Words and options in the order they were typed; after `--` everything is a word. */
export function readTokens(argv: readonly string[]): readonly Token[] {
  return plainWords(argv)?.map((value, index) => ({ kind: 'positional', index, value })) ?? parse(argv);
}

/** Where no option was typed there is nothing to parse, and Node's parser takes long to look at all options there are. */
function plainWords(argv: readonly string[]): readonly string[] | undefined {
  const end = argv.indexOf('--');
  const before = end === -1 ? argv : argv.slice(0, end);
  if (before.some((word) => word.startsWith('-'))) return undefined;
  return end === -1 ? argv : [...before, ...argv.slice(end + 1)];
}

function parse(argv: readonly string[]) {
  const settings = { strict: false, allowPositionals: true, tokens: true } as const;
  return util.parseArgs({ ...settings, args: [...argv], options: optionTable }).tokens;
}
