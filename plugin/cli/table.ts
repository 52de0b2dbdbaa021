import { displayWidth, padToWidth } from './display-width.ts';
import type { Colour } from './page.ts';
import { showText } from './show-text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly side?: 'left' | 'right';
  readonly colour?: Colour;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

type Paint = (colour: Colour, text: string) => string;

/**
 * Lines of a table: titles in grey, columns as wide as they must be, two spaces between. Every cell is made safe for
 * a terminal. No lines at all when there are no rows.
 */
export function renderTable(columns: readonly Column[], rows: Table['rows'], paint: Paint): readonly string[] {
  return renderSafe(toSafe(columns, rows), paint);
}

/** The first of some tables that is no wider than the terminal, else the last. */
export function renderFitting(tables: readonly Table[], width: number, paint: Paint): readonly string[] {
  const safe = tables.map(
    ({ columns, rows }) =>
      () =>
        toSafe(columns, rows),
  );
  for (const make of safe.slice(0, -1)) {
    const table = make();
    if (widthOf(table) <= width) return renderSafe(table, paint);
  }
  const last = safe.at(-1)?.();
  return last === undefined ? [] : renderSafe(last, paint);
}

interface SafeTable extends Table {
  readonly widths: readonly number[];
}

function toSafe(columns: readonly Column[], rows: Table['rows']): SafeTable {
  const safe = rows.map((row) => row.map(showText));
  const widths = columns.map(({ title }, index) => widest([title, ...safe.map((row) => row[index] ?? '')]));
  return { columns, rows: safe, widths };
}

const gap = '  ';

function widthOf({ widths }: SafeTable): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}

function renderSafe({ columns, rows, widths }: SafeTable, paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const pad = (text: string, index: number) => padToWidth(text, widths[index] ?? 0, columns[index]?.side);
  const head = columns.map(({ title }, index) => paint('grey', trimLast(pad(title, index), index, columns)));
  const body = rows.map((row) =>
    row.map((cell, index) => paint(columns[index]?.colour ?? 'plain', trimLast(pad(cell, index), index, columns))),
  );
  return [head, ...body].map((cells) => cells.join(gap).trimEnd());
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

function trimLast(text: string, index: number, columns: readonly Column[]): string {
  return index === columns.length - 1 && columns[index]?.side !== 'right' ? text.trimEnd() : text;
}
