import type { Command } from '../command.ts';

export const catalogRebuildCommand: Command = {
  name: 'catalog rebuild',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const answer = await perform<'catalog-rebuild'>({ kind: 'catalog-rebuild', account });
    const { texts } = page;
    return {
      schema: 'larder/catalog-rebuild/1',
      answer,
      exitCode: 0,
      lines: answer.catalogs.map(({ account: name, points, paths }) => {
        const counted = texts.say('check.points', { count: points });
        return page.mark('good', texts.say('catalog.rebuilt', { account: name, points: counted, count: paths }));
      }),
      notes: answer.catalogs.length === 0 ? [texts.say('repositories.none')] : [],
    };
  },
};
