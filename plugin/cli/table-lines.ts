import type { TableLine, TablesReport } from '../protocol/databases.ts';
import type { Colour, Page } from './page.ts';
import { showText } from './show-text.ts';
import { renderTable } from './table.ts';

const colours = { same: 'grey', changed: 'yellow', gone: 'green', new: 'red' } as const satisfies {
  readonly [mark in TableLine['mark']]: Colour;
};

/** Every table as it was and is, the changed ones as browse marks them. */
export function renderTables(tables: readonly TableLine[], page: Page): readonly string[] {
  const column = (key: string) => page.texts.say(`column.${key}`);
  return renderTable(
    [
      { title: column('table') },
      { title: column('rows'), side: 'right' },
      { title: column('rowsNow'), side: 'right' },
      { title: column('newer'), side: 'right' },
      { title: column('size'), side: 'right' },
      { title: column('now') },
    ],
    tables.map((table) => [
      table.name,
      table.rows === undefined ? '–' : page.number(table.rows),
      table.rowsNow === undefined ? '–' : page.number(table.rowsNow),
      table.newer === undefined ? '' : `+${page.number(table.newer.count)}`,
      table.bytes === undefined ? '' : page.size(table.bytes),
      describeMark(table, page),
    ]),
    page.paint,
  );
}

function describeMark(table: TableLine, page: Page): string {
  const { isSameDefinition, isConsistent } = table;
  const words = [page.texts.say(`tables.mark.${wordOf(table)}`)];
  if (isSameDefinition === false) words.push(page.texts.say('tables.otherDefinition'));
  if (!isConsistent) words.push(page.texts.say('tables.notConsistent'));
  return words.join(', ');
}

/** `values`: as many rows, with something else in them. */
function wordOf({ mark, isSameContent, isSameDefinition, rows, rowsNow }: TableLine): TableLine['mark'] | 'values' {
  const isOnlyValues = isSameContent === false && isSameDefinition === true && rows === rowsNow;
  return mark === 'changed' && isOnlyValues ? 'values' : mark;
}

/** `+ wp_options  1 row`: only what differs. `+` comes back by a restore, `–` would go. */
export function describeTableChanges(tables: readonly TableLine[], page: Page): string[] {
  const marks = { gone: '+', changed: '~', new: '–', same: '=' } as const;
  return tables
    .filter(({ mark }) => mark !== 'same')
    .map((table) => {
      const { texts } = page;
      const facts = [
        table.rows === undefined ? '' : texts.say('databasePlan.rows', { count: table.rows }),
        table.rowsNow === undefined || table.rowsNow === table.rows
          ? ''
          : texts.say('databasePlan.rowsNow', { count: table.rowsNow }),
        table.newer === undefined ? '' : texts.say('databasePlan.newer', { count: table.newer.count }),
        table.isSameDefinition === false ? texts.say('tables.otherDefinition') : '',
        wordOf(table) === 'values' ? texts.say('tables.mark.values') : '',
      ].filter((text) => text !== '');
      const mark = page.paint(colours[table.mark], marks[table.mark]);
      return `${mark} ${showText(table.name)}  ${page.paint('grey', facts.join(', '))}`;
    });
}

/** What else is in the database, and whether it is still there. */
export function summariseTables(report: TablesReport, page: Page): string[] {
  const { texts } = page;
  const facts = {
    database: showText(report.database),
    rows: texts.say('databasePlan.rows', { count: report.rows }),
    size: page.size(report.bytes),
    version: showText(report.version),
  };
  const others = (['views', 'routines', 'triggers', 'events'] as const)
    .filter((kind) => report[kind] > 0)
    .map((kind) => texts.say(`tables.${kind}`, { count: report[kind] }));
  return [
    texts.say('tables.summary', facts) + (others.length === 0 ? '' : ` ${others.join(', ')}.`),
    ...(report.isLive ? [] : [page.mark('warning', texts.say('tables.notLive', facts))]),
  ];
}
