import type { Command } from '../command.ts';
import { describeDrill } from '../drill-lines.ts';

const shown = 20;

export const drillsCommand: Command = {
  name: 'drills',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'optional',
  audience: 'everyone',
  run: async (given, { page, perform, ownAccount }) => {
    const named = given.account === '' ? await ownAccount() : given.account;
    const answer = await perform<'drills'>({ kind: 'drills', account: named, limit: shown });
    return {
      schema: 'larder/drills/1',
      answer,
      exitCode: 0,
      lines: answer.drills.flatMap((drill) => describeDrill(drill, page)),
      notes: answer.drills.length === 0 ? [page.texts.say('drill.none')] : [],
    };
  },
};
