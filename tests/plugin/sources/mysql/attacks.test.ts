import assert from 'node:assert/strict';
import { chmodSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../../../plugin/contracts/database-restorer.ts';
import type { DumpDescription } from '../../../../plugin/domain/stored-database.ts';
import { countNewer } from '../../../../plugin/sources/mysql/count-newer.ts';
import { dumpRights } from '../../../../plugin/sources/mysql/examine-server.ts';
import { openMysqlRestorer } from '../../../../plugin/sources/mysql/restorer.ts';
import {
  clientUser,
  configurationOf,
  loadNaively,
  openTestRestorer,
  openTestSession,
} from '../../../support/dumped-database.ts';
import { failsWith } from '../../../support/failures.ts';
import { attacks } from '../../../support/mysql-attacks.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../../../support/mariadb.ts';

suite('a hostile dump harms nobody', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let restorer: DatabaseRestorer;
  let open: string;

  before(async () => {
    mariadb = await startMariadb();
    restorer = await openTestRestorer(mariadb);
    open = join(dirname(mariadb.socketPath), 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    writeFileSync(join(open, 'script.sql'), "INSERT INTO neighbour.secret VALUES ('owned');\n", { mode: 0o644 });
    writeFileSync(join(open, 'others'), 'theirs\n', { mode: 0o644 });
  });
  after(async () => {
    await restorer.close();
    await mariadb.stop();
  });

  function prepare(): void {
    mariadb.sql(`DROP DATABASE IF EXISTS neighbour; DROP DATABASE IF EXISTS planted; DROP DATABASE IF EXISTS naive;
      DROP DATABASE IF EXISTS \`~larderXnewXatk\`; CREATE DATABASE \`~larderXnewXatk\`; CREATE TABLE \`~larderXnewXatk\`.t (v TEXT);
      CREATE DATABASE neighbour; CREATE DATABASE naive; CREATE TABLE neighbour.secret (v TEXT); DROP USER IF EXISTS backdoor;
      CREATE OR REPLACE USER bystander; SET GLOBAL max_connections = 151; DROP ROLE IF EXISTS planted; DROP SERVER IF EXISTS planted;
      SET GLOBAL general_log = 0; DELETE FROM mysql.func; UNINSTALL SONAME IF EXISTS 'auth_ed25519';`);
  }

  const isHarmed = (harm: string, proof: string) =>
    harm === 'file' ? existsSync(proof) : mariadb.sql(harm).trim() === '1';

  for (const [index, { name, sql, harm }] of attacks.entries()) {
    test(name, async () => {
      const proof = join(open, `proof-${index}`);
      const places = sql.replaceAll('{proof}', proof).replaceAll('{file}', join(open, 'others'));
      const text = Buffer.from(places.replaceAll('{script}', join(open, 'script.sql')));
      prepare();
      await loadNaively(mariadb, 'naive', text);
      assert.ok(isHarmed(harm, proof), 'the naive load shows that the attack works');
      rmSync(proof, { force: true });
      prepare();
      async function* content() {
        yield await Promise.resolve(text);
      }
      const order = { id: 'atk', description, tables: [missing], content: content(), user: clientUser };
      await assert.rejects(() => restorer.load({ ...order, signal: new AbortController().signal }));
      assert.ok(!isHarmed(harm, proof), 'the safe load harmed somebody');
    });
  }

  test('a table that would lie in another folder is refused, and gone', async () => {
    const sql = `CREATE TABLE outside (i INT) DATA DIRECTORY='${open}'`;
    const made = (): string[] => globSync(`${open}/*/outside.ibd`);
    mariadb.sql(`DROP DATABASE IF EXISTS naive; CREATE DATABASE naive`);
    await loadNaively(mariadb, 'naive', sql);
    assert.equal(made().length, 1);
    mariadb.sql('DROP DATABASE naive');
    async function* content() {
      yield await Promise.resolve(Buffer.from(sql));
    }
    const tables = [{ ...missing, name: 'outside' }];
    const order = { id: 'atk', description, tables, content: content(), user: clientUser };
    const { problem } = await failsWith('database-refused', () => {
      return restorer.load({ ...order, signal: new AbortController().signal });
    });
    assert.match(problem, /a folder outside of the server/);
    assert.deepEqual(made(), []);
  });

  test('a file of the client does not come into the database', async () => {
    const file = join(open, 'private');
    writeFileSync(file, 'mine');
    chmodSync(file, 0o644);
    const steal = `CREATE TABLE loot (v TEXT); LOAD DATA LOCAL INFILE '${file}' INTO TABLE loot;`;
    mariadb.sql('DROP DATABASE IF EXISTS naive; CREATE DATABASE naive');
    await loadNaively(mariadb, 'naive', steal);
    assert.equal(mariadb.sql('SELECT v FROM naive.loot'), 'mine\n');
    async function* content() {
      yield await Promise.resolve(Buffer.from(steal));
    }
    const order = {
      id: 'atk',
      description,
      tables: [{ ...missing, name: 'loot', rows: 1 }],
      content: content(),
      user: clientUser,
    };
    await assert.rejects(() => restorer.load({ ...order, signal: new AbortController().signal }));
  });

  test('a view in the place of a table runs no function with the rights of whoever counts', async () => {
    mariadb.sql(`CREATE DATABASE victim; CREATE TABLE victim.t (id INT);
      CREATE DATABASE trap; CREATE TABLE trap.src (id INT, created_at DATETIME);
      INSERT INTO trap.src VALUES (1, NOW() + INTERVAL 1 DAY);
      CREATE USER reader@localhost IDENTIFIED BY ''; GRANT ${dumpRights.join(', ')} ON *.* TO reader@localhost`);
    const session = await openTestSession(mariadb);
    await session.run(`CREATE FUNCTION trap.f() RETURNS INT SQL SECURITY INVOKER
      BEGIN INSERT INTO victim.t VALUES (1); RETURN 1; END`);
    await session.run(`CREATE SQL SECURITY INVOKER VIEW trap.never_there AS
      SELECT * FROM trap.src WHERE trap.f()`);
    const count = () => mariadb.sql('SELECT COUNT(*) > 0 FROM victim.t');
    await countNewer(session, 'trap', [missing], new Date());
    await session.close();
    assert.equal(count(), '1\n', 'the naive count shows that the attack works');
    mariadb.sql('DELETE FROM victim.t');
    const dump = { user: 'reader', passwordFile: undefined };
    const asReader = await openMysqlRestorer({ ...configurationOf(mariadb), dump });
    assert.equal((await asReader.countNewer('trap', [missing], new Date())).size, 0);
    assert.deepEqual(
      (await asReader.look('trap'))?.tables.map(({ name }) => name),
      ['src'],
    );
    await asReader.close();
    assert.equal(count(), '0\n');
  });
});

const missing = {
  name: 'never_there',
  kind: 'table',
  engine: 'InnoDB',
  rows: 0,
  bytes: 0,
  definitionSha256: '0'.repeat(64),
  isConsistent: true,
  nextNumber: undefined,
} as const;

const description: DumpDescription = {
  format: 1,
  engine: 'mysql',
  name: 'hostile',
  dumpedAt: '2026-11-29T20:00:00.000Z',
  serverVersion: '10.11.19-MariaDB',
  program: 'hostile',
  position: undefined,
  isFromReplica: false,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  counts: { rows: 0, bytes: 0, views: 0, routines: 0, triggers: 0, events: 0 },
  tables: [missing],
  brokenViews: [],
};
