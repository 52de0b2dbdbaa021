import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { giveDatabases } from '../support/database-account.ts';
import { makeDatabaseSite, type DatabaseSite } from '../support/restored-databases.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const mebibyte = 2 ** 20;
/** `LARDER_ROW_MEBIBYTES=512` tries what no statement of any server could hold; that takes minutes. */
const rowMebibytes = Number(process.env['LARDER_ROW_MEBIBYTES'] ?? 96);
const usualPacket = 16 * mebibyte;
/** `LARDER_TABLES=10000` takes two minutes. */
const tableCount = Number(process.env['LARDER_TABLES'] ?? 2000);

suite('a database beyond all measure', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let site: DatabaseSite;
  const folder = suiteFolder();

  before(async () => {
    mariadb = await startMariadb([
      '--innodb-file-per-table=0',
      '--max-allowed-packet=1G',
      '--innodb-log-file-size=1G',
      '--innodb-buffer-pool-size=256M',
      '--net-write-timeout=600', // the client reads nothing while it writes such a row
    ]);
    mariadb.sql('CREATE DATABASE u1_many; CREATE DATABASE u1_long CHARACTER SET utf8mb4');
    site = await makeDatabaseSite(folder, mariadb, ['u1_many', 'u1_long']);
  });
  after(async () => {
    await site.close();
    await mariadb.stop();
  });

  const sums = (database: string): string =>
    mariadb.sql(`SELECT id, MD5(body), LENGTH(body), MD5(word), ST_AsText(place) IS NULL, MD5(ST_AsBinary(place))
      FROM ${database}.things ORDER BY id`);

  test(`a row of ${rowMebibytes} MB comes back, with text and shapes that are long`, async () => {
    const points = Array.from({ length: 150_000 }, (_, index) => `${index} ${index % 90}`).join(',');
    mariadb.sql(`USE u1_long; CREATE TABLE things
        (id INT PRIMARY KEY, body LONGBLOB, word LONGTEXT CHARACTER SET latin1, place GEOMETRY);
      INSERT INTO things VALUES (1, 'short', 'kurz', NULL), (4, '', NULL, ST_GeomFromText('LINESTRING(${points})'));
      INSERT INTO things VALUES (2, REPEAT(UNHEX('000102ff27225c0a'), ${(rowMebibytes * mebibyte) / 8}), 'ü', NULL);
      INSERT INTO things VALUES (3, REPEAT(UNHEX('ff00'), ${6 * mebibyte}), REPEAT('\\'o\\n\\\\', ${3 * mebibyte}), NULL)`);
    await site.backUp();
    const before = sums('u1_long');
    assert.equal((await site.run((await site.plan('u1_long', { as: 'u1_back' })).plan)).problemCount, 0);
    assert.equal(sums('u1_back'), before);
    giveDatabases(folder, ['u1_many', 'u1_long']);
    mariadb.sql(
      `DROP DATABASE u1_back; DELETE FROM u1_long.things WHERE id = 2; SET GLOBAL max_allowed_packet = ${usualPacket}`,
    );
  });

  test('where statements of 16 MB are the longest, a file of 12 MB comes back that is twice as long in words', async () => {
    await site.backUp();
    const before = sums('u1_long');
    mariadb.sql("USE u1_long; UPDATE things SET body = 'lost'");
    const receipt = await site.run((await site.plan('u1_long', { replace: true })).plan);
    assert.equal(receipt.problemCount, 0);
    assert.equal(sums('u1_long'), before);
  });

  test('the stock client loads such a dump, and a table with long values reads as CSV', async () => {
    const packed = await site.download({ name: 'u1_long', tables: [], format: 'sql.gz', forOldClients: false });
    mariadb.sql('CREATE DATABASE by_hand');
    const program = ['--no-defaults', '--max-allowed-packet=16M', '-uroot', `-S${mariadb.socketPath}`, 'by_hand'];
    execFileSync('mariadb', program, { input: gunzipSync(packed) });
    assert.equal(sums('by_hand'), sums('u1_long'));
    const asked = { name: 'u1_long', tables: ['things'], format: 'csv', forOldClients: false } as const;
    const csv = (await site.download(asked)).toString('latin1');
    const body = /^3,(0x[0-9A-F]*),/m.exec(csv)?.[1] ?? '';
    assert.equal(sha256(body), sha256(`0x${'FF00'.repeat(6 * mebibyte)}`));
  });

  test('a server that lets less through than it once did refuses the value, and has its database as it was', async () => {
    mariadb.sql(`SET GLOBAL max_allowed_packet = ${2 * mebibyte}`);
    const before = sums('u1_long');
    const { plan } = await site.plan('u1_long', { replace: true });
    await assert.rejects(() => site.run(plan), /max_allowed_packet/);
    assert.equal(sums('u1_long'), before);
    mariadb.sql(`SET GLOBAL max_allowed_packet = ${usualPacket}`);
  });

  test(`of ${tableCount} tables one comes back`, async () => {
    const names = Array.from({ length: tableCount }, (_, index) => `t${index}`);
    const make = names.map(
      (name) => `CREATE TABLE ${name} (v VARCHAR(9) PRIMARY KEY); INSERT INTO ${name} VALUES ('then');`,
    );
    mariadb.sql(`USE u1_many; ${make.join('\n')}`);
    await site.backUp();
    mariadb.sql("USE u1_many; UPDATE t1777 SET v = 'now'; UPDATE t1778 SET v = 'now'");
    const { plan } = await site.plan('u1_many', { tables: ['t1777'], replace: true });
    await site.run(plan);
    assert.equal(mariadb.sql('SELECT v FROM u1_many.t1777; SELECT v FROM u1_many.t1778'), 'then\nnow\n');
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
