import { createHash } from 'node:crypto';
import type { LiveDatabase, LiveTable, TableRef } from '../../domain/live-database.ts';
import { tableDefinition } from '../../domain/table-definition.ts';
import type { SqlRow, SqlSession } from './admin-session.ts';
import { readDefinitions, text } from './read-definitions.ts';
import { quoteTable } from './sql-text.ts';

/** More rows than the server guesses here are not counted: it would take longer than people wait. */
const mostCounted = 2_000_000;

/** @returns undefined when there is no such database. @throws {SqlError} */
export async function lookAtDatabase(session: SqlSession, name: string): Promise<LiveDatabase | undefined> {
  const [schema] = await session.rows(
    `SELECT DEFAULT_CHARACTER_SET_NAME AS charset, DEFAULT_COLLATION_NAME AS collation, VERSION() AS version
      FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`,
    [name],
  );
  if (schema === undefined) return undefined;
  const references = await readReferences(session, name);
  const tables: LiveTable[] = [];
  for (const row of await listTables(session, name)) tables.push(await readTable(session, name, row, references));
  return {
    name,
    serverVersion: text(schema, 'version'),
    charset: text(schema, 'charset'),
    collation: text(schema, 'collation'),
    tables: tables.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    definitions: await readDefinitions(session, name),
    referredFrom: await readReferring(session, name),
  };
}

/** Tables and sequences, no views. */
export function listTables(session: SqlSession, database: string): Promise<SqlRow[]> {
  return session.rows(
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, TABLE_ROWS AS guess,
      COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS bytes
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE NOT LIKE '%VIEW'`,
    [database],
  );
}

async function readTable(
  session: SqlSession,
  database: string,
  row: SqlRow,
  references: ReadonlyMap<string, TableRef[]>,
): Promise<LiveTable> {
  const name = text(row, 'name');
  const kind = row['type'] === 'SEQUENCE' ? 'sequence' : 'table';
  const [created = {}] = await session.rows(`SHOW CREATE TABLE ${quoteTable(database, name)}`);
  const definition = created['Create Table'] ?? '';
  return {
    name,
    kind,
    engine: row['engine'] ?? '',
    rows: kind === 'sequence' ? 0 : await countOrGuess(session, { database, table: name }, Number(row['guess'] ?? 0)),
    bytes: Number(row['bytes'] ?? 0),
    definition,
    definitionSha256: hashDefinition(definition),
    refersTo: references.get(name) ?? [],
  };
}

export function hashDefinition(definition: string): string {
  return createHash('sha256').update(tableDefinition(definition)).digest('hex');
}

async function countOrGuess(session: SqlSession, table: TableRef, guess: number): Promise<number> {
  return guess > mostCounted ? guess : countRows(session, table);
}

export async function countRows(session: SqlSession, { database, table }: TableRef): Promise<number> {
  const [row] = await session.rows(`SELECT COUNT(*) AS count FROM ${quoteTable(database, table)}`);
  return Number(row?.['count'] ?? 0);
}

/** By the table that refers. */
async function readReferences(session: SqlSession, database: string): Promise<Map<string, TableRef[]>> {
  const found = await session.rows(
    `SELECT DISTINCT TABLE_NAME AS name, REFERENCED_TABLE_SCHEMA AS otherDatabase, REFERENCED_TABLE_NAME AS otherTable
      FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL`,
    [database],
  );
  const references = new Map<string, TableRef[]>();
  for (const row of found) {
    const name = text(row, 'name');
    const ref = { database: text(row, 'otherDatabase'), table: text(row, 'otherTable') };
    references.set(name, [...(references.get(name) ?? []), ref]);
  }
  return references;
}

async function readReferring(session: SqlSession, database: string): Promise<TableRef[]> {
  const found = await session.rows(
    `SELECT DISTINCT TABLE_SCHEMA AS otherDatabase, TABLE_NAME AS name FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_SCHEMA = ? AND TABLE_SCHEMA <> REFERENCED_TABLE_SCHEMA`,
    [database],
  );
  return found.map((row) => ({ database: text(row, 'otherDatabase'), table: text(row, 'name') }));
}
