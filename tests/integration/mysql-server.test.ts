import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { createDumpLogin } from '../../plugin/sources/mysql/create-dump-login.ts';
import { examineServer, missingRights } from '../../plugin/sources/mysql/examine-server.ts';
import { listMysqlDatabases } from '../../plugin/sources/mysql/mysql-source.ts';
import { startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

suite('a MariaDB is made ready for dumps, and looked at', () => {
  let mariadb: PrivateMariadb;
  before(async () => (mariadb = await startMariadb()));
  after(() => mariadb.stop());

  test('the account that init makes can read everything and change nothing', async (context) => {
    const passwordFile = join(temporaryFolder(context), 'password');
    writeFileSync(passwordFile, 'secret-1\n');
    chmodSync(passwordFile, 0o600);
    const configuration = {
      engine: 'mysql',
      server: { socketPath: mariadb.socketPath },
      dump: { user: 'larder_dump', passwordFile },
      admin: { user: 'root', passwordFile: undefined },
      replica: undefined,
    } as const;
    mariadb.sql('CREATE DATABASE shop; CREATE DATABASE `mysql_x`');
    assert.equal(await createDumpLogin(configuration, 'secret-1'), true);
    assert.equal(await createDumpLogin(configuration, 'other'), false);
    assert.deepEqual((await listMysqlDatabases(configuration)).toSorted(), ['mysql_x', 'shop']);
    const found = await examineServer(configuration);
    assert.deepEqual(
      found.filter(({ kind }) => kind === 'rights'),
      [],
    );
    assert.deepEqual(
      found.filter((item) => item.kind === 'setting').map(({ setting, wanted }) => [setting, wanted]),
      [
        ['have_symlink', 'DISABLED'],
        ['local_infile', 'OFF'],
      ],
    );
    mariadb.sql('SET GLOBAL local_infile = OFF; REVOKE RELOAD, EVENT ON *.* FROM larder_dump@localhost');
    const later = await examineServer(configuration);
    assert.deepEqual(
      later.slice(1).map((item) => ('mend' in item ? item.mend : 'setting' in item ? item.setting : '')),
      ['GRANT EVENT, RELOAD ON *.* TO `larder_dump`@`localhost`', 'have_symlink'],
    );
  });
});

test('rights are those on everything', () => {
  assert.deepEqual(missingRights(['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION']), []);
  assert.equal(missingRights(['GRANT SELECT ON `shop`.* TO `x`@`localhost`']).length, 7);
});
