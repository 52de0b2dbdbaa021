import type { Answers } from '../../protocol/requests.ts';
import { shortId } from '../backup-lines.ts';
import type { Command, Session } from '../command.ts';
import { renderPoints } from '../points-table.ts';
import { showPathBytes } from '../show-text.ts';

export const listCommand: Command = {
  name: 'list',
  usage: '[--changed PATH]',
  arguments: { least: 0, most: 0 },
  options: ['changed'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { account } = given;
    const typed = given.option('changed');
    const [changed] = typed === undefined ? [] : await session.parsePaths([typed], account);
    const answer = await session.perform<'list'>({ kind: 'list', account, changed });
    return {
      schema: 'larder/list/1',
      answer,
      exitCode: changed !== undefined && answer.points.length === 0 ? 4 : 0,
      lines: renderPoints(answer.points, session.page),
      notes: [await summarise(answer, changed, session)],
    };
  },
};

async function summarise(
  { account, points }: Answers['list'],
  changed: string | undefined,
  { page, larder }: Session,
): Promise<string> {
  const { texts, paint } = page;
  const command = await larder(account);
  const count = points.length;
  if (changed !== undefined) {
    const path = showPathBytes(changed);
    return count === 0
      ? texts.say('list.neverChanged', { path })
      : paint('grey', texts.say('list.changed', { count, path }));
  }
  if (count === 0) return texts.say('list.none', { account, command: `${command} backup` });
  const id = shortId(points.at(-1)?.id);
  return paint('grey', texts.say('list.count', { count, command: `${command} browse ${id}` }));
}
