import type { PlanCounts, PlanEntry, PlanReport, PlanWarning, ReceiptReport } from '../protocol/plans.ts';
import type { Colour, Page } from './page.ts';
import { describeProblems } from './restore-lines.ts';
import { shortId, showPathBytes } from './show-text.ts';

/** `+ 4 come back, ~ 1 replaced by the older, – 0 deleted, = 38 same (5.6 MB)`. */
export function describeCounts({ purpose, counts }: Pick<PlanReport, 'purpose' | 'counts'>, page: Page): string {
  const { texts } = page;
  const part = (colour: Colour, key: string, count: number) =>
    page.paint(count === 0 ? 'grey' : colour, texts.say(`plan.${key}`, { count }));
  const parts = [
    part('green', 'comesBack', counts.comesBack),
    part('yellow', purpose === 'undo' ? 'asBefore' : 'older', counts.replaced),
    part('red', 'deleted', counts.deleted),
    part('grey', 'same', counts.same),
    ...(counts.refused === 0 ? [] : [part('red', 'refused', counts.refused)]),
  ];
  return `  ${parts.join(', ')} ${page.paint('grey', `(${page.size(counts.bytes)})`)}`;
}

const marks = { 'comes-back': '+', replaced: '~', deleted: '–', refused: '✗' } as const;
const colours = { 'comes-back': 'green', replaced: 'yellow', deleted: 'red', refused: 'red' } as const;

/** The first entries that will be another afterwards, what is deleted first of all. */
export function describeEntries(plan: PlanReport, limit: number, page: Page): string[] {
  const shown = plan.entries
    .toSorted((left, right) => Number(right.action === 'deleted') - Number(left.action === 'deleted'))
    .slice(0, limit);
  const more = countChanges(plan.counts) + plan.counts.refused - shown.length;
  const lines = shown.map((entry) => `  ${describeEntry(entry, page)}`);
  return more > 0 ? [...lines, page.paint('grey', `  ${page.texts.say('coverage.more', { count: more })}`)] : lines;
}

function describeEntry({ path, action, type, sizeBytes, sizeNow }: PlanEntry, page: Page): string {
  const mark = page.paint(colours[action], marks[action]);
  const name = showPathBytes(path);
  if (type !== 'file') return `${mark} ${name}${type === 'dir' ? '/' : ''}`;
  const bytes = sizeBytes ?? sizeNow;
  return `${mark} ${name}${bytes === undefined ? '' : page.paint('grey', `  ${page.size(bytes)}`)}`;
}

/** What people should know before they say yes. */
export function describeWarnings(warnings: readonly PlanWarning[], page: Page): string[] {
  return warnings.map((warning) => {
    const facts =
      warning.kind === 'no-space'
        ? { needed: page.size(warning.needed), free: page.size(warning.free) }
        : { count: warning.count };
    return page.mark(warning.kind === 'no-space' ? 'bad' : 'warning', page.texts.say(`warning.${warning.kind}`, facts));
  });
}

/** How many entries will be another afterwards. */
export function countChanges({ comesBack, replaced, deleted }: PlanCounts): number {
  return comesBack + replaced + deleted;
}

/** What is asked before a plan runs. */
export function askAboutPlan(plan: PlanReport, now: Date, page: Page): string {
  const { texts } = page;
  const until = new Date(now.getTime() + plan.undoDays * dayMilliseconds).toISOString();
  return `${texts.say(...questionOf(plan))} ${texts.say('plan.undoUntil', { day: page.day(until) })}`;
}

const dayMilliseconds = 86_400_000;

function questionOf(plan: PlanReport): [string, { count: number; deleted?: number }] {
  const { comesBack, replaced, deleted } = plan.counts;
  const count = comesBack + replaced;
  if (plan.purpose === 'undo') return ['plan.ask.undo', { count: countChanges(plan.counts) }];
  if (deleted > 0) return ['plan.ask.exact', { count, deleted }];
  const isFiles = plan.isComplete && plan.entries.every(({ type }) => type === 'file');
  return [isFiles ? 'plan.ask.files' : 'plan.ask.entries', { count }];
}

/** What a run of a plan did. */
export function describeReceipt(receipt: ReceiptReport, page: Page): string {
  const { counts, purpose, target } = receipt;
  const facts = {
    count: counts.comesBack + counts.replaced,
    size: page.size(counts.bytes),
    time: page.duration(receipt.seconds),
    to: target.kind === 'folder' ? showPathBytes(target.path) : '',
  };
  const key = purpose === 'undo' ? 'undone' : target.kind === 'folder' ? 'intoFolder' : 'restored';
  const deleted = counts.deleted === 0 ? '' : ` ${page.texts.say(deletedKey(receipt), { count: counts.deleted })}`;
  return page.mark(
    receipt.problemCount === 0 ? 'good' : 'warning',
    `${page.texts.say(`receipt.${key}`, facts)}${deleted}`,
  );
}

function deletedKey({ purpose }: ReceiptReport): string {
  return purpose === 'undo' ? 'receipt.goneAgain' : 'receipt.deleted';
}

/** What did not come back as it was, and how all of it can be taken back. @param larder how commands begin. */
export function describeAfterwards(receipt: ReceiptReport, larder: string, page: Page): string[] {
  const undo = page.texts.say('receipt.undo', { until: page.at(receipt.undoUntil), command: `${larder} undo` });
  return [...describeProblems(receipt, page), page.paint('grey', undo)];
}

/** Which restore an undo takes back. */
export function describeUndone({ undoes }: Pick<PlanReport, 'undoes'>, page: Page): string {
  return page.texts.say('plan.undoes', { job: shortId(undoes) });
}
