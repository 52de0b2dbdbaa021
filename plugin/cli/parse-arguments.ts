import { Failure } from '../domain/failure.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { commandsOfGroup } from './command-group.ts';
import type { Command, Given } from './command.ts';
import { globalOptions, isOptionName, optionTable } from './options.ts';
import type { OptionName } from './options.ts';
import { readTokens, type Token } from './read-tokens.ts';
import type { Texts } from './texts.ts';
import { usageLine } from './usage-line.ts';

export interface Parsed {
  /** Undefined when no command was typed. */
  readonly command: Command | undefined;
  readonly given: Given;
  /** First word of several commands, of which help was asked for: `keys --help`. */
  readonly group?: string;
}

/**
 * What `argv` asks for. Options may stand before and after the command; after `--` everything is an argument.
 * @throws {Failure} `unknown-command` or `invalid-input`, with what was probably meant.
 */
export function parseArguments(argv: readonly string[], commands: readonly Command[], texts: Texts): Parsed {
  const tokens = readTokens(argv);
  const words = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  const group = groupToExplain(tokens, words, commands);
  const command = group === undefined ? findCommand(words, commands, texts) : undefined;
  const options = readOptions(tokens, command, texts);
  const rest = words.slice(command?.name.split(' ').length ?? 0);
  const given = createGiven(rest, options);
  if (command !== undefined && !given.has('help') && !given.has('version')) checkGiven(command, given, texts);
  return group === undefined ? { command, given } : { command, given, group };
}

function groupToExplain(
  tokens: readonly Token[],
  words: readonly string[],
  commands: readonly Command[],
): string | undefined {
  const [first, ...more] = words;
  if (first === undefined || more.length > 0 || commands.some(({ name }) => name === first)) return undefined;
  const asksHelp = tokens.some((token) => token.kind === 'option' && token.name === 'help');
  return asksHelp && commandsOfGroup(first, commands).length > 0 ? first : undefined;
}

/** Whether a flag stands in `argv`, before anything is known about the rest. */
export function hasFlag(argv: readonly string[], flag: '--json' | '--no-color'): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag);
}

type OptionToken = Extract<Token, { kind: 'option' }>;

function findCommand(words: readonly string[], commands: readonly Command[], texts: Texts): Command | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const named = (text: string): Command | undefined => commands.find(({ name }) => name === text);
  const found = named(`${first} ${second ?? ''}`) ?? named(first);
  if (found !== undefined) return found;
  const known = commands.filter(({ audience }) => audience !== 'programs');
  const group = commandsOfGroup(first, commands).map(({ name }) => name);
  if (group.length > 0) throw unknownInGroup(first, second, group, texts);
  const nearest = nearestWord(first, [...new Set(known.map(({ name }) => name.split(' ')[0] ?? ''))]);
  const close = known.find(({ name }) => name.split(' ')[0] === nearest)?.name;
  const hint =
    close === undefined ? texts.say('usage.seeHelp') : texts.say('usage.didYouMean', { word: `larder ${close}` });
  throw new Failure('unknown-command', { command: first, hint });
}

/** `larder keys`, and `larder keys rotat`. */
function unknownInGroup(group: string, second: string | undefined, known: readonly string[], texts: Texts): Failure {
  const command = second === undefined ? group : `${group} ${second}`;
  const nearest = known.length === 1 ? known[0] : nearestWord(command, second === undefined ? [] : known);
  const hint =
    nearest === undefined
      ? texts.say('usage.seeGroup', { word: `larder help ${group}` })
      : texts.say('usage.didYouMean', { word: `larder ${nearest}` });
  return new Failure('unknown-command', { command, hint });
}

function readOptions(tokens: readonly Token[], command: Command | undefined, texts: Texts): Map<OptionName, string> {
  const options = new Map<OptionName, string>();
  const allowed = [...globalOptions, ...(command?.options ?? [])];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    if (!isOptionName(name) || !allowed.includes(name)) throw unknownOption(token, allowed, texts);
    if (options.has(name) && optionTable[name].type === 'string') throw wrongOption(rawName, 'usage.givenTwice', texts);
    options.set(name, readValue(name, token, texts));
  }
  return options;
}

function readValue(name: OptionName, { rawName, value, inlineValue }: OptionToken, texts: Texts): string {
  if (optionTable[name].type === 'boolean') {
    if (inlineValue === true) throw wrongOption(rawName, 'usage.noValue', texts);
    return '';
  }
  const isMissing = typeof value !== 'string' || value === '' || (inlineValue !== true && /^-./.test(value));
  if (isMissing) throw wrongOption(rawName, 'usage.needsValue', texts);
  return value;
}

function unknownOption({ name, rawName }: OptionToken, allowed: readonly OptionName[], texts: Texts): Failure {
  const nearest = name.length > 1 ? nearestWord(name, allowed) : undefined;
  const hint =
    nearest === undefined ? texts.say('usage.seeHelp') : texts.say('usage.didYouMean', { word: `--${nearest}` });
  return new Failure('invalid-input', { field: texts.say('field.option'), text: rawName, hint });
}

function wrongOption(option: string, key: string, texts: Texts): Failure {
  return new Failure('invalid-input', { field: texts.say('field.option'), text: option, hint: texts.say(key) });
}

function createGiven(words: readonly string[], options: ReadonlyMap<OptionName, string>): Given {
  return {
    arguments: words,
    account: options.get('account') ?? '',
    has: (option) => options.has(option),
    option: (option) => options.get(option),
  };
}

function checkGiven(command: Command, given: Given, texts: Texts): void {
  const hint = texts.say('usage.usage', { usage: usageLine(command) });
  const missing = (field: string) => new Failure('invalid-input', { field, text: '', hint });
  if (command.account === 'none' && given.account !== '') throw wrongOption('--account', 'usage.allAccounts', texts);
  if (given.arguments.length < command.arguments.least) throw missing(/[A-Z]+/.exec(command.usage)?.[0] ?? '');
  const surplus = given.arguments[command.arguments.most];
  if (surplus !== undefined)
    throw new Failure('invalid-input', { field: texts.say('field.argument'), text: surplus, hint });
}
