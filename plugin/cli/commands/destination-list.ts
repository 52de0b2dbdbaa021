import type { DestinationLine } from '../../protocol/copies.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { renderTable } from '../table.ts';

export const destinationListCommand: Command = {
  name: 'destination list',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { page, perform }) => {
    const answer = await perform<'destinations'>({ kind: 'destinations' });
    return {
      schema: 'larder/destination-list/1',
      answer,
      exitCode: 0,
      lines: render(answer.destinations, page),
      notes: [],
    };
  },
};

function render(destinations: readonly DestinationLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('destination.column.name'), colour: 'bold' },
    { title: texts.say('destination.column.role') },
    { title: texts.say('destination.column.country') },
    { title: texts.say('destination.column.repositories'), side: 'right' },
    { title: texts.say('destination.column.tested') },
    { title: texts.say('destination.column.location'), colour: 'grey' },
  ] as const;
  const rows = destinations.map((line) => [
    line.name,
    texts.say(`destination.role.${line.role}`),
    line.country ?? '–',
    page.number(line.repositories),
    line.tested === undefined ? texts.say('destination.never') : page.at(line.tested.testedAt),
    line.location,
  ]);
  return renderTable(columns, rows, page.paint);
}
