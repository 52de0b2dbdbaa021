import assert from 'node:assert/strict';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { after, before, suite } from 'node:test';
import { openRecords } from '../../plugin/database/open-records.ts';
import type { MysqlConfiguration } from '../../plugin/domain/configuration.ts';
import { parseServerId } from '../../plugin/domain/ids.ts';
import { testFormerRepositories } from '../contracts/former-repositories.ts';
import { testRecords, type RecordsPlace } from '../contracts/records.ts';
import { failsWith } from '../support/failures.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const migrations = readdirSync(fileURLToPath(new URL('../../migrations', import.meta.url))).length;
const server = parseServerId('a'.repeat(32));

suite('on a private MariaDB', { skip: hasMariadb ? false : 'mariadb-server is not installed' }, () => {
  let mariadb: PrivateMariadb | undefined;
  let databases = 0;

  before(async () => {
    mariadb = await startMariadb();
  });
  after(async () => await mariadb?.stop());

  const running = (): PrivateMariadb => {
    assert.ok(mariadb !== undefined);
    return mariadb;
  };
  const createDatabase = (): MysqlConfiguration => {
    databases += 1;
    return running().createDatabase(`larder_${databases}`);
  };

  const makePlace = (): RecordsPlace => {
    const metadata = createDatabase();
    return { open: (owner) => openRecords({ metadata, server: owner }) };
  };
  testRecords('records in MariaDB', makePlace);
  testFormerRepositories('records in MariaDB', makePlace);

  test('tables compare names by their bytes, whatever the database was made with', async () => {
    running().sql('CREATE DATABASE latin CHARACTER SET latin1 COLLATE latin1_swedish_ci');
    const metadata = { ...createDatabase(), database: 'latin' };
    await (await openRecords({ metadata, server })).close();
    const collations = running().sql(
      "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = 'latin' AND table_name NOT LIKE 'larder_migrations%' AND collation_name IS NOT NULL",
    );
    assert.equal(collations, 'utf8mb4_bin\n');
  });

  test('servers that start at the same moment change the schema once', async () => {
    const metadata = createDatabase();
    const all = await Promise.all(Array.from({ length: 5 }, () => openRecords({ metadata, server })));
    await Promise.all(all.map((records) => records.close()));
    assert.equal(
      running().sql(`SELECT COUNT(*), MAX(batch) FROM ${metadata.database}.larder_migrations`),
      `${migrations}\t1\n`,
    );
  });

  test('a schema change that was killed half way is finished at the next start', async () => {
    const metadata = createDatabase();
    await (await openRecords({ metadata, server })).close();
    running().sql(`USE ${metadata.database};
      DELETE FROM larder_migrations WHERE name LIKE '%_create_runs';
      UPDATE larder_migrations_lock SET is_locked = 1;`);
    const records = await openRecords({ metadata, server });
    assert.equal((await records.lastRuns()).size, 0);
    await records.close();
  });

  test('a database of a newer Larder stops with a sentence', async () => {
    const metadata = createDatabase();
    await (await openRecords({ metadata, server })).close();
    running().sql(`INSERT INTO ${metadata.database}.larder_migrations (name, batch) VALUES ('209901010000_hover', 2)`);
    await failsWith('system-unsupported', () => openRecords({ metadata, server }));
  });

  test('the password comes from a file that only its owner can read', async (t) => {
    const passwordFile = join(temporaryFolder(t), 'password');
    const metadata = { ...createDatabase(), user: 'larder', passwordFile };
    running().sql(`GRANT ALL ON ${metadata.database}.* TO larder@localhost IDENTIFIED BY 'p#''x'`);
    writeFileSync(passwordFile, "p#'x\n", { mode: 0o600 });
    await (await openRecords({ metadata, server })).close();
    chmodSync(passwordFile, 0o640);
    await failsWith('state-unsafe', () => openRecords({ metadata, server }));
  });

  test('a missing password file is named', async (t) => {
    const passwordFile = join(temporaryFolder(t), 'password');
    const facts = await failsWith('configuration-missing', () =>
      openRecords({ metadata: { ...createDatabase(), passwordFile }, server }),
    );
    assert.equal(facts.file, passwordFile);
  });

  test('a wrong password is a sentence without the password', async (t) => {
    const passwordFile = join(temporaryFolder(t), 'password');
    writeFileSync(passwordFile, 'hunter2', { mode: 0o600 });
    const metadata = { ...createDatabase(), user: 'nobody', passwordFile };
    const facts = await failsWith('metadata-unreachable', () => openRecords({ metadata, server }));
    assert.match(facts.problem, /refuses the user or the password/);
    assert.doesNotMatch(JSON.stringify(facts), /hunter2/);
  });

  test('a user whom the socket proves needs no password', async () => {
    const user = userInfo().username;
    running().sql(`GRANT ALL ON *.* TO ${user}@localhost IDENTIFIED VIA unix_socket WITH GRANT OPTION`);
    await (await openRecords({ metadata: { ...createDatabase(), user }, server })).close();
  });

  test('a database that is missing is a sentence', async () => {
    const metadata = { ...createDatabase(), database: 'elsewhere' };
    const facts = await failsWith('metadata-unreachable', () => openRecords({ metadata, server }));
    assert.match(facts.problem, /create it first/);
  });

  test('a server that is not there is a sentence', async (t) => {
    const metadata = { ...createDatabase(), server: { socketPath: join(temporaryFolder(t), 'socket') } };
    const facts = await failsWith('metadata-unreachable', () => openRecords({ metadata, server }));
    assert.match(facts.problem, /socket is missing/);
  });
});
