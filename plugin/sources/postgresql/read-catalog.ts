/** What the catalogs of a database say. Every name is written with its schema: in `public` tenants make what they like. */
import type { PgSession } from './session.ts';
import { nameOf, quoteTable } from './sql-text.ts';

export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  /** Whether it has rows of its own: a partitioned table has none. */
  readonly hasRows: boolean;
  /** Those that are stored with a row, in their order. */
  readonly columns: readonly string[];
  readonly bytes: number;
  /** As the server guesses them; below 0 where it never looked. */
  readonly guessedRows: number;
}

/** Tables of tenants, by the name that Larder gives them. @throws {SqlError} */
export async function readTables(session: PgSession): Promise<Map<string, CatalogTable>> {
  const rows = await session.rows(`SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind,
      c.reltuples::bigint AS guess, pg_total_relation_size(c.oid) AS bytes,
      (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND ${isTenants('n.nspname')}`);
  return new Map(
    rows.map((row) => {
      const [schema, name] = [text(row, 'schema'), text(row, 'name')];
      const table: CatalogTable = {
        schema,
        name,
        hasRows: row['kind'] === 'r',
        columns: JSON.parse(text(row, 'columns')) as string[],
        bytes: Number(row['bytes'] ?? 0),
        guessedRows: Number(row['guess'] ?? -1),
      };
      return [nameOf({ schema, name }), table];
    }),
  );
}

function isTenants(schema: string): string {
  return `${schema} NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND ${schema} NOT LIKE 'pg\\_temp\\_%'
    AND ${schema} NOT LIKE 'pg\\_toast\\_temp\\_%'`;
}

export interface CatalogSequence {
  readonly schema: string;
  readonly name: string;
  /** The table and column that it numbers, where it belongs to one. */
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly last: string;
  /** Whether `last` was given out. */
  readonly isCalled: boolean;
  readonly step: string;
}

/** Sequences with where they stand. @throws {SqlError} */
export async function readSequences(session: PgSession): Promise<CatalogSequence[]> {
  const rows = await session.rows(`SELECT n.nspname AS schema, c.relname AS name, tn.nspname AS "tableSchema",
      t.relname AS "tableName", a.attname AS "column", s.seqstart AS start, s.seqincrement AS step,
      pg_sequence_last_value(c.oid) AS last, c.relpersistence = 'u' AND pg_is_in_recovery() AS "isHidden"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE c.relkind = 'S' AND ${isTenants('n.nspname')} ORDER BY 1, 2`);
  const sequences: CatalogSequence[] = [];
  for (const row of rows) {
    const table = row['tableName'] ?? undefined;
    sequences.push({
      schema: text(row, 'schema'),
      name: text(row, 'name'),
      table: table === undefined ? undefined : nameOf({ schema: text(row, 'tableSchema'), name: table }),
      column: row['column'] ?? undefined,
      ...(await readStand(session, row)),
      step: text(row, 'step'),
    });
  }
  return sequences;
}

/** One that gave out nothing may still have been set; a replica shows no one that is not logged. */
async function readStand(
  session: PgSession,
  row: { readonly [column: string]: string | null },
): Promise<Pick<CatalogSequence, 'last' | 'isCalled'>> {
  const last = row['last'] ?? undefined;
  if (last !== undefined) return { last, isCalled: true };
  if (row['isHidden'] === 't') return { last: text(row, 'start'), isCalled: false };
  const name = quoteTable({ schema: text(row, 'schema'), name: text(row, 'name') });
  const [found = {}] = await session.rows(`SELECT last_value AS last, is_called AS called FROM ${name}`);
  return { last: text(found, 'last'), isCalled: found['called'] === 't' };
}

/** The number that the next row of each table gets. */
export function nextNumbers(sequences: readonly CatalogSequence[]): Map<string, { column: string; next: string }> {
  const found = new Map<string, { column: string; next: string }>();
  for (const { table, column, last, isCalled, step } of sequences) {
    if (table === undefined || column === undefined || BigInt(step) < 1n || found.has(table)) continue;
    found.set(table, { column, next: String(BigInt(last) + (isCalled ? BigInt(step) : 0n)) });
  }
  return found;
}

/** @throws {TypeError} when the server leaves out what it always gives. */
export function text(row: { readonly [column: string]: string | null }, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`the server gives no ${column}`);
  return value;
}
