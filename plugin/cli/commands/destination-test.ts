import type { Command } from '../command.ts';
import { describeTest } from '../destination-lines.ts';

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
    return {
      schema: 'larder/destination-test/1',
      answer,
      exitCode: answer.test.findings.some(({ level }) => level === 'bad') ? 1 : 0,
      lines: describeTest(answer.test, page),
      notes: [],
    };
  },
};
