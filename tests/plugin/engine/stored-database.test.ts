import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { DumpDescription } from '../../../plugin/domain/stored-database.ts';
import { BlobReader } from '../../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import { listSnapshots } from '../../../plugin/engine/snapshot.ts';
import {
  databaseReadAheadBytes,
  listStoredDatabases,
  openStoredDatabase,
  type StoredDatabase,
} from '../../../plugin/engine/stored-database.ts';
import { makeSite, type BackupSite } from '../../support/backup-site.ts';
import { failsWith } from '../../support/failures.ts';

const description: DumpDescription = {
  format: 1,
  engine: 'mysql',
  name: 'shop/αγορά',
  dumpedAt: '2026-11-29T20:00:00.000Z',
  serverVersion: '10.11.19-MariaDB',
  program: 'mariadb-dump 10.19',
  position: { gtid: '0-1-17', binlog: { file: 'bin.000001', offset: 4 }, lsn: undefined },
  isFromReplica: false,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  counts: { rows: 2, bytes: 20, views: 1, routines: 0, triggers: 0, events: 0 },
  tables: [
    {
      name: 'wp`posts\n',
      kind: 'table',
      engine: 'InnoDB',
      rows: 2,
      bytes: 20,
      definitionSha256: 'a'.repeat(64),
      isConsistent: true,
      nextNumber: '18446744073709551615',
    },
  ],
  brokenViews: [{ name: 'v', problem: 'refers to what is not there' }],
};

test('a database is listed, described and read by the table', async (context) => {
  const site = await storeDatabase(context, JSON.stringify(description));
  const database = await openOnly(site);
  assert.deepEqual(database.description, description);
  assert.equal(await textOf(database.table('wp`posts\n')), 'CREATE TABLE …;\n');
  assert.equal(await textOf(database.file('4-views.sql')), '');
  assert.deepEqual(await database.users(), { users: [] });
  await failsWith('not-found', () => textOf(database.table('wp_other')));
  assert.deepEqual(await database.missingTables(), []);
});

test('tables that are described and not there are named', async (context) => {
  const [table] = description.tables;
  const tables = [table, { ...table, name: 'wp_lost' }, { ...table, name: 'counter', kind: 'sequence' }];
  const database = await openOnly(await storeDatabase(context, JSON.stringify({ ...description, tables })));
  assert.deepEqual(await database.missingTables(), ['wp_lost']);
});

const refused: readonly [string, string][] = [
  ['no JSON', '{'],
  ['another database', JSON.stringify({ ...description, name: 'other' })],
  ['another format', JSON.stringify({ ...description, format: 2 })],
  ['a table with an empty name', JSON.stringify({ ...description, tables: [{ ...description.tables[0], name: '' }] })],
  ['negative rows', JSON.stringify({ ...description, tables: [{ ...description.tables[0], rows: -1 }] })],
  [
    'a number that is SQL',
    JSON.stringify({ ...description, tables: [{ ...description.tables[0], nextNumber: '1;' }] }),
  ],
];

for (const [what, json] of refused) {
  test(`a dump.json is refused: ${what}`, async (context) => {
    const site = await storeDatabase(context, json);
    await failsWith('repository-damaged', () => openOnly(site));
  });
}

/** Stock restic stores it, so that nothing of ours is on both sides. */
async function storeDatabase(context: TestContext, json: string): Promise<BackupSite> {
  const site = await makeSite(context);
  const folder = join(site.folder, 'databases', 'mysql', 'shop%2Fαγορά');
  mkdirSync(join(folder, '2-tables'), { recursive: true });
  writeFileSync(join(folder, '2-tables', 'wp%60posts%0A.sql'), 'CREATE TABLE …;\n');
  writeFileSync(join(folder, 'users.json'), '{"users":[]}');
  writeFileSync(join(folder, 'dump.json'), json);
  execFileSync('restic', ['backup', 'databases'], { env: site.resticVariables, cwd: site.folder, stdio: 'pipe' });
  return site;
}

async function openOnly(site: BackupSite): Promise<StoredDatabase> {
  const repository = await site.open();
  const [snapshot] = (await listSnapshots(repository)).snapshots;
  assert.ok(snapshot);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), databaseReadAheadBytes);
  const refs = await listStoredDatabases(reader, snapshot);
  assert.deepEqual(refs, [{ engine: 'mysql', name: 'shop/αγορά' }]);
  return openStoredDatabase(reader, snapshot, refs[0] ?? assert.fail());
}

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}
