import type { RecoveredLine } from '../../protocol/copies.ts';
import type { Command } from '../command.ts';
import { explainFailure } from '../failure-report.ts';
import type { Page } from '../page.ts';

const right: readonly RecoveredLine['outcome'][] = ['known', 'attached', 'former'];

export const recoverCommand: Command = {
  name: 'recover',
  usage: '--destination NAME',
  arguments: { least: 0, most: 0 },
  options: ['destination'],
  account: 'none',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const destination = given.option('destination') ?? '';
    const answer = await perform<'recover'>({ kind: 'recover', destination });
    return {
      schema: 'larder/recover/1',
      answer,
      exitCode: answer.repositories.every(({ outcome }) => right.includes(outcome)) ? 0 : 3,
      lines: answer.repositories.map((line) => describe(line, page)),
      notes: answer.repositories.length === 0 ? [page.texts.say('recover.none', { destination })] : [],
    };
  },
};

function describe({ folder, account = '', points, outcome, failure }: RecoveredLine, page: Page): string {
  const { texts } = page;
  const problem = failure === undefined ? '' : explainFailure(failure.code, failure.facts, texts);
  const facts = { folder, account, points: texts.say('copy.points', { count: points }), problem };
  return page.mark(right.includes(outcome) ? 'good' : 'bad', texts.say(`recover.${outcome}`, facts));
}
