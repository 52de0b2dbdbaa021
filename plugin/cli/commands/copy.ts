import type { Command } from '../command.ts';
import { describeCopy } from '../copy-lines.ts';

export const copyCommand: Command = {
  name: 'copy',
  usage: '[--destination NAME] [--repair] [--back]',
  arguments: { least: 0, most: 0 },
  options: ['destination', 'repair', 'back'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const answer = await perform<'copy'>({
      kind: 'copy',
      account: given.account === '' ? undefined : given.account,
      destination: given.option('destination'),
      repair: given.has('repair'),
      back: given.has('back'),
    });
    const failed = answer.copies.filter(({ outcome }) => outcome === 'failed').length;
    return {
      schema: 'larder/copy/1',
      answer,
      exitCode: failed === 0 ? 0 : failed === answer.copies.length ? 1 : 3,
      lines: answer.copies.map((report) => describeCopy(report, page)),
      notes: answer.copies.length === 0 ? [page.texts.say('copy.none')] : [],
    };
  },
};
