import type { PointLine } from '../../protocol/requests.ts';
import { shortId } from '../backup-lines.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { renderPoints } from '../points-table.ts';

export const listCommand: Command = {
  name: 'list',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  run: async (given, { page, perform }) => {
    const answer = await perform<'list'>({ kind: 'list', account: given.account });
    const lines = renderPoints(answer.points, page);
    return {
      schema: 'larder/list/1',
      answer,
      exitCode: 0,
      lines,
      notes: [summarise(answer.points, given.account, page)],
    };
  },
};

function summarise(points: readonly PointLine[], account: string, { texts, paint }: Page): string {
  if (points.length === 0) return texts.say('list.none', { account });
  const example = shortId(points.at(-1)?.id);
  return paint('grey', texts.say('list.count', { count: points.length, account, id: example }));
}
