import type { DestinationFinding } from '../../protocol/copies.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';

export const destinationTestCommand: Command = {
  name: 'destination test',
  usage: 'NAME',
  arguments: { least: 1, most: 1 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const [destination = ''] = given.arguments;
    const answer = await perform<'destination-test'>({ kind: 'destination-test', destination });
    const { findings, guarantees } = answer.test;
    const said = (['exclusiveWrite', 'immutable', 'resumable'] as const).map((name) =>
      page.texts.say(guarantees[name] ? `destination.may.${name}` : `destination.mayNot.${name}`),
    );
    return {
      schema: 'larder/destination-test/1',
      answer,
      exitCode: findings.some(({ level }) => level === 'bad') ? 1 : 0,
      lines: [...findings.map((finding) => describe(finding, page)), '', ...said],
      notes: [],
    };
  },
};

function describe({ check, level, facts }: DestinationFinding, page: Page): string {
  const problem = typeof facts['problem'] === 'string' ? `: ${facts['problem']}` : '';
  return page.mark(level, `${page.texts.say(`destination.check.${check}`, facts)}${problem}`);
}
