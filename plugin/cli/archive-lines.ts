import type { ArchiveReport } from '../protocol/archives.ts';
import type { Page } from './page.ts';

/** One line about one archive that was made. */
export function describeArchive(report: ArchiveReport, page: Page): string {
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
  const key = report.isOwn === true ? 'own' : report.kind;
  const sentence = texts.say(`archive.${key}`, facts);
  const notes = [
    report.skipped === 0 ? '' : texts.say('archive.skipped', { count: report.skipped }),
    report.removed.length === 0 ? '' : texts.say('archive.removed', { count: report.removed.length }),
  ].filter((note) => note !== '');
  return page.mark(report.skipped === 0 ? 'good' : 'warning', [sentence, ...notes].join(' '));
}
