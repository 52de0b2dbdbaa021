import type { VersionLine } from '../../protocol/history.ts';
import type { Answers } from '../../protocol/requests.ts';
import type { Command, Session } from '../command.ts';
import { showMark } from '../mark.ts';
import type { Page } from '../page.ts';
import { quoteForShell } from '../quote-for-shell.ts';
import { shortId, showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';
import { renderTable } from '../table.ts';

export const versionsCommand: Command = {
  name: 'versions',
  usage: 'PATH',
  arguments: { least: 1, most: 1 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { account } = given;
    const [path = ''] = await session.parsePaths(given.arguments, account);
    const answer = await session.perform<'versions'>({ kind: 'versions', account, path });
    return {
      schema: 'larder/versions/1',
      answer: withShownPath(answer),
      exitCode: answer.versions.length === 0 ? 4 : 0,
      lines: render(answer.versions, session.page),
      notes: [await summarise(answer, session)],
    };
  },
};

function render(versions: readonly VersionLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.id'), colour: 'cyan' },
    { title: texts.say('column.changed') },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.lastSeen') },
    { title: texts.say('column.now') },
  ] as const;
  return renderTable(
    columns,
    versions.map((version) => toRow(version, page)),
    page.paint,
  );
}

function toRow({ point, type, sizeBytes, modified, lastTime, now }: VersionLine, page: Page): string[] {
  const size = type === 'file' ? page.size(sizeBytes) : page.texts.say(`type.${type}`);
  return [shortId(point), page.at(modified), size, page.at(lastTime), showMark(now, page)];
}

async function summarise({ account, path, versions }: Answers['versions'], { page, larder }: Session): Promise<string> {
  const { texts, paint } = page;
  const shown = showPathBytes(path);
  const [newest] = versions;
  if (newest === undefined) return texts.say('versions.none', { path: shown });
  const other = versions.find(({ now }) => now !== 'same') ?? newest;
  const command = `${await larder(account)} restore ${quoteForShell(`~/${shown}`)} --at ${shortId(other.point)}`;
  return paint('grey', texts.say('versions.count', { count: versions.length, path: shown, command }));
}
