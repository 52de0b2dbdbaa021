import type { DatabasePlanCounts, DatabasePlanTable, DatabaseWarning } from '../domain/database-plan.ts';
import type { DatabasePlanReport, DatabaseReceiptReport } from '../protocol/databases.ts';
import type { Colour, Page } from './page.ts';
import { showText } from './show-text.ts';

/** `+ 2 tables come back, ~ 61 replaced, – 1 removed, = 0 stay as they are (31,204 rows, 142 MB)`. */
export function describeDatabaseCounts({ counts }: Pick<DatabasePlanReport, 'counts'>, page: Page): string {
  const part = (colour: Colour, key: string, count: number) =>
    page.paint(count === 0 ? 'grey' : colour, page.texts.say(`databasePlan.${key}`, { count }));
  const parts = [
    part('green', 'comesBack', counts.comesBack),
    part('yellow', 'replaced', counts.replaced),
    part('red', 'removed', counts.removed),
    part('grey', 'stays', counts.stays),
  ];
  const rows = page.texts.say('databasePlan.rows', { count: counts.rows });
  return `  ${parts.join(', ')} ${page.paint('grey', `(${rows}, ${page.size(counts.bytes)})`)}`;
}

const marks = { 'comes-back': '+', replaced: '~', removed: '–' } as const;
const colours = { 'comes-back': 'green', replaced: 'yellow', removed: 'red' } as const;

/** The first tables to which something happens: first what goes, then where newer rows would be lost. */
export function describeTables(tables: readonly DatabasePlanTable[], limit: number, page: Page): string[] {
  const weight = ({ action, newer }: DatabasePlanTable) =>
    action === 'removed' ? Number.MAX_SAFE_INTEGER : (newer?.count ?? 0);
  const shown = tables.toSorted((left, right) => weight(right) - weight(left)).slice(0, limit);
  const lines = shown.map((table) => `  ${describeTable(table, page)}`);
  const more = tables.length - shown.length;
  return more > 0 ? [...lines, page.paint('grey', `  ${page.texts.say('coverage.more', { count: more })}`)] : lines;
}

/** `now 18`; of as many rows as before, what is known of their values: two equal numbers would say nothing. */
function describeRowsNow({ rows, rowsNow, isSameContent }: DatabasePlanTable, { texts }: Page): string {
  if (rowsNow === undefined) return '';
  if (rows !== rowsNow) return texts.say('databasePlan.rowsNow', { count: rowsNow });
  return texts.say(isSameContent === false ? 'databasePlan.otherValues' : 'databasePlan.asManyNow');
}

function describeTable(table: DatabasePlanTable, page: Page): string {
  const { name, action, rows, newer } = table;
  const { texts } = page;
  const facts = [
    rows === undefined ? '' : texts.say('databasePlan.rows', { count: rows }),
    describeRowsNow(table, page),
    newer === undefined || newer.count === 0 ? '' : texts.say('databasePlan.newer', { count: newer.count }),
  ].filter((text) => text !== '');
  return `${page.paint(colours[action], marks[action])} ${showText(name)}  ${page.paint('grey', facts.join(', '))}`;
}

/** Users that come back because they are missing. */
export function describeUsers(users: readonly string[], page: Page): string[] {
  if (users.length === 0) return [];
  const list = users.map(showText).join(', ');
  return [`  ${page.paint('green', '+')} ${page.texts.say('databasePlan.users', { count: users.length, list })}`];
}

const namesShown = 3;

export function describeDatabaseWarnings(warnings: readonly DatabaseWarning[], page: Page): string[] {
  return warnings.map((warning) => {
    const text = page.texts.say(`databaseWarning.${warning.kind}`, factsOf(warning, page));
    return page.mark(warning.kind === 'no-space' ? 'bad' : 'warning', text);
  });
}

function factsOf(warning: DatabaseWarning, page: Page): { [name: string]: string | number } {
  switch (warning.kind) {
    case 'newer-rows':
      return { count: warning.count, tables: listNames(warning.tables, page) };
    case 'no-space':
      return { needed: page.size(warning.needed), free: page.size(warning.free) };
    case 'newer-server':
      return { version: showText(warning.version), versionNow: showText(warning.versionNow) };
    case 'connections-close':
      return {};
    case 'triggers-pause':
      return { count: warning.count };
    case 'broken-views':
      return { count: warning.views.length, tables: listNames(warning.views, page) };
    case 'not-consistent':
    case 'foreign-keys':
    case 'changed-since':
      return { count: warning.tables.length, tables: listNames(warning.tables, page) };
  }
}

function listNames(names: readonly string[], page: Page): string {
  const shown = names.slice(0, namesShown).map(showText).join(', ');
  const more = names.length - namesShown;
  return more > 0 ? `${shown} ${page.texts.say('coverage.more', { count: more })}` : shown;
}

/** To how many tables something happens. */
export function countTables({ comesBack, replaced, removed }: DatabasePlanCounts): number {
  return comesBack + replaced + removed;
}

const dayMilliseconds = 86_400_000;

export function askAboutDatabasePlan(plan: DatabasePlanReport, now: Date, page: Page): string {
  const { texts } = page;
  const until = new Date(now.getTime() + plan.undoDays * dayMilliseconds).toISOString();
  const facts = {
    count: countTables(plan.counts),
    database: showText(plan.database),
    name: plan.target.kind === 'beside' ? showText(plan.target.name) : '',
  };
  return `${texts.say(`databasePlan.ask.${formOf(plan)}`, facts)} ${texts.say('plan.undoUntil', { day: page.day(until) })}`;
}

function formOf({ purpose, target, isWhole }: Pick<DatabasePlanReport, 'purpose' | 'target' | 'isWhole'>): string {
  if (purpose === 'undo-database') return target.kind === 'beside' ? 'undoBeside' : 'undo';
  if (target.kind === 'beside') return 'beside';
  return isWhole ? 'replace' : 'tables';
}

export function describeDatabaseReceipt(receipt: DatabaseReceiptReport, page: Page): string {
  const { counts, target } = receipt;
  const facts = {
    count: counts.comesBack + counts.replaced,
    rows: page.texts.say('databasePlan.rows', { count: counts.rows }),
    time: page.duration(receipt.seconds),
    database: showText(receipt.database),
    name: target.kind === 'beside' ? showText(target.name) : '',
  };
  const level = receipt.problemCount === 0 ? 'good' : 'warning';
  return page.mark(level, page.texts.say(`databaseReceipt.${formOf(receipt)}`, facts));
}

/** What could not be made, and how all of it can be taken back. @param larder how commands begin. */
export function describeDatabaseAfterwards(receipt: DatabaseReceiptReport, larder: string, page: Page): string[] {
  const { texts } = page;
  const problems = receipt.problems.map(({ object, reason }) => {
    return `    ${texts.say('databaseReceipt.problem', { object: showText(object), reason: showText(reason) })}`;
  });
  const head =
    receipt.problemCount === 0
      ? []
      : [page.mark('warning', texts.say('databaseReceipt.problems', { count: receipt.problemCount }))];
  const undo = texts.say('receipt.undo', { until: page.at(receipt.undoUntil), command: `${larder} undo` });
  return [...head, ...problems, page.paint('grey', undo)];
}

/** Which database a plan is about. */
export function describeDatabase(plan: DatabasePlanReport, page: Page): string {
  const facts = {
    database: showText(plan.database),
    name: plan.target.kind === 'beside' ? showText(plan.target.name) : '',
  };
  return page.texts.say(`databasePlan.about.${formOf(plan)}`, facts);
}
