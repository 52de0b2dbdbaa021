import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { keepDatabases } from '../../plugin/actions/keep-databases.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import { incomingDatabase } from '../../plugin/domain/hidden-database.ts';
import type { SqlSession } from '../../plugin/sources/mysql/admin-session.ts';
import { quoteName } from '../../plugin/sources/mysql/sql-text.ts';
import { fingerprint, openTestSession } from '../support/dumped-database.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { makeDatabaseSite, type DatabaseSite, type ResticEnvironment } from '../support/restored-databases.ts';
import { hostileNames, kindsOfTables } from '../support/hostile-databases.ts';
import { rowHashes } from '../support/row-hashes.ts';
import { sampleShop } from '../support/sample-shop.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

suite('a shop as Larder itself backed it up', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let session: SqlSession;
  let site: DatabaseSite;
  let restic: ResticEnvironment;
  let then: Record<string, string>;
  let wholeThen: string;
  const folder = suiteFolder();

  before(async () => {
    mariadb = await startMariadb();
    session = await openTestSession(mariadb);
    site = await makeDatabaseSite(folder, mariadb, ['u1_shop', 'u1_kinds']);
    mariadb.sql(`CREATE DATABASE u1_shop CHARACTER SET utf8mb4; USE u1_shop; ${sampleShop(0.4)}`);
    mariadb.sql(`CREATE DATABASE u1_kinds CHARACTER SET utf8mb4; USE u1_kinds; SET NAMES utf8mb4; ${kindsOfTables}
      ${hostileNames.map((name) => `CREATE TABLE ${quoteName(name)} (${quoteName(name)} INT); INSERT INTO ${quoteName(name)} VALUES (1);`).join('\n')}
      ${viewCycle}`);
    then = await rowHashes(session, 'u1_shop');
    wholeThen = await fingerprint(session, 'u1_shop');
    restic = await site.backUp();
    mariadb.sql(`USE u1_shop; UPDATE wp_posts SET post_content = CONCAT(post_content, 'x') WHERE ID % 3 = 0;
      DELETE FROM wp_comments WHERE comment_ID % 2; UPDATE wp_wc_product_meta_lookup SET min_price = 0;
      INSERT INTO wp_wc_orders (id, status, total_amount, date_created_gmt) VALUES (900001, 'wc-processing', 12.5, UTC_TIMESTAMP() + INTERVAL 5 SECOND);
      ALTER TABLE wp_users ADD COLUMN phone varchar(20) DEFAULT 'none'; DROP TABLE wp_usermeta; CREATE TABLE wp_new (id int);
      DROP FUNCTION with_tax;`);
  });
  after(async () => {
    await site.close();
    await session.close();
    await mariadb.stop();
  });

  test('comes back beside the live one, row for row', async () => {
    const now = await fingerprint(session, 'u1_shop');
    const plan = await site.plan('u1_shop', { as: 'u1_shop_then' });
    assert.deepEqual((await site.run(plan.plan)).problems, []);
    assert.deepEqual(await rowHashes(session, 'u1_shop_then'), then);
    assert.equal(await fingerprint(session, 'u1_shop'), now);
  });

  test('one table of it comes back, and no other row changes', async () => {
    const now = await rowHashes(session, 'u1_shop');
    const plan = await site.plan('u1_shop', { tables: ['wp_wc_product_meta_lookup'], replace: true });
    assert.deepEqual((await site.run(plan.plan)).problems, []);
    const table = 'wp_wc_product_meta_lookup';
    assert.deepEqual(await rowHashes(session, 'u1_shop'), { ...now, [table]: then[table] });
    await site.run((await site.undo()).plan);
    assert.deepEqual(await rowHashes(session, 'u1_shop'), now);
  });

  test('all of it comes back in its place, with what belongs to it, and an undo brings the newer back', async () => {
    const now = await fingerprint(session, 'u1_shop');
    const plan = await site.plan('u1_shop', { replace: true });
    assert.ok(plan.warnings.some(({ kind }) => kind === 'newer-rows'));
    assert.deepEqual((await site.run(plan.plan)).problems, []);
    assert.deepEqual(await rowHashes(session, 'u1_shop'), then);
    assert.equal(owned(await fingerprint(session, 'u1_shop')), owned(wholeThen));
    await site.run((await site.undo()).plan);
    assert.equal(await fingerprint(session, 'u1_shop'), now);
  });

  test('every kind of table and every name comes back; views that never worked are told, and stop nothing', async () => {
    const before = await fingerprint(session, 'u1_kinds');
    const rows = await rowHashes(session, 'u1_kinds');
    mariadb.sql(`USE u1_kinds; DELETE FROM wp_posts; UPDATE bytes SET v = NULL; DROP TABLE a_child, z_parent; DROP VIEW v_second;
      ALTER TABLE zero_dates DROP COLUMN t; UPDATE latin SET t = 'ohne'; INSERT INTO parts VALUES (9), (10);`);
    const now = await fingerprint(session, 'u1_kinds');
    const plan = await site.plan('u1_kinds', { replace: true });
    assert.deepEqual(
      plan.warnings.filter(({ kind }) => kind === 'broken-views'),
      [{ kind: 'broken-views', views: ['cycle_a', 'cycle_t'] }],
    );
    const { problems } = await site.run(plan.plan);
    assert.deepEqual(problems.map(({ object }) => object).toSorted(), ['cycle_a', 'cycle_t']);
    const { versions: _, ...same } = await rowHashes(session, 'u1_kinds');
    const { versions: __, ...wanted } = rows;
    assert.deepEqual(same, wanted);
    assert.equal(withoutCycle(owned(await fingerprint(session, 'u1_kinds'))), withoutCycle(owned(before)));
    await site.run((await site.undo()).plan);
    assert.equal(withoutCycle(await fingerprint(session, 'u1_kinds')), withoutCycle(now));
  });

  test('stock restic and the stock client bring it back without Larder', async () => {
    const env = { PATH: process.env['PATH'], ...restic };
    execFileSync('restic', ['--no-cache', 'restore', 'latest', '--target', `${folder}/out`], { env, stdio: 'pipe' });
    mariadb.sql('CREATE DATABASE by_hand CHARACTER SET utf8mb4');
    const script = `find . -name '*.sql' | LC_ALL=C sort | xargs cat |
      mariadb --no-defaults --default-character-set=utf8mb4 -uroot -S"$1" by_hand`;
    const cwd = `${folder}/out/databases/mysql/u1_shop`;
    execFileSync('sh', ['-c', script, 'sh', mariadb.socketPath], { cwd, stdio: 'pipe' });
    assert.deepEqual(await rowHashes(session, 'by_hand'), then);
    assert.equal((await fingerprint(session, 'by_hand')).replaceAll('by_hand', 'u1_shop'), wholeThen);
  });

  test('latest is the newest restore point that has the database, not a backup of some files', async () => {
    const { performing } = site;
    const home = (await findAccount(performing.services, 'u1')).home;
    writeFileSync(`${home}/note.txt`, 'later');
    const paths = [Buffer.from('note.txt').toString('base64')];
    const asked = { kind: 'backup', account: 'u1', paths, label: undefined } as const;
    const later = await performRequest<'backup'>(performing, asked);
    assert.ok(later.snapshotId !== undefined, JSON.stringify(later));
    const of = (database?: string) =>
      performRequest<'databases'>(performing, { kind: 'databases', account: 'u1', point: 'latest', database });
    const [any, own] = [await of(), await of('u1_shop')];
    assert.equal(own.point.id, any.point.id);
    assert.notEqual(own.point.id, later.snapshotId);
    assert.equal((await site.plan('u1_shop', { replace: true })).point.id, own.point.id);
    const without = await of('u1_nowhere');
    assert.equal(without.point.id, later.snapshotId, 'where none has it, the newest at all');
  });

  test('what was kept for an undo goes when its time is over, and not before', async () => {
    const plan = await site.plan('u1_shop', { tables: ['wp_options'], replace: true });
    await site.run(plan.plan);
    const { services } = site.performing;
    await keepDatabases(services);
    assert.ok(hidden(mariadb).length > 0);
    const later = new Date(services.clock.now().getTime() + 9 * 86_400_000);
    await keepDatabases({ ...services, clock: { ...services.clock, now: () => later } });
    assert.deepEqual(hidden(mariadb), []);
  });

  test('what killed loads left is ended, and what is at work goes on', async () => {
    const plan = await site.plan('u1_shop', { tables: ['wp_options'], replace: true });
    const dead = incomingDatabase('dead');
    const atWork = incomingDatabase('atwork');
    mariadb.sql(`CREATE DATABASE \`${dead}\`; CREATE TABLE \`${dead}\`.t (id INT); CREATE DATABASE \`${atWork}\`;
      CREATE USER larder_l_dead@localhost IDENTIFIED BY 'x'; CREATE USER larder_l_atwork@localhost IDENTIFIED BY 'x';
      CREATE USER larder_o_left@localhost IDENTIFIED BY 'x'`);
    await session.rows("SELECT GET_LOCK('larder:atwork', 1)");
    await keepDatabases(site.performing.services);
    assert.deepEqual(hidden(mariadb), [atWork]);
    const users = mariadb.sql("SELECT User FROM mysql.user WHERE User LIKE 'larder\\_l\\_%'");
    assert.equal(users, 'larder_l_atwork\n');
    assert.match(mariadb.sql('SHOW CREATE USER larder_o_left@localhost'), /ACCOUNT LOCK/);
    await session.rows("SELECT RELEASE_LOCK('larder:atwork')");
    await keepDatabases(site.performing.services);
    assert.deepEqual(hidden(mariadb), []);
    assert.equal((await site.run(plan.plan)).counts.replaced, 1);
  });
});

/** Two views, of which each reads the other: no statement makes that at once. */
const viewCycle = `CREATE TABLE cycle_t (x INT); CREATE VIEW cycle_a AS SELECT x FROM cycle_t;
  CREATE VIEW cycle_c AS SELECT x FROM cycle_a; DROP TABLE cycle_t; RENAME TABLE cycle_c TO cycle_t;`;

/** Definers differ: what came back belongs to the owner that Larder keeps. */
function owned(print: string): string {
  return print.replaceAll(/larder_o_[0-9a-f]{16}/g, 'root');
}

function hidden(mariadb: PrivateMariadb): string[] {
  return mariadb.sql("SHOW DATABASES LIKE '~larder%'").split('\n').filter(Boolean).toSorted();
}

/** A print without the views that never worked. */
function withoutCycle(print: string): string {
  const [tables, definitions] = JSON.parse(print) as [unknown, { views: { name: string }[] }];
  const views = definitions.views.filter(({ name }) => !name.startsWith('cycle_'));
  return JSON.stringify([tables, { ...definitions, views }]);
}
