import type { CoverageItem } from '../domain/coverage.ts';
import type { BackupReport } from '../protocol/requests.ts';
import { padToWidth } from './display-width.ts';
import { explainFailure } from './failure-report.ts';
import type { Mark, Page } from './page.ts';
import { shortId, showText } from './show-text.ts';

const levels = { done: 'good', incomplete: 'warning', failed: 'bad' } as const satisfies {
  readonly [outcome in BackupReport['outcome']]: Mark;
};

/** One account of a night on one line, its columns under one another whatever comes. */
export function describeBackupLine(report: BackupReport, page: Page): string {
  const name = padToWidth(showText(report.account), 18);
  const { outcome } = report;
  if (outcome === 'failed') return page.mark('bad', `${name}  ${page.paint('red', explainOutcome(report, page))}`);
  const cells = [
    padToWidth(page.size(report.bytes), 8, 'right'),
    padToWidth(`+${page.size(report.bytesAdded)}`, 9, 'right'),
    page.paint('cyan', shortId(report.snapshotId)),
    padToWidth(page.duration(report.seconds), 10, 'right'),
  ];
  const skipped = outcome === 'incomplete' ? [page.paint('yellow', summariseSkips(report, page))] : [];
  return page.mark(levels[outcome], [name, ...cells, ...skipped].join('  '));
}

/** What one backup came to. */
export function describeBackup(report: BackupReport, page: Page): string {
  const { outcome } = report;
  if (outcome === 'failed') return page.mark('bad', explainOutcome(report, page));
  const facts = {
    size: page.size(report.bytes),
    added: page.size(report.bytesAdded),
    id: shortId(report.snapshotId),
    time: page.duration(report.seconds),
  };
  const isOfDatabases = report.files === 0 && report.databases > 0;
  const said = isOfDatabases
    ? page.texts.say('backup.keptDatabases', { ...facts, count: report.databases })
    : page.texts.say('backup.kept', { ...facts, count: report.files });
  return page.mark(levels[outcome], said);
}

const pathsShown = 3;

/** What is not in the restore point, or not quite as on disk, with the first few paths. */
export function describeCoverage({ coverage }: BackupReport, page: Page): string[] {
  const skipped = coverage.skipped.flatMap((item) => [
    page.mark('warning', page.texts.say(`coverage.skipped.${item.reason}`, { count: item.count })),
    ...showPaths(item, page),
  ]);
  const noted = coverage.noted.flatMap((item) => [
    page.mark('warning', page.texts.say(`coverage.noted.${item.reason}`, { count: item.count })),
    ...showPaths(item, page),
  ]);
  return [...skipped, ...noted];
}

function showPaths({ count, paths }: CoverageItem<string>, { texts, paint }: Page): string[] {
  const shown = paths.slice(0, pathsShown).map((path) => `    ${showText(path)}`);
  const more = count - shown.length;
  const rest = more > 0 && shown.length > 0 ? [`    ${texts.say('coverage.more', { count: more })}`] : [];
  return [...shown, ...rest].map((line) => paint('grey', line));
}

function summariseSkips({ coverage }: BackupReport, { texts }: Page): string {
  return coverage.skipped.map(({ reason, count }) => texts.say(`coverage.skipped.${reason}`, { count })).join('; ');
}

function explainOutcome({ failure }: BackupReport, { texts }: Page): string {
  return explainFailure(failure?.code ?? 'unexpected', failure?.facts ?? {}, texts);
}
