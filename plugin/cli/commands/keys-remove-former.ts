import type { RemovedFormerLine } from '../../protocol/keys.ts';
import { askFirst } from '../ask-first.ts';
import type { Command } from '../command.ts';
import { explainFailure } from '../failure-report.ts';
import type { Page } from '../page.ts';

export const keysRemoveFormerCommand: Command = {
  name: 'keys remove-former',
  usage: '[--dry-run] [--accept-loss]',
  arguments: { least: 0, most: 0 },
  options: ['dry-run', 'accept-loss'],
  account: 'needed',
  audience: 'administrator',
  run: async (given, { page, perform, confirm }) => {
    const { account } = given;
    const dryRun = given.has('dry-run');
    if (!dryRun) await askFirst({ confirm }, page.texts.say('keys.askRemoveFormer', { account }), 'keys remove-former');
    const request = { account, dryRun, acceptLoss: given.has('accept-loss') };
    const answer = await perform<'keys-remove-former'>({ kind: 'keys-remove-former', ...request });
    const kept = answer.places.filter(({ outcome }) => outcome === 'kept').length;
    return {
      schema: 'larder/keys-remove-former/1',
      answer,
      exitCode: kept === 0 ? 0 : kept === answer.places.length ? 1 : 3,
      lines: answer.places.map((line) => describe(line, page)),
      notes: answer.places.length === 0 ? [page.texts.say('keys.former.none', { account })] : [],
    };
  },
};

function describe({ destination, folder, outcome, bytes, onlyThere, failure }: RemovedFormerLine, page: Page): string {
  const { texts } = page;
  const what = texts.say('keys.place.repository', { folder, destination });
  if (outcome !== 'kept')
    return page.mark('good', texts.say(`keys.former.${outcome}`, { what, size: page.size(bytes) }));
  if (failure === undefined) return page.mark('bad', texts.say('keys.former.only', { what, count: onlyThere }));
  return page.mark(
    'bad',
    texts.say('keys.former.failed', { what, problem: explainFailure(failure.code, failure.facts, texts) }),
  );
}
