import type { PointLine } from '../protocol/requests.ts';
import { shortId } from './backup-lines.ts';
import type { Page } from './page.ts';
import { renderTable } from './table.ts';

/** Restore points as a table, in the order given. */
export function renderPoints(points: readonly PointLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.id'), colour: 'cyan' },
    { title: texts.say('column.time') },
    { title: texts.say('column.age'), colour: 'grey' },
    { title: texts.say('column.kind') },
    { title: texts.say('column.files'), side: 'right' },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.label') },
  ] as const;
  return renderTable(
    columns,
    points.map((point) => toRow(point, page)),
    page.paint,
  );
}

function toRow(point: PointLine, page: Page): string[] {
  return [
    shortId(point.id),
    page.at(point.time),
    page.ago(point.time),
    showKind(point.kind, page),
    point.files === undefined ? '–' : page.number(point.files),
    point.bytes === undefined ? '–' : page.size(point.bytes),
    point.label ?? '',
  ];
}

function showKind(kind: string, { texts }: Page): string {
  const key = `kind.${kind}`;
  return texts.has(key) ? texts.say(key) : kind;
}
