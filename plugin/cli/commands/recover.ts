import type { Command } from '../command.ts';

export const recoverCommand: Command = {
  name: 'recover',
  usage: '--destination NAME',
  arguments: { least: 0, most: 0 },
  options: ['destination'],
  account: 'none',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const { texts } = page;
    const destination = given.option('destination') ?? '';
    const answer = await perform<'recover'>({ kind: 'recover', destination });
    const isWhole = answer.repositories.every(({ outcome }) => outcome === 'known' || outcome === 'attached');
    return {
      schema: 'larder/recover/1',
      answer,
      exitCode: isWhole ? 0 : 3,
      lines: answer.repositories.map(({ folder, account, points, outcome }) => {
        const facts = { folder, account: account ?? '', points: texts.say('copy.points', { count: points }) };
        const level = outcome === 'known' || outcome === 'attached' ? 'good' : 'bad';
        return page.mark(level, texts.say(`recover.${outcome}`, facts));
      }),
      notes: answer.repositories.length === 0 ? [texts.say('recover.none', { destination })] : [],
    };
  },
};
