import assert from 'node:assert/strict';
import { chmodSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { after, before, suite } from 'node:test';
import type { CoverageItem } from '../../plugin/domain/coverage.ts';
import { toFileName } from '../../plugin/domain/database-name.ts';
import type { StoredStream } from '../../plugin/contracts/stream-folder.ts';
import { openSession } from '../../plugin/sources/mysql/admin-session.ts';
import { dumpDatabase } from '../../plugin/sources/mysql/dump-database.ts';
import { mysqlFolder } from '../../plugin/sources/mysql/mysql-source.ts';
import { needsRoot } from '../support/backup-site.ts';
import { commandLines, dumpPassword, makeDatabaseSite } from '../support/database-site.ts';
import { failsWith } from '../support/failures.ts';
import { hostileNames, kindsOfTables, posingTables } from '../support/hostile-databases.ts';
import { startMariadb, type PrivateMariadb } from '../support/mariadb.ts';

suite('databases of MariaDB are dumped', { timeout: 300_000 }, () => {
  let mariadb: PrivateMariadb;
  before(async () => (mariadb = await startMariadb()));
  after(() => mariadb.stop());

  /** Statements in a new database. */
  const inDatabase = (name: string, statements: string): string =>
    mariadb.sql(`SET NAMES utf8mb4; CREATE DATABASE ${quote(name)}; USE ${quote(name)};\n${statements}`);

  test('every kind of table comes back as it was, by stock restic and the stock client', async (context) => {
    inDatabase('kinds', kindsOfTables);
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('kinds');
    assert.deepEqual(outcome.coverage.skipped, []);
    assert.deepEqual(reasonsOf(outcome.coverage.noted), ['not-transactional']);
    site.load(outcome, 'kinds', 'kinds_again');
    assert.deepEqual(stateOf('kinds_again'), stateOf('kinds'));
    assert.match(mariadb.sql('SET NAMES utf8mb4; SELECT * FROM kinds_again.v_second'), /Γειά 😀/);
    assert.equal(site.site.restic('check', '--read-data').includes('no errors'), true);
  });

  test('dump.json says what is there', async (context) => {
    inDatabase(
      'told',
      `${kindsOfTables}\nCREATE USER told@localhost IDENTIFIED BY 'x';
      GRANT SELECT, INSERT ON told.* TO told@localhost; GRANT SELECT ON kinds.* TO told@localhost;`,
    );
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('told');
    const database = await site.open(outcome, 'told');
    const { description } = database;
    const rows = new Map(description.tables.map((table) => [table.name, table]));
    assert.equal(rows.get('wp_posts')?.rows, 3);
    assert.equal(rows.get('wp_posts')?.nextNumber, '4');
    assert.equal(rows.get('my_isam')?.isConsistent, false);
    assert.equal(rows.get('seq')?.kind, 'sequence');
    assert.equal(description.counts.views, 2);
    assert.match(description.serverVersion, /MariaDB/);
    const { users } = await database.users();
    assert.deepEqual(
      users.map(({ user, host }) => `${user}@${host}`),
      ['told@localhost'],
    );
    assert.match(users[0]?.create ?? '', /^CREATE USER .* IDENTIFIED BY PASSWORD '\*/);
    assert.deepEqual(users[0]?.grants, ['GRANT SELECT, INSERT ON `told`.* TO `told`@`localhost`']);
    assert.equal((await database.definitions()).triggers[0]?.table, 'wp_posts');
  });

  test('databases, tables and columns with hostile names', async (context) => {
    for (const name of hostileNames) {
      const own = quote(name);
      const view = quote(`v${name}`.slice(0, 64));
      inDatabase(
        name,
        `CREATE TABLE ${own} (id int PRIMARY KEY, ${own} text); INSERT INTO ${own} VALUES (1, 'one');
        CREATE VIEW ${view} AS SELECT ${own} FROM ${own};`,
      );
    }
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp(...hostileNames);
    assert.deepEqual(outcome.coverage.skipped, []);
    for (const [index, name] of hostileNames.entries()) {
      const database = await site.open(outcome, name);
      assert.deepEqual(
        database.description.tables.map((table) => [table.name, table.rows]),
        [[name, 1]],
      );
      site.load(outcome, toFileName(name), `again${index}`);
      assert.deepEqual(stateOf(`again${index}`), stateOf(name));
    }
  });

  test('rows and definitions that look like parts of a dump are rows and definitions', async (context) => {
    inDatabase('posing', posingTables);
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('posing');
    const { description } = await site.open(outcome, 'posing');
    assert.deepEqual(
      description.tables.map(({ name }) => name),
      ['aa', 'ab`\nDROP TABLE IF EXISTS `aa`;\n-- x', 'ac'],
    );
    site.load(outcome, 'posing', 'posing_again');
    assert.deepEqual(stateOf('posing_again'), stateOf('posing'));
  });

  test('views that do not work are kept as text, and stop nothing', async (context) => {
    inDatabase(
      'broken',
      `CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE TABLE gone (id int);
      CREATE VIEW v_broken AS SELECT id FROM gone; DROP TABLE gone;
      CREATE VIEW a_cycle AS SELECT id FROM t; CREATE VIEW b_cycle AS SELECT id FROM a_cycle;`,
    );
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('broken');
    assert.deepEqual(outcome.coverage.skipped, []);
    assert.deepEqual(
      outcome.coverage.noted.map(({ reason, paths }) => [reason, paths]),
      [['view-broken', ['databases/mysql/broken/v_broken']]],
    );
    const database = await site.open(outcome, 'broken');
    assert.match(database.description.brokenViews[0]?.problem ?? '', /gone/);
    assert.match((await database.definitions()).views.find(({ name }) => name === 'v_broken')?.sql ?? '', /`gone`/);
    site.load(outcome, 'broken', 'broken_again');
    assert.equal(mariadb.sql('SELECT id FROM broken_again.b_cycle'), '1\n');
  });

  test('tables that change their form meanwhile are read again, then reported', async (context) => {
    inDatabase(
      'moving',
      'CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t; DROP TABLE t; CREATE TABLE u (id int)',
    );
    const site = await makeDatabaseSite(context, mariadb);
    const folder = mysqlFolder(site.server, 'moving', () => new Date());
    let made = 0;
    const moving = (most: number) => ({
      ...folder,
      open: (signal: AbortSignal) =>
        folder.open(signal, () => {
          if (made++ < most) mariadb.sql(`CREATE TABLE moving.new_${made} (id int)`);
        }),
    });
    assert.deepEqual((await site.archive(moving(1))).coverage.skipped, []);
    made = 100;
    const { skipped } = (await site.archive(moving(103))).coverage;
    assert.deepEqual(reasonsOf(skipped), ['database-failed']);
    assert.match(skipped[0]?.paths[0] ?? '', /^databases\/mysql\/moving: new_\d+ is new$/);
    assert.equal(made, 103);
  });

  test('a table that its tenant keeps locked is a failure with its reason', async (context) => {
    inDatabase('locked', 'CREATE TABLE t (id int); INSERT INTO t VALUES (1)');
    const site = await makeDatabaseSite(context, mariadb);
    const tenant = await openSession(site.server.server, { user: 'root', password: undefined });
    const session = await openSession(site.server.server, { user: 'root', password: undefined });
    try {
      await tenant.run('LOCK TABLES locked.t WRITE');
      const order = {
        server: site.server.server,
        login: { user: 'root', password: undefined },
        database: 'locked',
        hasLog: false,
        silenceMilliseconds: 700,
      };
      const reading = { session, order, isFromReplica: false, now: () => new Date(), events: undefined };
      const { problem } = await failsWith('database-dump-failed', () => drain(dumpDatabase(reading, alive, () => {})));
      assert.match(problem, /locked/);
    } finally {
      await tenant.close();
      await session.close();
    }
  });

  test('many tables', async (context) => {
    const count = 150;
    const tables = Array.from(
      { length: count },
      (_, index) => `CREATE TABLE t${index} (id int) ENGINE=Aria TRANSACTIONAL=0;`,
    );
    inDatabase('many', tables.join('\n'));
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('many');
    assert.equal((await site.open(outcome, 'many')).description.tables.length, count);
    assert.equal(outcome.coverage.noted[0]?.count, count);
    assert.ok((await site.backUp('many')).bytesAdded < 60_000);
  });

  test('a long row, and ten changed rows of many', async (context) => {
    mariadb.sql('SET GLOBAL max_allowed_packet = 1073741824');
    inDatabase(
      'long_rows',
      `CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, body longblob);
      INSERT INTO t (body) VALUES ('short'), (REPEAT(UNHEX('00FF0A27'), 1500000)), ('after');
      CREATE TABLE meta (id int AUTO_INCREMENT PRIMARY KEY, meta_key varchar(255), meta_value longtext);
      INSERT INTO meta (meta_key, meta_value) SELECT CONCAT('_key_', seq % 17), CONCAT(SHA2(seq, 256), REPEAT(CONCAT(' word ', seq % 91), 24))
        FROM seq_1_to_30000;`,
    );
    const site = await makeDatabaseSite(context, mariadb);
    const first = await site.backUp('long_rows');
    site.load(first, 'long_rows', 'long_rows_again');
    assert.deepEqual(stateOf('long_rows_again'), stateOf('long_rows'));
    mariadb.sql('UPDATE long_rows.meta SET meta_value = UUID() WHERE id % 3001 = 0');
    const second = await site.backUp('long_rows');
    assert.ok(second.bytesAdded < 1_000_000, `${second.bytesAdded} bytes were added`);
    assert.ok(first.bytesAdded > 1.5 * second.bytesAdded, `${first.bytesAdded}, then ${second.bytesAdded} bytes`);
  });

  test('the password stands in no command line, and a wrong one is told', async (context) => {
    inDatabase('secret', 'CREATE TABLE t (id int) SELECT seq AS id FROM seq_1_to_500000'); // more than a pipe holds
    const site = await makeDatabaseSite(context, mariadb);
    let seen = '';
    const folder = mysqlFolder(site.server, 'secret', () => new Date());
    for await (const stream of folder.open(alive, () => {})) {
      for await (const _ of stream.content)
        seen ||= commandLines().find((line) => line.startsWith('mariadb-dump')) ?? '';
    }
    assert.match(seen, /--defaults-file=\/dev\/fd\/3/);
    assert.ok(!seen.includes(dumpPassword));
    mariadb.sql("ALTER USER larder_dump@localhost IDENTIFIED BY 'other'");
    const { coverage } = await site.backUp('secret');
    assert.deepEqual(reasonsOf(coverage.skipped), ['database-unreachable']);
  });

  test("the client that dumps has nobody's rights", { skip: needsRoot }, async (context) => {
    inDatabase('rights', 'CREATE TABLE t (id int) SELECT seq AS id FROM seq_1_to_500000');
    const site = await makeDatabaseSite(context, mariadb);
    chmodSync(dirname(mariadb.socketPath), 0o711);
    const owners = new Set<number>();
    const folder = mysqlFolder({ ...site.server, dumpUid: 64_997 }, 'rights', () => new Date());
    for await (const stream of folder.open(alive, () => {})) {
      for await (const _ of stream.content) dumpOwners(mariadb.socketPath).forEach((uid) => owners.add(uid));
    }
    assert.deepEqual([...owners], [64_997]);
  });

  test('a database that is not there is told, and the others are kept', async (context) => {
    inDatabase('there', 'CREATE TABLE t (id int)');
    const site = await makeDatabaseSite(context, mariadb);
    const outcome = await site.backUp('nowhere', 'there');
    assert.deepEqual(outcome.coverage.skipped, [
      { reason: 'database-missing', count: 1, paths: ['databases/mysql/nowhere'] },
    ]);
    assert.equal(outcome.databases, 1);
  });

  test('a server that is killed in the middle is a failure', async (context) => {
    inDatabase(
      'killed',
      `CREATE TABLE a (id int, body text) SELECT seq AS id, REPEAT('x', 500) AS body FROM seq_1_to_60000`,
    );
    const site = await makeDatabaseSite(context, mariadb);
    const folder = mysqlFolder(site.server, 'killed', () => new Date());
    const killing = {
      ...folder,
      async *open(signal: AbortSignal) {
        for await (const stream of folder.open(signal, () => {})) {
          yield { ...stream, content: killAtFirst(stream) };
        }
      },
    };
    const outcome = await site.archive(killing);
    assert.equal(outcome.databases, 0);
    assert.deepEqual(reasonsOf(outcome.coverage.skipped), ['database-failed']);
    assert.match(outcome.coverage.skipped[0]?.paths[0] ?? '', /Lost connection|gone away/);
    assert.equal(site.site.restic('check', '--read-data').includes('no errors'), true);
  });

  async function* killAtFirst(stream: StoredStream): AsyncGenerator<Buffer, void> {
    let isFirst = true;
    for await (const part of stream.content) {
      yield part;
      if (isFirst) mariadb.kill();
      isFirst = false;
    }
  }

  /** Everything that tells one database from another: forms, rows by the server's own checksum, versioned rows. */
  function stateOf(database: string): string {
    const begin = `SET NAMES utf8mb4; USE ${quote(database)};`;
    const listed = mariadb.sql(`${begin} SELECT HEX(TABLE_NAME), TABLE_TYPE FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME`);
    const statements = listed
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', type] = line.split('\t');
        const table = quote(Buffer.from(name, 'hex').toString());
        const shown = `SHOW CREATE TABLE ${table};`;
        if (type === 'SYSTEM VERSIONED') return `${shown} SELECT * FROM ${table};`;
        return type === 'BASE TABLE' ? `${shown} CHECKSUM TABLE ${table} EXTENDED;` : shown;
      });
    return mariadb.sql(`${begin} ${statements.join('\n')}`).replaceAll(`\n${printed(database)}.`, '\n');
  }
});

/** Whose the clients are that dump from this server now. */
function dumpOwners(socketPath: string): number[] {
  return globSync('/proc/[0-9]*').flatMap((process) => {
    try {
      const words = readFileSync(`${process}/cmdline`, 'utf8').split('\0');
      const isOurs = words[0] === 'mariadb-dump' && words.includes(`--socket=${socketPath}`);
      return isOurs ? [statSync(process).uid] : [];
    } catch {
      return []; // it has ended since
    }
  });
}

const alive = new AbortController().signal;

async function drain(streams: AsyncIterable<StoredStream>): Promise<void> {
  for await (const { content } of streams) for await (const _ of content);
}

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
/** As the client prints it. */
const printed = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const reasonsOf = (items: readonly CoverageItem<string>[]): string[] => items.map(({ reason }) => reason);
