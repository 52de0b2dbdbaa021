/** Something that happens in an account's database: one statement. */
export interface DatabaseChange {
  readonly sql: string;
  readonly at: Date;
}

type Value = string | number | null | Date;

/** One `INSERT` of some rows. @param names as in SQL, with commas. */
export function insertRows(
  table: string,
  names: string,
  rows: readonly (readonly Value[])[],
  at: Date,
): DatabaseChange[] {
  if (rows.length === 0) return [];
  const texts = rows.map((row) => `(${row.map(quote).join(', ')})`);
  return [{ sql: `INSERT INTO ${table} (${names}) VALUES\n${texts.join(',\n')}`, at }];
}

/** A value as SQL has it. Dates without a zone of their own are UTC. */
export function quote(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `'${utc(value)}'`;
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** `2026-11-20 09:12:00` */
export function utc(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

/** The same moment by the clock on the wall. */
export function local(at: Date): string {
  return utc(new Date(at.getTime() - at.getTimezoneOffset() * 60_000));
}
