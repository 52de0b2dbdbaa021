import type { BackupReport, NightlyReport } from '../../protocol/requests.ts';
import { describeAccountFailure } from '../account-failures.ts';
import { describeArchive } from '../archive-lines.ts';
import { describeBackupLine } from '../backup-lines.ts';
import { describeCopy } from '../copy-lines.ts';
import type { Command, Result } from '../command.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const nightlyCommand: Command = {
  name: 'nightly',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { page, perform, write }) => {
    const written = new Set<string>();
    const writeOnce = (report: BackupReport) => {
      if (!written.has(report.account)) write(describeBackupLine(report, page));
      written.add(report.account);
    };
    const answer = await perform<'nightly'>({ kind: 'nightly' }, (progress) => {
      if (progress.kind === 'account-finished') writeOnce(progress.report);
    });
    answer.accounts.forEach(writeOnce);
    return toResult(answer, page);
  },
};

function toResult(answer: NightlyReport, page: Page): Result {
  const tally = countOutcomes(answer);
  return {
    schema: 'larder/nightly/1',
    answer,
    exitCode: exitCodeFor(tally) === 0 && hasFailedElsewhere(answer) ? 3 : exitCodeFor(tally),
    lines: [
      ...summarise(answer, tally, page),
      ...(answer.copies ?? []).map((report) => describeCopy(report, page)),
      ...(answer.archives?.archives ?? []).map((report) => describeArchive(report, page)),
      ...(answer.archives?.failures ?? []).map((failure) => describeAccountFailure(failure, page)),
    ],
    notes: tellOwnPassphrases(answer, page),
  };
}

/** No failure, and no backup that was forgotten. */
function tellOwnPassphrases({ ownPassphrase = [] }: NightlyReport, { texts }: Page): string[] {
  if (ownPassphrase.length === 0) return [];
  const accounts = ownPassphrase.map(showText).join(', ');
  return [texts.say('nightly.ownPassphrase', { count: ownPassphrase.length, accounts })];
}

interface Tally {
  readonly all: number;
  readonly done: number;
  readonly incomplete: number;
  readonly failed: number;
}

function countOutcomes({ accounts }: NightlyReport): Tally {
  const count = (outcome: BackupReport['outcome']) => accounts.filter((report) => report.outcome === outcome).length;
  return { all: accounts.length, done: count('done'), incomplete: count('incomplete'), failed: count('failed') };
}

function hasFailedElsewhere({ copies = [], archives }: NightlyReport): boolean {
  return copies.some(({ outcome }) => outcome === 'failed') || (archives?.failures ?? []).length > 0;
}

/** 0 all done, 1 all failed, 3 anything between. */
function exitCodeFor({ all, done, failed }: Tally): number {
  if (done === all) return 0;
  return failed === all ? 1 : 3;
}

function summarise(answer: NightlyReport, tally: Tally, page: Page): string[] {
  const { texts } = page;
  if (tally.all === 0) return answer.ownPassphrase === undefined ? [texts.say('accounts.none')] : [];
  const sum = (pick: (report: BackupReport) => number) =>
    answer.accounts.reduce((total, report) => total + pick(report), 0);
  const facts = {
    count: tally.all,
    time: page.duration(answer.seconds),
    size: page.size(sum(({ bytes }) => bytes)),
    added: page.size(sum(({ bytesAdded }) => bytesAdded)),
  };
  const counts = [
    texts.say('nightly.done', { count: tally.done }),
    tally.incomplete === 0 ? '' : texts.say('nightly.incomplete', { count: tally.incomplete }),
    tally.failed === 0 ? '' : texts.say('nightly.failed', { count: tally.failed }),
  ];
  const level = tally.failed > 0 ? 'bad' : tally.incomplete > 0 ? 'warning' : 'good';
  const told = counts.filter((text) => text !== '').join(', ');
  return ['', page.mark(level, page.paint('bold', told)), `  ${texts.say('nightly.summary', facts)}`];
}
