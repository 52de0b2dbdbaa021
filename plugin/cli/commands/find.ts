import type { FindLine } from '../../protocol/history.ts';
import type { Answers } from '../../protocol/requests.ts';
import type { Command, Session } from '../command.ts';
import type { Page } from '../page.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { quoteForShell } from '../quote-for-shell.ts';
import { shortId, showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';
import { renderTable } from '../table.ts';

const limit = 1000;

export const findCommand: Command = {
  name: 'find',
  usage: 'NAME [--at WHEN]',
  arguments: { least: 1, most: 1 },
  options: ['at'],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account, arguments: [name = ''], option }, session) => {
    const at = option('at');
    const point = at === undefined ? undefined : parsePointArgument(at, session).point;
    const answer = await session.perform<'find'>({ kind: 'find', account, name, point, limit });
    return {
      schema: 'larder/find/1',
      answer: { ...answer, matches: answer.matches.map(withShownPath) },
      exitCode: answer.matches.length === 0 ? 4 : 0,
      lines: render(answer.matches, session.page),
      notes: await summarise(answer, name, session),
    };
  },
};

function render(matches: readonly FindLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.lastSeen') },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.versions'), side: 'right' },
    { title: texts.say('column.path'), colour: 'bold' },
  ] as const;
  return renderTable(
    columns,
    matches.map((match) => toRow(match, page)),
    page.paint,
  );
}

function toRow({ path, type, sizeBytes, versions, isInNewest, lastTime }: FindLine, page: Page): string[] {
  return [
    isInNewest ? page.texts.say('find.inNewest') : page.at(lastTime),
    type === 'file' ? page.size(sizeBytes) : '–',
    page.number(versions),
    `${showPathBytes(path)}${type === 'dir' ? '/' : ''}`,
  ];
}

async function summarise(
  { account, matches, isComplete }: Answers['find'],
  name: string,
  { page, larder }: Session,
): Promise<string[]> {
  const { texts, paint } = page;
  const [first] = matches;
  if (first === undefined) return [texts.say('find.none', { name })];
  const path = quoteForShell(`~/${showPathBytes(first.path)}`);
  const command = `${await larder(account)} restore ${path} --at ${shortId(first.lastPoint)}`;
  return [
    ...(isComplete ? [] : [page.mark('warning', texts.say('find.more', { count: matches.length }))]),
    paint('grey', texts.say('find.count', { count: matches.length, command })),
  ];
}
