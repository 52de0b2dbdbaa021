import type { KeepReasonLine, KeptPointLine, RetentionLine } from '../protocol/schedules.ts';
import type { Page } from './page.ts';
import { renderTable } from './table.ts';
import { shortId } from './show-text.ts';

/** `Kept: 12 days, 3 ends of months, 1 end of a year.` */
export function describeRetention({ rules, dropAfterDays, reason }: RetentionLine, page: Page): string {
  const { texts } = page;
  const parts = rules.map(({ rule, count }) => texts.say(`retention.count.${rule}`, { count: count ?? 0 }));
  const oldest = dropAfterDays === undefined ? [] : [texts.say('retention.dropAfter', { count: dropAfterDays })];
  const why = reason === undefined ? '' : ` (${reason})`;
  return texts.say('retention.kept', { rules: [...parts, ...oldest].join(', ') }) + why;
}

/** Restore points with why they stay, and until when. */
export function renderKept(points: readonly KeptPointLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.id'), colour: 'cyan' as const },
    { title: texts.say('column.time') },
    { title: texts.say('column.kind') },
    { title: texts.say('retention.goes') },
    { title: texts.say('retention.why') },
  ];
  const rows = points.map((point) => [
    shortId(point.id),
    page.at(point.time),
    texts.has(`kind.${point.kind}`) ? texts.say(`kind.${point.kind}`) : point.kind,
    point.goesOn ?? '–',
    describeReasons(point.reasons, page),
  ]);
  return renderTable(columns, rows, page.paint);
}

/** `day 2026-11-29, end of month 2026-10 (stands in)` */
export function describeReasons(reasons: readonly KeepReasonLine[], { texts }: Page): string {
  return reasons
    .map(({ rule, period, isStandIn }) => {
      const text = texts.say(`retention.rule.${rule}`, { period });
      return isStandIn ? texts.say('retention.standIn', { text }) : text;
    })
    .join(', ');
}
