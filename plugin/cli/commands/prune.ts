import type { PruneReport } from '../../protocol/upkeep.ts';
import type { Command } from '../command.ts';
import { namedBy } from '../from-option.ts';
import type { Page } from '../page.ts';

export const pruneCommand: Command = {
  name: 'prune',
  usage: '[--dry-run] [--destination NAME]',
  arguments: { least: 0, most: 0 },
  options: ['dry-run', 'destination'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const answer = await perform<'prune'>({
      kind: 'prune',
      account,
      dryRun: given.has('dry-run'),
      ...namedBy(given, 'destination', 'destination'),
    });
    return {
      schema: 'larder/prune/1',
      answer,
      exitCode: 0,
      lines: answer.repositories.map((report) => describePrune(report, answer.dryRun, page)),
      notes: answer.repositories.length === 0 ? [page.texts.say('repositories.none')] : [],
    };
  },
};

/** One line about one repository. */
export function describePrune(report: PruneReport, dryRun: boolean, page: Page): string {
  const { texts } = page;
  const facts = {
    account: report.account,
    destination: report.destination,
    freed: page.size(report.bytesFreed),
    total: page.size(report.bytesTotal),
    unused: page.size(report.bytesUnused),
    removed: texts.say('prune.removed', { count: report.packsRemoved }),
    repacked: texts.say('prune.repacked', { count: report.packsRepacked }),
  };
  return page.mark('good', texts.say(dryRun ? 'prune.would' : 'prune.done', facts));
}
