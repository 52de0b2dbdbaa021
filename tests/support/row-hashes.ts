import { createHash } from 'node:crypto';
import type { SqlSession } from '../../plugin/sources/mysql/admin-session.ts';

/** Of each table: the server's checksum of all rows, and a hash of every column of every row as text. */
export async function rowHashes(session: SqlSession, database: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const tables = await session.rows(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE LIKE '%TABLE%'",
    [database],
  );
  for (const { name } of tables) {
    const table = `\`${database}\`.\`${String(name).replaceAll('`', '``')}\``;
    const [sum] = await session.rows(`CHECKSUM TABLE ${table} EXTENDED`);
    const rows = (await session.rows(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).toSorted();
    const hash = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16);
    hashes[String(name)] = `${rows.length} ${sum?.['Checksum']} ${hash}`;
  }
  return hashes;
}
