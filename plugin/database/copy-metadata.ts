import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { explainUnreachable } from './explain-unreachable.ts';

/**
 * Copies all tables as of one moment into a folder: SQLite as a database file, MariaDB and MySQL as one file for each
 * table, a row a line as JSON. @throws {Failure} `metadata-unreachable`.
 */
export async function copyMetadata(connection: Knex, kind: 'sqlite' | 'mysql', folder: string): Promise<void> {
  await explainUnreachable(async () => {
    if (kind === 'sqlite') await copySqlite(connection, join(folder, 'metadata.sqlite'));
    else await copyTables(connection, folder);
  });
}

async function copySqlite(connection: Knex, file: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, '', { mode: 0o600 }); // an empty file may be filled, and keeps its mode
  await connection.raw('VACUUM INTO ?', [file]);
}

async function copyTables(connection: Knex, folder: string): Promise<void> {
  await connection.transaction(
    async (snapshot) => {
      const [tables]: { name: string }[][] = await snapshot.raw(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
      );
      for (const { name } of tables ?? []) {
        const file = createWriteStream(join(folder, `${name}.jsonl`), { mode: 0o600 });
        await pipeline(snapshot(name).select('*').stream(), toLines, file);
      }
    },
    { isolationLevel: 'repeatable read' },
  );
}

async function* toLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
