import type { Command } from './command.ts';
import { padToWidth } from './display-width.ts';
import { helpKey } from './help-key.ts';
import { globalOptions } from './options.ts';
import type { OptionName } from './options.ts';
import type { Page } from './page.ts';
import { usageLine } from './usage-line.ts';
import { wrapText } from './wrap-text.ts';

/** Everything `larder` can do, on one screen. */
export function renderOverview(commands: readonly Command[], page: Page): string[] {
  const { texts } = page;
  const rowsFor = (audience: Command['audience']) =>
    commandRows(
      commands.filter((command) => command.audience === audience),
      page,
    );
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    page.paint('bold', texts.say('help.title')),
    '',
    ...section('help.usage', ['larder COMMAND', 'larder --account NAME COMMAND'], page),
    ...section('help.commands', renderRows(rowsFor('everyone'), page, width), page),
    ...section('help.administrator', renderRows(rowsFor('administrator'), page, width), page),
    ...section('help.options', renderOptions(globalOptions, page), page),
    ...section('help.exitCodes', renderRows(exitCodes(page), page), page).slice(0, -1),
    '',
    texts.say('help.more'),
  ];
}

/** How one command is used: usage, what it does, its options, examples, and the `others` that begin with its name. */
export function renderCommandHelp(command: Command, page: Page, others: readonly Command[] = []): string[] {
  const { texts } = page;
  const key = `help.${helpKey(command.name)}`;
  const paragraphs = texts.say(`${key}.does`).split('\n');
  return [
    `${page.paint('bold', `larder ${command.name}`)} – ${texts.say(`${key}.summary`)}`,
    '',
    ...section('help.usage', [usageLine(command)], page),
    ...paragraphs.flatMap((paragraph) => [...wrapText(paragraph, Math.min(page.columns, 80)), '']),
    ...(command.options.length === 0 ? [] : section('help.options', renderOptions(command.options, page), page)),
    ...section('help.examples', texts.say(`${key}.examples`).split('\n'), page).slice(0, -1),
    ...(others.length === 0
      ? []
      : ['', ...section('help.commands', renderRows(commandRows(others, page), page), page)]),
  ];
}

/** What the commands do that begin with one word. */
export function renderGroupHelp(group: string, commands: readonly Command[], page: Page): string[] {
  return [
    ...section('help.usage', [`larder ${group} COMMAND`], page),
    ...section('help.commands', renderRows(commandRows(commands, page), page), page),
    page.texts.say('help.more'),
  ];
}

type Row = readonly [string, string];

function commandRows(commands: readonly Command[], { texts }: Page): Row[] {
  return commands.map(({ name }): Row => [name, texts.say(`help.${helpKey(name)}.summary`)]);
}

function section(titleKey: string, lines: readonly string[], page: Page): string[] {
  return [page.paint('bold', page.texts.say(titleKey)), ...lines.map((line) => `  ${line}`), ''];
}

function renderRows(rows: readonly Row[], page: Page, least = 0): string[] {
  const width = Math.max(least, ...rows.map(([name]) => name.length));
  const room = Math.max(24, Math.min(page.columns, 90) - width - 6);
  return rows.flatMap(([name, text]) =>
    wrapText(text, room).map(
      (line, index) => `${page.paint('cyan', padToWidth(index === 0 ? name : '', width))}  ${line}`,
    ),
  );
}

/** How an option is written in help. */
export const shownOptions: { readonly [name in OptionName]: string } = {
  account: '--account NAME',
  json: '--json',
  'no-input': '--no-input',
  yes: '-y, --yes',
  'no-color': '--no-color',
  help: '-h, --help',
  version: '--version',
  label: '-m, --label LABEL',
  at: '--at WHEN',
  to: '--to FOLDER',
  'dry-run': '--dry-run',
  'read-data': '--read-data',
  prune: '--prune',
  from: '--from NAME',
  destination: '--destination NAME',
  repair: '--repair',
  back: '--back',
  'accept-loss': '--accept-loss',
  identity: '--identity FILE',
  recovery: '--recovery FILE',
  'no-wait': '--no-wait',
  only: '--only databases',
  changed: '--changed PATH',
  delete: '--delete',
  as: '--as NEW',
  replace: '--replace',
  'for-old-clients': '--for-old-clients',
  output: '-o, --output FILE',
  continue: '--continue',
  keep: '--keep N',
  every: '--every day|week|never',
  staff: '--staff NAME',
  admin: '--admin NAME',
  ticket: '--ticket TICKET',
  reason: '--reason TEXT',
  verify: '--verify',
  simulate: '--simulate DAYS',
  days: '--days N',
  preset: '--preset policy|classic|all',
  hourly: '--hourly N',
  daily: '--daily N',
  weekly: '--weekly N',
  monthly: '--monthly N',
  yearly: '--yearly N',
  'month-ends': '--month-ends N',
  'year-ends': '--year-ends N',
  last: '--last N',
  within: '--within DAYS',
  'drop-after': '--drop-after DAYS',
  full: '--full',
  due: '--due',
  next: '--next',
  all: '--all',
  now: '--now',
  over: '--over',
  since: '--since WHEN',
  until: '--until WHEN',
  csv: '--csv FILE',
  pdf: '--pdf FILE',
  yaml: '--yaml',
  kind: '--kind local|s3|sftp',
  credentials: '--credentials FILE',
  'no-test': '--no-test',
  'passphrase-file': '--passphrase-file FILE',
  'host-can-recover': '--host-can-recover',
};

function renderOptions(names: readonly OptionName[], page: Page): string[] {
  return renderRows(
    names.map((name): Row => [shownOptions[name], page.texts.say(`option.${name}`)]),
    page,
  );
}

/** Every exit code and what it means. */
export function exitCodes({ texts }: Page): Row[] {
  const codes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '130'];
  return codes.map((code): Row => [code, texts.say(`exitCode.${code}`)]);
}
