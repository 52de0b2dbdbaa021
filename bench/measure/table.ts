/** Lines of aligned columns, two spaces apart: the first column to the left, the others to the right when numeric. */
export function layOutTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) => widest([title, ...rows.map((row) => row[column] ?? '')]));
  const isNumeric = head.map((_, column) => rows.every((row) => /^[-\d]/.test(row[column] ?? '-')));
  const layOut = (row: readonly string[]): string =>
    widths
      .map((width, column) => align(row[column] ?? '', width, isNumeric[column] === true))
      .join('  ')
      .trimEnd();
  return [layOut(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(layOut)];
}

function widest(cells: readonly string[]): number {
  return Math.max(...cells.map((cell) => cell.length));
}

function align(cell: string, width: number, toTheRight: boolean): string {
  return toTheRight ? cell.padStart(width) : cell.padEnd(width);
}
