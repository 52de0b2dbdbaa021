import type Database from 'better-sqlite3';

/** Adds one row; with `OR REPLACE`, in place of one of the same key. Table and columns are ours, never typed by anybody. */
export function insertInto(database: Database, table: string, row: object, orElse: '' | 'OR REPLACE' = ''): void {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  const values = Object.values(row) as Database.Value[];
  database.prepare(`INSERT ${orElse} INTO ${table} (${columns.join(', ')}) VALUES (${places})`).run(...values);
}
