import { isOptionName, optionTable, type OptionName } from './options.ts';
import { readTokens } from './read-tokens.ts';

/** What a person has typed so far. */
export interface TypedWords {
  /** Words that are neither options nor their values, without the one that is being typed. */
  readonly words: readonly string[];
  /** What is being typed; may be empty. */
  readonly current: string;
  /** The option whose value is being typed. */
  readonly option: OptionName | undefined;
  /** Values of the options before. */
  readonly values: ReadonlyMap<OptionName, string>;
}

/** @param typed every word after `larder`, the last one being typed. */
export function readTypedWords(typed: readonly string[]): TypedWords {
  const current = withoutQuote(typed.at(-1) ?? '');
  const before = typed.slice(0, -1);
  const tokens = readTokens(before.map(withoutQuote));
  const last = tokens.at(-1);
  const options = tokens.flatMap((token) => (token.kind === 'option' && isOptionName(token.name) ? [token] : []));
  const isOpen =
    last?.kind === 'option' && isOptionName(last.name) && takesValue(last.name) && last.value === undefined;
  return {
    words: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
    current,
    option: isOpen ? (last.name as OptionName) : undefined,
    values: new Map(options.flatMap(({ name, value }) => (value === undefined ? [] : [[name as OptionName, value]]))),
  };
}

export function takesValue(name: OptionName): boolean {
  return optionTable[name].type === 'string';
}

/** Shells pass on the quote that a word begins with while it is not closed. */
function withoutQuote(word: string): string {
  const quote = /^["']/.exec(word)?.[0];
  if (quote === undefined) return word;
  return word.endsWith(quote) && word.length > 1 ? word.slice(1, -1) : word.slice(1);
}
