import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { openRecords } from '../../../plugin/database/open-records.ts';
import { parseAccountName, parseServerId } from '../../../plugin/domain/ids.ts';
import { testRecords } from '../../contracts/records.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const server = parseServerId('a'.repeat(32));

testRecords('records in SQLite', (context) => {
  const file = join(temporaryFolder(context), 'metadata.db');
  return { open: (owner) => openRecords({ metadata: { kind: 'sqlite', file }, server: owner }) };
});

test('only the owner can read the database and the files beside it', async (t) => {
  const folder = temporaryFolder(t);
  const former = process.umask(0);
  t.after(() => process.umask(former));
  const records = await openRecords({ metadata: { kind: 'sqlite', file: join(folder, 'm.db') }, server });
  await records.recordAccounts([], new Date(0));
  assert.deepEqual(readdirSync(folder).toSorted(), ['m.db', 'm.db-shm', 'm.db-wal']);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  await records.close();
});

test('the generation is 16 random bytes', async (t) => {
  const metadata = { kind: 'sqlite', file: join(temporaryFolder(t), 'm.db') } as const;
  const records = await openRecords({ metadata, server, randomBytes: (sizeBytes) => Buffer.alloc(sizeBytes, 0xab) });
  t.after(() => records.close());
  const account = { uid: 1, gid: 1, home: '/h', databases: [], email: undefined, language: undefined, trustedUids: [] };
  const [recorded] = await records.recordAccounts([{ ...account, name: parseAccountName('maria') }], new Date(0));
  assert.equal(recorded?.generation, 'ab'.repeat(16));
});

test('a missing account is marked as gone, not deleted', async (t) => {
  const file = join(temporaryFolder(t), 'm.db');
  const records = await openRecords({ metadata: { kind: 'sqlite', file }, server });
  const account = { uid: 1, gid: 1, home: '/h', databases: [], email: undefined, language: undefined, trustedUids: [] };
  await records.recordAccounts([{ ...account, name: parseAccountName('maria') }], new Date(1000));
  await records.recordAccounts([], new Date(2000));
  await records.recordAccounts([], new Date(3000));
  await records.close();
  const [row] = query(file, 'SELECT name, first_seen_at, gone_at FROM accounts');
  assert.deepEqual({ ...row }, { name: 'maria', first_seen_at: 1000, gone_at: 2000 });
});

test('a database of a newer Larder stops with a sentence and is not touched', async (t) => {
  const file = join(temporaryFolder(t), 'm.db');
  const metadata = { kind: 'sqlite', file } as const;
  await (await openRecords({ metadata, server })).close();
  query(
    file,
    "INSERT INTO larder_migrations (name, batch, migration_time) VALUES ('209901010000_hover', 2, 0) RETURNING id",
  );
  const facts = await failsWith('system-unsupported', () => openRecords({ metadata, server }));
  assert.match(facts.problem, /newer Larder \(209901010000_hover\)/);
});

test('a schema change that was killed half way is finished at the next start', async (t) => {
  const file = join(temporaryFolder(t), 'm.db');
  const metadata = { kind: 'sqlite', file } as const;
  await (await openRecords({ metadata, server })).close();
  query(file, "DELETE FROM larder_migrations WHERE name LIKE '%_create_runs' RETURNING id");
  query(file, 'UPDATE larder_migrations_lock SET is_locked = 1 RETURNING is_locked');
  const records = await openRecords({ metadata, server });
  assert.equal((await records.lastRuns()).size, 0);
  await records.close();
});

test('a file that is no database is a sentence', async (t) => {
  const file = join(temporaryFolder(t), 'm.db');
  writeFileSync(file, 'not a database, but long enough to be read as a header of one'.repeat(20), { mode: 0o600 });
  const facts = await failsWith('metadata-unreachable', () =>
    openRecords({ metadata: { kind: 'sqlite', file }, server }),
  );
  assert.equal(facts.problem, 'the file is no SQLite database');
});

test('a database that others can read is refused', async (t) => {
  const file = join(temporaryFolder(t), 'm.db');
  writeFileSync(file, '', { mode: 0o600 });
  chmodSync(file, 0o644);
  const facts = await failsWith('state-unsafe', () => openRecords({ metadata: { kind: 'sqlite', file }, server }));
  assert.equal(facts.mend, `chmod go= ${file}`);
});

test('a database behind a symbolic link is refused', async (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('/etc/passwd', join(folder, 'm.db'));
  await failsWith('state-unsafe', () =>
    openRecords({ metadata: { kind: 'sqlite', file: join(folder, 'm.db') }, server }),
  );
});

test('a database in a folder that is missing is refused with the command that makes it', async (t) => {
  const folder = join(temporaryFolder(t), 'missing');
  const metadata = { kind: 'sqlite', file: join(folder, 'm.db') } as const;
  assert.match((await failsWith('state-unsafe', () => openRecords({ metadata, server }))).mend, /^mkdir/);
});

function query(file: string, statement: string): object[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(statement).all();
  } finally {
    database.close();
  }
}
