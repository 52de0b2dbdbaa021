import { stripVTControlCharacters } from './node-util.ts';
import { displayWidth, padToWidth } from './display-width.ts';
import type { Colour } from './page.ts';
import { showText } from './show-text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly side?: 'left' | 'right';
  readonly colour?: Colour;
}

/**
 * Lines of a table: titles in grey, columns as wide as they must be, two spaces between. Every cell is made safe for
 * a terminal. No lines at all when there are no rows.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (colour: Colour, text: string) => string,
): readonly string[] {
  if (rows.length === 0) return [];
  const safe = rows.map((row) => row.map(showText));
  const widths = columns.map(({ title }, index) => widest([title, ...safe.map((row) => row[index] ?? '')]));
  const pad = (text: string, index: number) => padToWidth(text, widths[index] ?? 0, columns[index]?.side);
  const head = columns.map(({ title }, index) => paint('grey', trimLast(pad(title, index), index, columns)));
  const body = safe.map((row) =>
    row.map((cell, index) => paint(columns[index]?.colour ?? 'plain', trimLast(pad(cell, index), index, columns))),
  );
  return [head, ...body].map((cells) => cells.join('  ').trimEnd());
}

/** The first of some tables that is no wider than the terminal, else the last. None is made after the one that fits. */
export function chooseFitting(tables: readonly (() => readonly string[])[], columns: number): readonly string[] {
  const fits = (line: string) => displayWidth(stripVTControlCharacters(line)) <= columns;
  let lines: readonly string[] = [];
  for (const render of tables) {
    lines = render();
    if (lines.every(fits)) return lines;
  }
  return lines;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

function trimLast(text: string, index: number, columns: readonly Column[]): string {
  return index === columns.length - 1 && columns[index]?.side !== 'right' ? text.trimEnd() : text;
}
