import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { keepDatabases } from '../../plugin/actions/keep-databases.ts';
import type { Services } from '../../plugin/actions/services.ts';
import { outgoingDatabase } from '../../plugin/domain/hidden-database.ts';
import { isFailure } from '../../plugin/domain/failure.ts';
import type { SqlSession } from '../../plugin/sources/mysql/admin-session.ts';
import { changeRestorer } from '../support/changed-restorer.ts';
import { openTestSession } from '../support/dumped-database.ts';
import { failsWith } from '../support/failures.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { makeDatabaseSite, type DatabaseSite } from '../support/restored-databases.ts';
import { rowHashes } from '../support/row-hashes.ts';
import { sampleShop } from '../support/sample-shop.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const tableCount = 200;

suite('a restore that has no luck harms nothing', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let session: SqlSession;
  let site: DatabaseSite;
  const folder = suiteFolder();

  before(async () => {
    const small = ['--innodb-file-per-table=0', '--innodb-data-file-path=ibdata1:12M:autoextend:max:90M'];
    mariadb = await startMariadb(small);
    const names = ['u1_shop', 'u1_busy', 'u1_large'];
    mariadb.sql(names.map((name) => `CREATE DATABASE ${name} CHARACTER SET utf8mb4;`).join(' '));
    session = await openTestSession(mariadb);
    site = await makeDatabaseSite(folder, mariadb, names);
  });
  after(async () => {
    await session.close();
    await site.close();
    await mariadb.stop();
  });

  test('200 tables change over while the site reads and writes: no query fails, no row is lost', async () => {
    const names = Array.from({ length: tableCount }, (_, index) => `t${index}`);
    mariadb.sql(`USE u1_busy; CREATE TABLE written (id INT AUTO_INCREMENT PRIMARY KEY);
      ${names.map((name) => `CREATE TABLE ${name} (v VARCHAR(9) PRIMARY KEY); INSERT INTO ${name} VALUES ('then');`).join('\n')}`);
    await site.backUp();
    mariadb.sql(`USE u1_busy; ${names.map((name) => `UPDATE ${name} SET v = 'now';`).join(' ')}`);
    const { plan } = await site.plan('u1_busy', { replace: true });
    const traffic = startTraffic(mariadb, names);
    await site.run(plan);
    const { seen, written, problems } = await traffic.stop();
    assert.deepEqual(problems, []);
    assert.deepEqual([...seen].toSorted(), ['now', 'then']);
    const count = (database: string): number => Number(mariadb.sql(`SELECT COUNT(*) FROM \`${database}\`.written`));
    assert.ok(count(outgoingDatabase(plan)) > 0 && count('u1_busy') > 0, 'written before and after');
    assert.equal(count(outgoingDatabase(plan)) + count('u1_busy'), written);
  });

  test('a server that is killed while tables are loaded has the live database as it was', async () => {
    mariadb.sql(`SET GLOBAL innodb_flush_log_at_trx_commit = 1; USE u1_shop; ${sampleShop(0.3)}`);
    await site.backUp();
    mariadb.sql(
      'USE u1_shop; UPDATE wp_posts SET post_title = UPPER(post_title) WHERE ID % 2; DELETE FROM wp_wc_orders LIMIT 5;',
    );
    const now = await rowHashes(session, 'u1_shop');
    const { plan } = await site.plan('u1_shop', { replace: true });
    const kill = killingAt(site.performing.services, 3, () => mariadb.kill());
    await assert.rejects(
      () => site.run(plan, undefined, kill),
      (error) => isFailure(error),
    );
    await session.close();
    await mariadb.restart();
    session = await openTestSession(mariadb);
    assert.deepEqual(await rowHashes(session, 'u1_shop'), now);
    await keepDatabases(site.performing.services);
    assert.equal(mariadb.sql("SHOW DATABASES LIKE '~larder\\_new%'"), '');
    assert.equal(mariadb.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'larder\\_l\\_%'"), '0\n');
    assert.equal((await site.run((await site.plan('u1_shop', { replace: true })).plan)).problemCount, 0);
  });

  test('a server without room refuses the load, and has the live database as it was', async () => {
    mariadb.sql(`USE u1_large;
      CREATE TABLE large (id INT PRIMARY KEY, body BLOB) SELECT seq AS id, REPEAT(MD5(seq), 40) AS body FROM seq_1_to_26000`);
    await site.backUp();
    mariadb.sql("USE u1_large; UPDATE large SET body = 'short' WHERE id % 100 = 0");
    const now = await rowHashes(session, 'u1_large');
    const { plan } = await site.plan('u1_large', { replace: true });
    const { problem } = await failsWith('database-refused', () => site.run(plan));
    assert.match(problem, /is full/);
    assert.deepEqual(await rowHashes(session, 'u1_large'), now);
    assert.equal(mariadb.sql("SHOW DATABASES LIKE '~larder\\_new%'"), '');
  });
});

/** A site that reads and writes all the time, over connections of its own. */
function startTraffic(mariadb: PrivateMariadb, tables: readonly string[]) {
  const seen = new Set<string>();
  const problems: string[] = [];
  let written = 0;
  let isOver = false;
  const loop = async (act: (session: SqlSession, turn: number) => Promise<void>): Promise<void> => {
    const session = await openTestSession(mariadb);
    for (let turn = 0; !isOver; turn++) {
      await act(session, turn).catch((error: unknown) => problems.push(String(error)));
      await wait(1);
    }
    await session.close();
  };
  const reading = loop(async (session, turn) => {
    const [row] = await session.rows(`SELECT v FROM u1_busy.${tables[turn % tables.length]}`);
    seen.add(row?.['v'] ?? 'nothing');
  });
  const writing = loop(async (session) => {
    await session.run('INSERT INTO u1_busy.written VALUES ()');
    written += 1;
  });
  return {
    async stop() {
      await wait(100);
      isOver = true;
      await Promise.all([reading, writing]);
      return { seen, written, problems };
    },
  };
}

/** Services whose loads do `act` when so many pieces of the dump were read. */
function killingAt(services: Services, pieces: number, act: () => void): Partial<Services> {
  return {
    openRestorer: async (engine) => {
      const restorer = await services.openRestorer(engine);
      return changeRestorer(restorer, {
        load: (order) => restorer.load({ ...order, content: actAt(order.content, pieces, act) }),
      });
    },
  };
}

async function* actAt(
  content: AsyncIterable<Uint8Array>,
  pieces: number,
  act: () => void,
): AsyncGenerator<Uint8Array, void> {
  let left = pieces;
  for await (const piece of content) {
    yield piece;
    left -= 1;
    if (left === 0) act();
  }
}
