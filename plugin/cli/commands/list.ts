import type { Answers } from '../../protocol/requests.ts';
import type { Command, Session } from '../command.ts';
import { namedBy } from '../from-option.ts';
import { renderPoints } from '../points-table.ts';
import { shortId, showPathBytes } from '../show-text.ts';

export const listCommand: Command = {
  name: 'list',
  usage: '[--changed PATH] [--from DESTINATION]',
  arguments: { least: 0, most: 0 },
  options: ['changed', 'from'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { account } = given;
    const typed = given.option('changed');
    const [changed] = typed === undefined ? [] : await session.parsePaths([typed], account);
    const answer = await session.perform<'list'>({ kind: 'list', account, changed, ...namedBy(given, 'from', 'from') });
    return {
      schema: 'larder/list/1',
      answer,
      exitCode: changed !== undefined && answer.points.length === 0 ? 4 : 0,
      lines: renderPoints(answer.points, session.page),
      notes: [await summarise(answer, changed, session), ...describeStates(answer, session)],
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
  const last = points.findLast(({ damage }) => damage === undefined) ?? points.at(-1);
  const id = shortId(last?.id);
  return paint('grey', texts.say('list.count', { count, command: `${command} browse ${id}` }));
}

/** What of the restore points is known to be lost, and which was last really restored. */
function describeStates({ points }: Answers['list'], { page }: Session): string[] {
  const { texts } = page;
  const damaged = points.filter(({ damage }) => damage !== undefined).length;
  const proven = points
    .filter(({ provenAt, damage }) => provenAt !== undefined && damage === undefined)
    .toSorted((left, right) => Date.parse(right.provenAt ?? '') - Date.parse(left.provenAt ?? ''))[0];
  const notes = damaged === 0 ? [] : [page.mark('bad', texts.say('list.damaged', { count: damaged }))];
  if (proven?.provenAt === undefined) return notes;
  const facts = { id: shortId(proven.id), time: page.at(proven.time), ago: page.ago(proven.provenAt) };
  return [...notes, page.mark('good', texts.say('list.proven', facts))];
}
