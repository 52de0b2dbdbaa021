import type { ArchiveFailure, ArchiveReport } from '../../protocol/archives.ts';
import type { Command } from '../command.ts';
import { exitCodeOf, explainFailure } from '../failure-report.ts';
import type { Page } from '../page.ts';

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
        ...answer.archives.map((report) => describe(report, page)),
        ...answer.failures.map((failure) => describeFailure(failure, page)),
      ],
      notes: answer.archives.length + answer.failures.length === 0 ? [page.texts.say('accounts.none')] : [],
    };
  },
};

/** 0 all made, 3 some failed; where all failed, what the first failed with. */
function exitCodeFor(made: number, failures: readonly ArchiveFailure[]): number {
  const [first] = failures;
  if (first === undefined) return 0;
  return made > 0 ? 3 : exitCodeOf(first.code);
}

function describe(report: ArchiveReport, page: Page): string {
  const { texts } = page;
  const facts = {
    account: report.account,
    archive: report.archive,
    files: texts.say('archive.files', { count: report.files }),
    all: report.files,
    here: texts.say('archive.files', { count: report.filesHere }),
    size: page.size(report.bytes),
    stored: page.size(report.storedBytes),
    time: page.duration(report.seconds),
  };
  const sentence = texts.say(report.kind === 'full' ? 'archive.full' : 'archive.differential', facts);
  const notes = [
    report.skipped === 0 ? '' : texts.say('archive.skipped', { count: report.skipped }),
    report.removed.length === 0 ? '' : texts.say('archive.removed', { count: report.removed.length }),
  ].filter((note) => note !== '');
  return page.mark(report.skipped === 0 ? 'good' : 'warning', [sentence, ...notes].join(' '));
}

function describeFailure({ account, code, facts }: ArchiveFailure, page: Page): string {
  return page.mark('bad', `${account}: ${explainFailure(code, facts, page.texts)}`);
}
