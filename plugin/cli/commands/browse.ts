import type { Answers } from '../../protocol/requests.ts';
import type { Command } from '../command.ts';
import { namedBy } from '../from-option.ts';
import { showMark } from '../mark.ts';
import type { Page } from '../page.ts';
import { describePoint } from '../point-lines.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';
import { renderTable } from '../table.ts';

export const browseCommand: Command = {
  name: 'browse',
  usage: 'POINT [PATH] [--from DESTINATION] [--passphrase-file FILE|-]',
  arguments: { least: 1, most: 2 },
  options: ['from', 'passphrase-file'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { page, perform } = session;
    const { account } = given;
    const [typed = '', path = '~'] = given.arguments;
    const { point, notAfter } = parsePointArgument(typed, session);
    const [parsed = ''] = await session.parsePaths([path], account);
    const request = { kind: 'browse', account, point, path: parsed, marks: true } as const;
    const from = namedBy(given, 'from', 'from');
    const { withPassphrase } = await import('../restore-sealed.ts');
    const answer = await withPassphrase(given, session, (passphrase) =>
      perform<'browse'>({ ...request, ...from, ...passphrase }),
    );
    for (const line of describePoint(answer.point, notAfter, page)) session.talk(line);
    const notes = [describeFolder(answer, page)];
    return {
      schema: 'larder/browse/1',
      answer: forMachines(answer),
      exitCode: 0,
      lines: renderEntries(answer, page),
      notes,
    };
  },
};

/** Names as people see them, which `larder` reads back, and beside them their bytes. */
function forMachines(answer: Answers['browse']): object {
  const entries = answer.entries.map((entry) => ({
    ...entry,
    name: showPathBytes(entry.name),
    nameBytes: entry.name,
    linkTarget: entry.linkTarget === undefined ? undefined : showPathBytes(entry.linkTarget),
  }));
  return { ...withShownPath(answer), entries };
}

function describeFolder({ path, entries }: Answers['browse'], { texts, paint }: Page): string {
  return paint('grey', texts.say('browse.count', { count: entries.length, path: showPathBytes(path) }));
}

function renderEntries({ entries }: Answers['browse'], page: Page): readonly string[] {
  const { texts } = page;
  const isMarked = entries.some(({ mark }) => mark !== undefined);
  const columns = [
    { title: texts.say('column.mode'), colour: 'grey' },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.changed') },
    ...(isMarked ? [{ title: texts.say('column.now') }] : []),
    { title: texts.say('column.name'), colour: 'bold' },
  ] as const;
  return renderTable(
    columns,
    entries.map((entry) => toRow(entry, isMarked, page)),
    page.paint,
  );
}

type Entry = Answers['browse']['entries'][number];

function toRow(entry: Entry, isMarked: boolean, page: Page): string[] {
  const size = entry.type === 'file' ? page.size(entry.sizeBytes) : '–';
  const mark = isMarked ? [showMark(entry.mark, page)] : [];
  return [typeLetters[entry.type] + showMode(entry.mode), size, page.at(entry.modified), ...mark, showEntryName(entry)];
}

const typeLetters = {
  file: '-',
  dir: 'd',
  symlink: 'l',
  fifo: 'p',
  dev: 'b',
  chardev: 'c',
  socket: 's',
  irregular: '?',
} as const satisfies { readonly [type in Entry['type']]: string };

function showMode(mode: number): string {
  return 'rwxrwxrwx'.replace(/./g, (letter, index: number) => ((mode & (0o400 >> index)) === 0 ? '-' : letter));
}

function showEntryName({ name, type, linkTarget }: Entry): string {
  const shown = showPathBytes(name);
  if (type === 'dir') return `${shown}/`;
  return linkTarget === undefined ? shown : `${shown} → ${showPathBytes(linkTarget)}`;
}
