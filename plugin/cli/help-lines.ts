import type { Command } from './command.ts';
import { padToWidth } from './display-width.ts';
import { globalOptions } from './options.ts';
import type { OptionName } from './options.ts';
import type { Page } from './page.ts';
import { usageLine } from './usage-line.ts';
import { wrapText } from './wrap-text.ts';

/** Everything `larder` can do, on one screen. */
export function renderOverview(commands: readonly Command[], page: Page): string[] {
  const { texts } = page;
  const rows = commands.map(({ name }): Row => [name, texts.say(`help.${keyOf(name)}.summary`)]);
  return [
    page.paint('bold', texts.say('help.title')),
    '',
    ...section('help.usage', ['larder COMMAND', 'larder --account NAME COMMAND'], page),
    ...section('help.commands', renderRows(rows, page), page),
    ...section('help.options', renderOptions(globalOptions, page), page),
    ...section('help.exitCodes', renderRows(exitCodes(page), page), page).slice(0, -1),
    '',
    texts.say('help.more'),
  ];
}

/** How one command is used: usage, what it does, its options, examples. */
export function renderCommandHelp(command: Command, page: Page): string[] {
  const { texts } = page;
  const key = `help.${keyOf(command.name)}`;
  const paragraphs = texts.say(`${key}.does`).split('\n');
  return [
    `${page.paint('bold', `larder ${command.name}`)} – ${texts.say(`${key}.summary`)}`,
    '',
    ...section('help.usage', [usageLine(command)], page),
    ...paragraphs.flatMap((paragraph) => [...wrapText(paragraph, Math.min(page.columns, 80)), '']),
    ...(command.options.length === 0 ? [] : section('help.options', renderOptions(command.options, page), page)),
    ...section('help.examples', texts.say(`${key}.examples`).split('\n'), page).slice(0, -1),
  ];
}

type Row = readonly [string, string];

/** The key of a command's texts: `keys-restic-env`. */
function keyOf(name: string): string {
  return name.replaceAll(' ', '-');
}

function section(titleKey: string, lines: readonly string[], page: Page): string[] {
  return [page.paint('bold', page.texts.say(titleKey)), ...lines.map((line) => `  ${line}`), ''];
}

function renderRows(rows: readonly Row[], page: Page): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  const room = Math.max(24, Math.min(page.columns, 90) - width - 6);
  return rows.flatMap(([name, text]) =>
    wrapText(text, room).map(
      (line, index) => `${page.paint('cyan', padToWidth(index === 0 ? name : '', width))}  ${line}`,
    ),
  );
}

const shownOptions: { readonly [name in OptionName]: string } = {
  account: '--account NAME',
  json: '--json',
  'no-input': '--no-input',
  yes: '-y, --yes',
  'no-color': '--no-color',
  help: '-h, --help',
  version: '--version',
  label: '-m, --label LABEL',
  at: '--at WHEN',
  to: '--to DIR',
  'dry-run': '--dry-run',
  'read-data': '--read-data',
  prune: '--prune',
};

function renderOptions(names: readonly OptionName[], page: Page): string[] {
  return renderRows(
    names.map((name): Row => [shownOptions[name], page.texts.say(`option.${name}`)]),
    page,
  );
}

function exitCodes({ texts }: Page): Row[] {
  const codes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '130'];
  return codes.map((code): Row => [code, texts.say(`exitCode.${code}`)]);
}
