import type { RestoreReport } from '../protocol/requests.ts';
import type { Page } from './page.ts';
import { showPathBytes } from './show-text.ts';

/** `38 files, 4 folders, 1 link, 5.6 MB`, without what there is none of. */
export function showContents(report: RestoreReport, page: Page): string {
  const { texts } = page;
  const counts = [
    report.files === 0 ? '' : texts.say('restore.files', { count: report.files }),
    report.folders === 0 ? '' : texts.say('restore.folders', { count: report.folders }),
    report.links === 0 ? '' : texts.say('restore.links', { count: report.links }),
  ];
  return [...counts.filter((text) => text !== ''), page.size(report.bytes)].join(', ');
}

/** What a restore did, or would do. */
export function describeRestore(report: RestoreReport, page: Page): string {
  const facts = { what: showContents(report, page), to: report.to, time: page.duration(report.seconds) };
  if (report.dryRun) return page.mark('good', page.texts.say('restore.wouldBring', facts));
  const isWhole = report.problemCount === 0;
  return page.mark(isWhole ? 'good' : 'warning', page.texts.say('restore.brought', facts));
}

type Problems = Pick<RestoreReport, 'problems' | 'problemCount'>;

const problemsShown = 10;

/** What did not come back as it was, first what is missing. */
export function describeProblems({ problems, problemCount }: Problems, page: Page): string[] {
  if (problemCount === 0) return [];
  const { texts } = page;
  const sorted = problems.toSorted((a, b) => Number(b.lost) - Number(a.lost)).slice(0, problemsShown);
  const lines = sorted.map(({ path, reason, lost }) => {
    const key = lost ? 'restore.lost' : 'restore.changed';
    return `    ${texts.say(key, { path: showPathBytes(path), reason })}`;
  });
  const more = problemCount - lines.length;
  const rest = more > 0 ? [`    ${texts.say('coverage.more', { count: more })}`] : [];
  return [page.mark('warning', texts.say('restore.problems', { count: problemCount })), ...lines, ...rest];
}
