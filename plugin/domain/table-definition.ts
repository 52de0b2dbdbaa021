/**
 * What `SHOW CREATE TABLE` prints, without the number that the next row gets: what is left changes only when the table's
 * form does.
 */
export function tableDefinition(sql: string): string {
  const place = findNextNumber(sql);
  return place === undefined ? sql : sql.slice(0, place.start) + sql.slice(place.end);
}

/** The number that the next row gets, in digits; undefined where the table has none, or starts at 1. */
export function nextNumberOf(sql: string): string | undefined {
  return findNextNumber(sql)?.digits;
}

const name = '`((?:[^`]|``)*)`';
const foreignKey = new RegExp(`^  CONSTRAINT ${name} FOREIGN KEY \\([^\\n]*\\) REFERENCES ${name} \\(`, 'gm');

/** Tables of its own database that it refers to by foreign keys. */
export function referredTables(sql: string): string[] {
  return [...sql.matchAll(foreignKey)].map(([, , table = '']) => table.replaceAll('``', '`'));
}

/** In the line of the table's options, behind which only its partitions come. */
function findNextNumber(sql: string): { start: number; end: number; digits: string } | undefined {
  const at = sql.lastIndexOf('\n) ENGINE=');
  const found = at < 0 ? null : /^(\n\) ENGINE=\w+) AUTO_INCREMENT=(\d+)/.exec(sql.slice(at));
  if (found === null) return undefined;
  const [whole, before = '', digits = ''] = found;
  return { start: at + before.length, end: at + whole.length, digits };
}
