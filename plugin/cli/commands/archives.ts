import type { ArchiveLine } from '../../protocol/archives.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { renderTable } from '../table.ts';

export const archivesCommand: Command = {
  name: 'archives',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account }, { page, perform }) => {
    const answer = await perform<'archives'>({ kind: 'archives', account });
    const { texts } = page;
    const count = answer.archives.length;
    const facts = { count, account: answer.account, destination: answer.destination };
    return {
      schema: 'larder/archives/1',
      answer,
      exitCode: 0,
      lines: count === 0 ? [] : renderArchives(answer.archives, page),
      notes: [count === 0 ? texts.say('archives.none', facts) : page.paint('grey', texts.say('archives.count', facts))],
    };
  },
};

function renderArchives(archives: readonly ArchiveLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.archive'), colour: 'cyan' },
    { title: texts.say('column.time') },
    { title: texts.say('column.kind') },
    { title: texts.say('column.size'), side: 'right' },
  ] as const;
  const rows = archives.map((line) => [
    line.archive,
    page.at(line.time),
    line.isOwn === true ? texts.say('archives.own') : texts.say(`archives.${line.kind}`),
    page.size(line.storedBytes),
  ]);
  return renderTable(columns, rows, page.paint);
}
