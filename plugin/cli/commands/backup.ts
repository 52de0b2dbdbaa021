import { describeBackup, describeCoverage } from '../backup-lines.ts';
import type { Command } from '../command.ts';
import { exitCodeOf } from '../failure-report.ts';
import { parsePathArgument } from '../path-argument.ts';
import type { BackupReport } from '../../protocol/requests.ts';

export const backupCommand: Command = {
  name: 'backup',
  usage: '[PATH…] [-m LABEL]',
  arguments: { least: 0, most: Infinity },
  options: ['label'],
  account: 'needed',
  run: async (given, { page, perform }) => {
    const answer = await perform<'backup'>({
      kind: 'backup',
      account: given.account,
      paths: given.arguments.map((path) => parsePathArgument(path, page.texts)),
      label: given.option('label'),
    });
    const lines = [describeBackup(answer, page)];
    const notes = describeCoverage(answer, page);
    return { schema: 'larder/backup/1', answer, exitCode: exitCodeFor(answer), lines, notes };
  },
};

function exitCodeFor({ outcome, failure }: BackupReport): number {
  switch (outcome) {
    case 'done':
      return 0;
    case 'incomplete':
      return 3;
    case 'failed':
      return exitCodeOf(failure?.code ?? '');
  }
}
