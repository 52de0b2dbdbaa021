import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../../../plugin/contracts/database-restorer.ts';
import type { ExchangeJournal } from '../../../../plugin/domain/exchange-journal.ts';
import { incomingDatabase, outgoingDatabase } from '../../../../plugin/domain/hidden-database.ts';
import type { StoredTrigger } from '../../../../plugin/domain/stored-database.ts';
import { isSqlError, SqlError, type SqlSession } from '../../../../plugin/sources/mysql/admin-session.ts';
import { exchangeTables, insist } from '../../../../plugin/sources/mysql/exchange-tables.ts';
import { makeDefinitions } from '../../../../plugin/sources/mysql/make-definitions.ts';
import {
  clientUser,
  contentOf,
  dumpDatabase,
  fingerprint,
  openTestRestorer,
  openTestSession,
  type DumpedDatabase,
} from '../../../support/dumped-database.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../../../support/mariadb.ts';
import { failsWith } from '../../../support/failures.ts';
import { shopSql } from '../../../support/shop-database.ts';

const never = new AbortController().signal;

suite('databases are brought back', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let mariadb: PrivateMariadb;
  let session: SqlSession;
  let restorer: DatabaseRestorer;
  let count = 0;

  before(async () => {
    mariadb = await startMariadb();
    session = await openTestSession(mariadb);
    restorer = await openTestRestorer(mariadb);
  });
  after(async () => {
    await session.close();
    await restorer.close();
    await mariadb.stop();
  });

  /** A shop of its own for each test, dumped. */
  async function makeShop(): Promise<{ name: string; dumped: DumpedDatabase; before: string }> {
    const name = `shop_${(count += 1)}`;
    mariadb.sql(`CREATE DATABASE ${name}; USE ${name}; ${shopSql}`);
    return { name, dumped: await dumpDatabase(mariadb, name), before: await fingerprint(session, name) };
  }

  function load(id: string, dumped: DumpedDatabase, content = contentOf(dumped)): Promise<void> {
    const { description } = dumped;
    return restorer.load({ id, description, tables: description.tables, content, user: clientUser, signal: never });
  }

  async function orderFor(id: string, name: string, dumped: DumpedDatabase): Promise<ExchangeJournal> {
    const live = await restorer.look(name);
    assert.ok(live !== undefined);
    return {
      database: name,
      incoming: incomingDatabase(id),
      outgoing: outgoingDatabase(id),
      tablesIn: dumped.description.tables.map((table) => table.name),
      tablesOut: live.tables.map((table) => table.name),
      isNew: false,
      charset: live.charset,
      collation: live.collation,
      before: live.definitions,
      wanted: dumped.definitions,
      isWhole: true,
      definer: 'own',
    };
  }

  test('a whole database is replaced by what it was, and that is taken back', async () => {
    const { name, dumped, before: then } = await makeShop();
    mariadb.sql(`USE ${name}; DELETE FROM wp_posts WHERE id % 2; DROP VIEW v_open_orders; DROP TABLE wp_options;
      CREATE TABLE came_later (id INT PRIMARY KEY); INSERT INTO came_later VALUES (7);
      INSERT INTO wp_wc_orders (status, total) VALUES ('wc-new', 1);`);
    const now = await fingerprint(session, name);
    await load('a1', dumped);
    const order = await orderFor('a1', name, dumped);
    assert.deepEqual(await restorer.exchange(order, never), []);
    assert.equal(withoutOwner(await fingerprint(session, name)), withoutOwner(then));
    assert.deepEqual(await restorer.putBack(order), []);
    assert.equal(await fingerprint(session, name), now);
    assert.deepEqual(databases(mariadb, outgoingDatabase('a1')), []);
  });

  test('what came back works with the rights of a locked owner, whoever made it', async () => {
    const { name, dumped } = await makeShop();
    await load('b1', dumped);
    await restorer.exchange(await orderFor('b1', name, dumped), never);
    const trusted =
      mariadb.sql(`USE ${name}; SELECT COUNT(*) FROM v_open_orders; INSERT INTO wp_wc_orders (status, total) VALUES ('x', 2);
      SELECT COUNT(*) FROM wp_log WHERE what = 'order';`);
    assert.equal(trusted, '2\n1\n');
    const definers = mariadb.sql(
      `SELECT DISTINCT DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '${name}'`,
    );
    assert.match(definers, /^larder_o_[0-9a-f]{16}@localhost\n$/);
    const [user = ''] = definers.split('@');
    assert.match(mariadb.sql(`SHOW CREATE USER '${user}'@localhost`), /ACCOUNT LOCK/);
    assert.doesNotMatch(
      mariadb.sql(`SHOW GRANTS FOR '${user}'@localhost`),
      /SUPER|FILE|GRANT OPTION|SET USER|ON \*\.\* TO .*(?<!USAGE)$/,
    );
  });

  test('a new database stands beside the live one, and its events wait', async () => {
    const { name, dumped, before: then } = await makeShop();
    mariadb.sql(
      `CREATE USER maria IDENTIFIED BY 'x'; GRANT SELECT, INSERT ON \`${name.replace('_', '\\_')}\`.* TO maria`,
    );
    await load('c1', dumped);
    const { description, definitions } = dumped;
    const beside = `${name}_restored`;
    const tables = description.tables.map((table) => table.name);
    const problems = await restorer.publish({ id: 'c1', description, tables, definitions, name: beside, alike: name });
    assert.deepEqual(problems, []);
    assert.equal(await fingerprint(session, name), then);
    assert.equal(
      mariadb.sql(`SELECT STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '${beside}'`),
      'DISABLED\n',
    );
    assert.equal(mariadb.sql(`SELECT COUNT(*) FROM ${beside}.wp_posts`), '500\n');
    assert.match(mariadb.sql('SHOW GRANTS FOR maria'), /GRANT SELECT, INSERT ON `shop\\\\_\d+\\\\_restored`\.\*/);
    await restorer.drop(beside);
    assert.deepEqual(databases(mariadb, beside), []);
  });

  test('a dump that ends early changes nothing', async () => {
    const { name, dumped, before: then } = await makeShop();
    const whole = dumped.content();
    async function* cut() {
      yield await Promise.resolve(whole.subarray(0, whole.length - 3000));
    }
    await failsWith('database-refused', () => load('d1', dumped, cut()));
    assert.equal(await fingerprint(session, name), then);
    assert.deepEqual(databases(mariadb, '~larder%d1'), []);
    assert.equal(mariadb.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'larder\\_l%'"), '0\n');
  });

  test('an open transaction stops the change, and nothing has changed then', async () => {
    const { name, dumped } = await makeShop();
    const then = await fingerprint(session, name);
    await load('e1', dumped);
    const order = await orderFor('e1', name, dumped);
    const holder = await openTestSession(mariadb);
    await holder.run('BEGIN');
    await holder.rows(`SELECT * FROM ${name}.wp_options FOR UPDATE`);
    const facts = await failsWith('database-busy', () => restorer.exchange(order, never));
    assert.deepEqual({ ...facts, seconds: 0 }, { database: name, table: 'wp_options', seconds: 0 });
    await holder.close();
    assert.equal(await fingerprint(session, name), then);
    assert.deepEqual(databases(mariadb, outgoingDatabase('e1')), []);
    assert.deepEqual(await restorer.exchange(order, never), []);
  });

  test('a trigger that cannot be put back because somebody works in its table is no mere problem', async () => {
    const { name, dumped } = await makeShop();
    const holder = await openTestSession(mariadb);
    const maker = await openTestSession(mariadb);
    await maker.run(`USE ${name}`);
    await maker.run('DROP TRIGGER order_logged');
    await holder.run('BEGIN');
    await holder.rows(`SELECT * FROM ${name}.wp_wc_orders FOR UPDATE`);
    await maker.run('SET SESSION lock_wait_timeout = 0');
    const only = { routines: [], views: [], triggers: dumped.definitions.triggers, events: [] };
    const make = () => makeDefinitions(maker, only, { definer: 'kept', eventsRun: true });
    await assert.rejects(make, (error) => isSqlError(error, 1205));
    await holder.close();
    await insist(maker, make);
    assert.equal(
      mariadb.sql(`SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '${name}'`),
      '1\n',
    );
    await maker.close();
  });

  test('triggers are put back as often as it takes, and what never can be is not called busy', async () => {
    const exchange = {
      database: 'd',
      incoming: 'i',
      tablesIn: ['t'],
      outgoing: 'o',
      tablesOut: ['t'],
      triggers: [trigger],
    };
    let renames = 0;
    const busy = (): never => {
      throw new SqlError(1205, 'Lock wait timeout exceeded', undefined);
    };
    const fake = async (sql: string): Promise<void> => {
      if (sql.startsWith('RENAME') && (renames += 1) === 1) busy();
    };
    const busySession: SqlSession = { ...session, run: fake, rows: () => Promise.resolve([]) };
    let tries = 0;
    await exchangeTables(busySession, exchange, async () => void ((tries += 1) < 3 && busy()), never);
    assert.deepEqual([renames, tries], [2, 3]);
    renames = 0;
    const other = () => Promise.reject(new SqlError(1227, 'Access denied', undefined));
    await assert.rejects(
      () => exchangeTables(busySession, exchange, other, never),
      (error) => isSqlError(error, 1227),
    );
  });
});

const trigger: StoredTrigger = {
  name: 'g',
  table: 't',
  sql: 'CREATE TRIGGER',
  definer: 'root@localhost',
  charset: 'utf8mb4',
  connectionCollation: 'utf8mb4_general_ci',
  databaseCollation: 'utf8mb4_general_ci',
  sqlMode: '',
};

/** Definers differ: what came back belongs to the owner that Larder keeps. */
function withoutOwner(print: string): string {
  return print.replaceAll(/larder_o_[0-9a-f]{16}/g, 'root');
}

function databases(mariadb: PrivateMariadb, pattern: string): string[] {
  return mariadb
    .sql(`SHOW DATABASES LIKE '${pattern.replaceAll('_', '\\_')}'`)
    .split('\n')
    .filter((line) => line !== '');
}
