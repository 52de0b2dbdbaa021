import type { CopyReport } from '../protocol/copies.ts';
import { explainFailure } from './failure-report.ts';
import type { Page } from './page.ts';

/** One line about one account's copy. */
export function describeCopy(report: CopyReport, page: Page): string {
  const { texts } = page;
  const facts = {
    account: report.account,
    destination: report.destination,
    points: texts.say('copy.points', { count: report.points }),
    sent: texts.say('copy.sent', { count: report.pointsSent, size: page.size(report.bytesSent) }),
    time: page.duration(report.seconds),
    until: report.lockedUntil === undefined ? '' : page.at(report.lockedUntil),
  };
  if (report.failure !== undefined) {
    const problem = explainFailure(report.failure.code, report.failure.facts, texts);
    return page.mark('bad', texts.say('copy.failed', { ...facts, problem }));
  }
  const line = page.mark('good', texts.say('copy.done', facts));
  return report.lockedUntil === undefined ? line : `${line} ${texts.say('copy.locked', facts)}`;
}
