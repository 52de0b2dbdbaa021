import type { Command } from '../command.ts';
import { renderPoints } from '../points-table.ts';
import { parsePointId } from '../restore-point-argument.ts';

export const forgetCommand: Command = {
  name: 'forget',
  usage: 'POINT… [--dry-run]',
  arguments: { least: 1, most: Infinity },
  options: ['dry-run'],
  account: 'needed',
  run: async (given, session) => {
    const { page } = session;
    const points = given.arguments.map((typed) => parsePointId(typed, session));
    const dryRun = given.has('dry-run');
    const answer = await session.perform<'forget'>({ kind: 'forget', account: given.account, points, dryRun });
    const facts = { count: answer.forgotten.length };
    const sentence = page.texts.say(answer.dryRun ? 'forget.would' : 'forget.done', facts);
    const kept = page.texts.say('forget.kept', { count: answer.kept.length });
    const lines = [page.mark('good', sentence), ...renderPoints(answer.forgotten, page).map((line) => `  ${line}`)];
    return { schema: 'larder/forget/1', answer, exitCode: 0, lines, notes: [page.paint('grey', kept)] };
  },
};
