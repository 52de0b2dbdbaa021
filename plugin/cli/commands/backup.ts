import { Failure } from '../../domain/failure.ts';
import { describeBackup, describeCoverage } from '../backup-lines.ts';
import type { Command, Result, Session } from '../command.ts';
import { exitCodeOf } from '../failure-report.ts';
import { describeEnqueued } from '../job-lines.ts';
import { showText } from '../show-text.ts';
import type { BackupReport, QueuedRequest } from '../../protocol/requests.ts';

type BackupRequest = Extract<QueuedRequest, { kind: 'backup' }>;

export const backupCommand: Command = {
  name: 'backup',
  usage: '[PATH…] [--only databases] [-m LABEL] [--no-wait]',
  arguments: { least: 0, most: Infinity },
  options: ['label', 'no-wait', 'only'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { account } = given;
    const paths = await session.parsePaths(given.arguments, account);
    const only = parseOnly(given.option('only'), paths, session);
    const request: BackupRequest = { kind: 'backup', account, paths, label: given.option('label'), ...only };
    return given.has('no-wait') ? enqueue(request, session) : backUp(request, session);
  },
};

/** @throws {Failure} `invalid-input` for another word, or beside paths. */
function parseOnly(text: string | undefined, paths: readonly string[], { page: { texts } }: Session) {
  if (text === undefined) return {};
  if (text === 'databases' && paths.length === 0) return { only: text } as const;
  throw new Failure('invalid-input', { field: '--only', text, hint: texts.say('usage.only') });
}

async function backUp(request: BackupRequest, { page, perform }: Session): Promise<Result> {
  const answer = await perform<'backup'>(request);
  const lines = [describeBackup(answer, page)];
  const notes = describeCoverage(answer, page);
  return { schema: 'larder/backup/1', answer, exitCode: exitCodeFor(answer), lines, notes };
}

/** Standard output holds the id of the job and nothing else: `job=$(larder backup --no-wait)`. */
async function enqueue(work: BackupRequest, session: Session): Promise<Result> {
  const answer = await session.perform<'enqueue'>({ kind: 'enqueue', work });
  const notes = await describeEnqueued(answer.job, session);
  return { schema: 'larder/job/1', answer, exitCode: 0, lines: [showText(answer.job.id)], notes };
}

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
