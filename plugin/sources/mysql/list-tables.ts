import type { SqlRow, SqlSession } from './admin-session.ts';
import { text } from './read-definitions.ts';

export interface ListedTable {
  readonly engine: string;
  /** Whether its rows are of the moment of the transaction. */
  readonly isConsistent: boolean;
  readonly modified: Date | undefined;
}

export interface ListedTables {
  /** With sequences, by name. */
  readonly tables: ReadonlyMap<string, ListedTable>;
  readonly views: readonly string[];
}

const transactional = new Set(['InnoDB', 'RocksDB', 'ROCKSDB', 'TokuDB']);

/** Tables, sequences and views of a database. @throws {SqlError} */
export async function listTables(session: SqlSession, database: string): Promise<ListedTables> {
  await session.run("SET time_zone = '+00:00', lock_wait_timeout = 60");
  const rows = await session.rows(
    `SELECT TABLE_SCHEMA AS owner, TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine,
      UNIX_TIMESTAMP(COALESCE(UPDATE_TIME, CREATE_TIME)) AS modified
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME`,
    [database],
  );
  const own = rows.filter((row) => row['owner'] === database); // the server compares without case
  const isView = (row: SqlRow): boolean => text(row, 'type').endsWith('VIEW');
  return {
    tables: new Map(own.filter((row) => !isView(row)).map((row) => [text(row, 'name'), toTable(row)])),
    views: own.filter(isView).map((row) => text(row, 'name')),
  };
}

function toTable(row: SqlRow): ListedTable {
  const engine = row['engine'] ?? '';
  const seconds = Number(row['modified'] ?? '');
  return {
    engine,
    isConsistent: row['type'] === 'SEQUENCE' || transactional.has(engine),
    modified: row['modified'] === null || !Number.isFinite(seconds) ? undefined : new Date(seconds * 1000),
  };
}
