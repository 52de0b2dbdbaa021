import type { TableLine } from '../../plugin/protocol/databases.ts';
import assert from 'node:assert/strict';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../plugin/contracts/database-restorer.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { putBackUnfinished } from '../../plugin/actions/run-database-plan.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { SqlSession } from '../../plugin/sources/mysql/admin-session.ts';
import { changeRestorer } from '../support/changed-restorer.ts';
import { makeDatabaseSite, type DatabaseSite } from '../support/restored-databases.ts';
import { dumpDatabase, fingerprint, openTestSession } from '../support/dumped-database.ts';
import { failsWith } from '../support/failures.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { shopSql } from '../support/shop-database.ts';

suite('a shop is brought back', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let session: SqlSession;
  let site: DatabaseSite;
  const folder = suiteFolder();

  before(async () => {
    mariadb = await startMariadb();
    session = await openTestSession(mariadb);
    const shops = ['u1_shop', 'u1_blog', 'u1_some', 'u1_stop', 'u1_users', 'u1_look', 'u1_values', 'u1_taken'];
    site = await makeDatabaseSite(folder, mariadb, shops);
  });
  after(async () => {
    await site.close();
    await session.close();
    await mariadb.stop();
  });

  function makeShop(name: string): void {
    mariadb.sql(`CREATE DATABASE ${name}; USE ${name}; ${shopSql}`);
  }

  test('in the place of the live one, which an undo brings back, and an undo of that once more', async () => {
    makeShop('u1_shop');
    const then = await fingerprint(session, 'u1_shop');
    site.store(await dumpDatabase(mariadb, 'u1_shop'));
    mariadb.sql(`USE u1_shop; DELETE FROM wp_posts WHERE id > 490; CREATE TABLE came_later (id INT);
      INSERT INTO wp_wc_orders (status, total) VALUES ('wc-new', 1), ('wc-new', 2); DROP TABLE wp_options;`);
    const now = await fingerprint(session, 'u1_shop');
    const plan = await site.plan('u1_shop', { replace: true });
    assert.deepEqual(plan.warnings[0], { kind: 'newer-rows', count: 4, tables: ['wp_log', 'wp_wc_orders'] });
    const { comesBack, replaced, removed, stays, newerRows } = plan.counts;
    assert.deepEqual([comesBack, replaced, removed, stays, newerRows], [1, 7, 1, 0, 4]);
    assert.equal(await fingerprint(session, 'u1_shop'), now);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problems, receipt.counts], [[], plan.counts]);
    assert.equal(owned(await fingerprint(session, 'u1_shop')), owned(then));
    const undo = await site.undo();
    assert.equal(undo.purpose, 'undo-database');
    await site.run(undo.plan);
    assert.equal(await fingerprint(session, 'u1_shop'), now);
    await site.run((await site.undo()).plan);
    assert.equal(owned(await fingerprint(session, 'u1_shop')), owned(then));
  });

  test('beside the live one, which stays as it is; the panel knows of it, and an undo takes it away', async () => {
    makeShop('u1_blog');
    site.store(await dumpDatabase(mariadb, 'u1_blog'));
    const now = await fingerprint(session, 'u1_blog');
    const plan = await site.plan('u1_blog', {});
    assert.ok(plan.target.kind === 'beside');
    assert.match(plan.target.name, /^u1_blog_restored_\d{4}$/);
    await site.run(plan.plan);
    assert.ok(site.databases().includes(plan.target.name));
    assert.equal(mariadb.sql(`SELECT COUNT(*) FROM ${plan.target.name}.wp_posts`), '500\n');
    assert.equal(await fingerprint(session, 'u1_blog'), now);
    await site.run((await site.undo()).plan);
    assert.ok(!site.databases().includes(plan.target.name));
    assert.equal(await fingerprint(session, plan.target.name), 'none');
    await site.run((await site.undo()).plan);
    assert.equal(mariadb.sql(`SELECT COUNT(*) FROM ${plan.target.name}.wp_posts`), '500\n');
    assert.equal(mariadb.sql(`SELECT COUNT(*) FROM ${plan.target.name}.v_open_orders`), '2\n', 'its definer is there');
    assert.ok(site.databases().includes(plan.target.name));
  });

  test('beside, but somebody made a database of that name meanwhile: theirs stays', async () => {
    makeShop('u1_taken');
    site.store(await dumpDatabase(mariadb, 'u1_taken'));
    const plan = await site.plan('u1_taken', {});
    assert.ok(plan.target.kind === 'beside');
    const { name } = plan.target;
    const act = (): void => void mariadb.sql(`CREATE DATABASE ${name}; CREATE TABLE ${name}.theirs (id INT)`);
    await failsWith('database-refused', () =>
      site.run(plan.plan, undefined, breaking(site.performing, 'exchange', act)),
    );
    assert.equal(mariadb.sql(`SHOW TABLES IN ${name}`), 'theirs\n');
    assert.ok(!site.databases().includes(name));
    mariadb.sql(`DROP DATABASE ${name}`);
    await site.run(plan.plan);
    assert.equal(mariadb.sql(`SELECT COUNT(*) FROM ${name}.wp_posts`), '500\n');
  });

  test('some tables in their places, all others as they are; never half of what foreign keys bind', async () => {
    makeShop('u1_some');
    site.store(await dumpDatabase(mariadb, 'u1_some'));
    mariadb.sql(`USE u1_some; UPDATE wp_options SET option_value = 'broken'; DELETE FROM wp_posts WHERE id < 100;`);
    const plan = await site.plan('u1_some', { tables: ['wp_options'], replace: true });
    assert.equal(plan.counts.stays, 7);
    await site.run(plan.plan);
    assert.equal(
      mariadb.sql("SELECT option_value FROM u1_some.wp_options WHERE option_name = 'siteurl'"),
      'https://shop.example\n',
    );
    assert.equal(mariadb.sql('SELECT COUNT(*) FROM u1_some.wp_posts'), '401\n');
    await site.run((await site.undo()).plan);
    assert.equal(mariadb.sql("SELECT option_value FROM u1_some.wp_options WHERE option_name = 'siteurl'"), 'broken\n');
    const facts = await failsWith('restore-refused', () =>
      site.plan('u1_some', { tables: ['wp_wc_orders'], replace: true }),
    );
    assert.match(String(facts['problem']), /wp_order_items, wp_wc_orders/);
    mariadb.sql('USE u1_some; DROP TABLE wp_order_items');
    const { tables } = await failsWith('restore-refused', () =>
      site.plan('u1_some', { tables: ['wp_order_items'], replace: true }),
    );
    assert.deepEqual(tables, ['wp_order_items', 'wp_wc_orders'], 'also of a table that is gone');
    const both = await site.plan('u1_some', { tables: ['wp_order_items', 'wp_wc_orders'], replace: true });
    await site.run(both.plan);
    const key = mariadb.sql(
      "SELECT UNIQUE_CONSTRAINT_SCHEMA FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'u1_some'",
    );
    assert.equal(key, 'u1_some\n');
    await failsWith('not-found', () => site.plan('u1_some', { tables: ['nothing'], replace: true }));
    await failsWith('invalid-input', () => site.plan('u1_some', { as: 'mysql' }));
    await failsWith('unknown-database', () => site.plan('other', { replace: true }));
  });

  test('a run that is stopped, fails or dies in the middle leaves the live database as it was', async () => {
    makeShop('u1_stop');
    const dumped = await dumpDatabase(mariadb, 'u1_stop');
    site.store(dumped);
    mariadb.sql('USE u1_stop; DELETE FROM wp_posts WHERE id > 3; DROP VIEW a_on_view;');
    const now = await fingerprint(session, 'u1_stop');
    for (const step of ['load', 'exchange'] as const) {
      const stop = new AbortController();
      const plan = await site.plan('u1_stop', { replace: true });
      await failsWith('cancelled', () =>
        site.run(
          plan.plan,
          stop.signal,
          breaking(site.performing, step, () => stop.abort(new Error('stop'))),
        ),
      );
      assert.equal(await fingerprint(session, 'u1_stop'), now, step);
    }
    const plan = await site.plan('u1_stop', { replace: true });
    const dies = breaking(site.performing, 'after-exchange', () => {
      throw new Error('the process dies here');
    });
    const dead = withRestorer(site.performing, dies, {
      putBack: () => Promise.reject(new Error('and nobody puts back')),
    });
    await assert.rejects(() => site.run(plan.plan, undefined, dead), /nobody puts back/);
    assert.notEqual(await fingerprint(session, 'u1_stop'), now);
    const { services } = site.performing;
    const restorer = await services.openRestorer('mysql');
    await putBackUnfinished(services, await findAccount(services, 'u1'), restorer);
    await restorer.close();
    assert.equal(await fingerprint(session, 'u1_stop'), now);
    assert.equal(mariadb.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'larder\\_l%'"), '0\n');
  });

  test('missing users come back with their passwords, and only to their database', async () => {
    makeShop('u1_users');
    mariadb.sql("CREATE USER shopkeeper@localhost IDENTIFIED BY 'secret'");
    const create = mariadb.sql('SHOW CREATE USER shopkeeper@localhost').trim();
    mariadb.sql('DROP USER shopkeeper@localhost');
    const grants = [
      'GRANT SELECT, INSERT ON `u1\\_users`.* TO `shopkeeper`@`localhost`',
      'GRANT ALL PRIVILEGES ON *.* TO `shopkeeper`@`localhost`',
      'GRANT SELECT ON `mysql`.* TO `shopkeeper`@`localhost`',
      'GRANT SUPER ON *.* TO `shopkeeper`@`localhost` WITH GRANT OPTION',
    ];
    const users = { users: [{ user: 'shopkeeper', host: 'localhost', create, grants }] };
    site.store({ ...(await dumpDatabase(mariadb, 'u1_users')), users });
    const plan = await site.plan('u1_users', { replace: true });
    assert.deepEqual(plan.users, ['shopkeeper@localhost']);
    assert.deepEqual((await site.run(plan.plan)).problems, []);
    const shown = mariadb.sql('SHOW GRANTS FOR shopkeeper@localhost');
    assert.match(
      shown,
      /^GRANT USAGE ON \*\.\* TO .*\nGRANT SELECT, INSERT ON `u1\\\\_users`\.\* TO `shopkeeper`@`localhost`\n$/,
    );
  });

  test('a table in which only values changed is told from one that is the same', async () => {
    makeShop('u1_values');
    site.store(await dumpDatabase(mariadb, 'u1_values'));
    const asked = { account: 'u1', database: 'u1_values' } as const;
    const tablesOf = async (point: string) => {
      const { tables } = await performRequest<'tables'>(site.performing, { kind: 'tables', ...asked, point });
      return new Map(tables.map((table) => [table.name, table]));
    };
    const { point } = await performRequest<'tables'>(site.performing, { kind: 'tables', ...asked, point: 'latest' });
    mariadb.sql("USE u1_values; UPDATE wp_posts SET post_title = 'others' WHERE id < 3");
    assert.equal((await tablesOf(point.id)).get('wp_posts')?.mark, 'same', 'what no backup has seen nobody can tell');
    site.store(await dumpDatabase(mariadb, 'u1_values'));
    const then = await tablesOf(point.id);
    const now = await tablesOf('latest');
    const told = (table: TableLine | undefined) => [table?.mark, table?.isSameContent, table?.rows === table?.rowsNow];
    assert.deepEqual(told(then.get('wp_posts')), ['changed', false, true]);
    assert.deepEqual(told(then.get('wp_options')), ['same', true, true]);
    assert.deepEqual(told(now.get('wp_posts')), ['same', undefined, true]);
  });

  test('tables are looked at, and taken away as SQL and as CSV', async () => {
    makeShop('u1_look');
    site.store(await dumpDatabase(mariadb, 'u1_look'));
    mariadb.sql(
      "USE u1_look; INSERT INTO wp_wc_orders (status) VALUES ('new'); ALTER TABLE wp_options ADD COLUMN more INT",
    );
    const asked = { account: 'u1', point: 'latest', database: 'u1_look' } as const;
    const { tables } = await performRequest<'tables'>(site.performing, { kind: 'tables', ...asked });
    const found = new Map(tables.map((table) => [table.name, table]));
    assert.deepEqual(found.get('wp_wc_orders')?.newer, { count: 1, by: 'key', column: 'id' });
    assert.equal(found.get('wp_options')?.isSameDefinition, false);
    assert.equal(found.get('wp_posts')?.mark, 'same');
    const table = await performRequest<'table'>(site.performing, { kind: 'table', ...asked, table: 'odd' });
    assert.deepEqual(table.columns, [
      'id',
      'size',
      'area',
      'doubled',
      'hidden',
      'settings',
      'at',
      'zero',
      'raw',
      'bits',
      'name',
    ]);
    assert.deepEqual(table.sample[0]?.slice(0, 8), [
      '1',
      '3',
      '9',
      '6',
      '7',
      '{"a":[1,2]}',
      '2026-01-01 10:00:00',
      '0000-00-00',
    ]);
    const csv = { name: 'u1_look', tables: ['wp_options'], format: 'csv', forOldClients: false } as const;
    const lines = ['option_name,option_value', 'empty,""', 'nothing,', 'siteurl,https://shop.example', ''];
    assert.equal((await site.download(csv)).toString(), lines.join('\r\n'));
    const whole = { name: 'u1_look', tables: [], format: 'sql.gz', forOldClients: true } as const;
    const text = gunzipSync(await site.download(whole)).toString();
    assert.doesNotMatch(text, /enable the sandbox mode/);
    const zst = await site.download({ ...whole, format: 'sql.zst' });
    assert.equal(zstdDecompressSync(zst).toString(), text);
    mariadb.sql(`CREATE DATABASE from_download; USE from_download; ${text}`);
    assert.equal(mariadb.sql('SELECT COUNT(*) FROM from_download.wp_posts'), '500\n');
  });
});

/** What came back belongs to the owner that Larder keeps. */
function owned(print: string): string {
  return print.replaceAll(/larder_o_[0-9a-f]{16}/g, 'root');
}

type Performing = DatabaseSite['performing'];
type Step = 'load' | 'exchange' | 'after-exchange';

/** Services whose restorer does `act` before a step, or right after the tables were exchanged. */
function breaking(performing: Performing, step: Step, act: () => void) {
  const { services } = performing;
  return {
    openRestorer: async (engine: 'mysql' | 'postgresql') => {
      const restorer = await services.openRestorer(engine);
      return changeRestorer(restorer, {
        async load(order) {
          if (step === 'load') act();
          await restorer.load(order);
          if (step === 'exchange') act();
        },
        async exchange(journal, signal) {
          const problems = await restorer.exchange(journal, signal);
          if (step === 'after-exchange') act();
          return problems;
        },
      });
    },
  };
}

function withRestorer(
  _: Performing,
  { openRestorer }: ReturnType<typeof breaking>,
  changes: Partial<DatabaseRestorer>,
) {
  return {
    openRestorer: async (engine: 'mysql' | 'postgresql') => changeRestorer(await openRestorer(engine), changes),
  };
}
