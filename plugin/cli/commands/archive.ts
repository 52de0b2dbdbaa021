import { describeAccountFailure, exitCodeFor } from '../account-failures.ts';
import { describeArchive } from '../archive-lines.ts';
import type { Command } from '../command.ts';

export const archiveCommand: Command = {
  name: 'archive',
  usage: '[--full]',
  arguments: { least: 0, most: 0 },
  options: ['full'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const answer = await perform<'archive'>({ kind: 'archive', account, full: given.has('full') });
    return {
      schema: 'larder/archive/1',
      answer,
      exitCode: exitCodeFor(answer.archives.length, answer.failures),
      lines: [
        ...answer.archives.map((report) => describeArchive(report, page)),
        ...answer.failures.map((failure) => describeAccountFailure(failure, page)),
      ],
      notes: answer.archives.length + answer.failures.length === 0 ? [page.texts.say('accounts.none')] : [],
    };
  },
};
