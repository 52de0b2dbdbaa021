import assert from 'node:assert/strict';
import test, { after, before, suite, type TestContext } from 'node:test';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import { findFreePort } from '../../plugin/platform/free-port.ts';
import { mysqlFolder } from '../../plugin/sources/mysql/mysql-source.ts';
import { makeDatabaseSite, type DatabaseSite } from '../support/database-site.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';

const logs = ['--log-bin=bin', '--log-slave-updates', '--binlog-format=ROW'];

suite('databases are dumped from a replica', { skip: hasMariadb ? false : 'needs mariadb-server' }, () => {
  let primary: PrivateMariadb;
  let replica: PrivateMariadb;

  before(async () => {
    const port = await findFreePort(24_300);
    const network = ['--skip-networking=0', `--port=${port}`, '--bind-address=127.0.0.1'];
    primary = await startMariadb([...logs, ...network, '--server-id=1']);
    replica = await startMariadb([...logs, '--server-id=2']);
    primary.sql(`CREATE USER follower@'%' IDENTIFIED BY 'f'; GRANT REPLICATION SLAVE ON *.* TO follower@'%';
      CREATE DATABASE shop; USE shop; CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO t VALUES (1), (2);
      CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE id < 0;`);
    replica.sql(`CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${port}, MASTER_USER='follower', MASTER_PASSWORD='f',
      MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1; START SLAVE;`);
  });
  after(async () => {
    await replica.stop();
    await primary.stop();
  });

  async function backUp(context: TestContext, most: number): Promise<{ site: DatabaseSite; outcome: ArchiveOutcome }> {
    const site = await makeDatabaseSite(context, primary);
    const follower = { server: { socketPath: replica.socketPath }, mostLagSeconds: most };
    const folder = mysqlFolder({ ...site.server, replica: follower }, 'shop', () => new Date());
    return { site, outcome: await site.archive(folder) };
  }

  function problemOf({ coverage }: ArchiveOutcome): string {
    return coverage.skipped.flatMap(({ paths }) => paths).join();
  }

  test('it has all that the primary had, and events as they are there', async (context) => {
    primary.sql('INSERT INTO shop.t VALUES (3)');
    const { site, outcome } = await backUp(context, 60);
    assert.equal(problemOf(outcome), '');
    const stored = await site.open(outcome, 'shop');
    const { isFromReplica, position, tables } = stored.description;
    assert.deepEqual([isFromReplica, tables[0]?.rows], [true, 3]);
    assert.equal(position?.gtid, primary.sql('SELECT @@gtid_binlog_pos').trim());
    const [event] = (await stored.definitions()).events;
    assert.equal(replica.sql('SELECT STATUS FROM information_schema.EVENTS'), 'SLAVESIDE_DISABLED\n');
    assert.equal(event?.status, 'ENABLED');
    assert.doesNotMatch(event?.sql ?? '', /DISABLE/);
  });

  test('one that stands still is a failure, not an old dump', async (context) => {
    await backUp(context, 60);
    replica.sql('STOP SLAVE SQL_THREAD');
    primary.sql('INSERT INTO shop.t VALUES (4)');
    const { outcome } = await backUp(context, 60);
    replica.sql('START SLAVE SQL_THREAD');
    assert.equal(outcome.databases, 0);
    assert.match(problemOf(outcome), /the replica stands still/);
  });

  test('one that is too far behind is waited for only so long', async (context) => {
    await backUp(context, 60);
    replica.sql('STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = 600; START SLAVE');
    primary.sql('INSERT INTO shop.t VALUES (5)');
    const { outcome } = await backUp(context, 1);
    replica.sql('STOP SLAVE; CHANGE MASTER TO MASTER_DELAY = 0; START SLAVE');
    assert.equal(outcome.databases, 0);
    assert.match(problemOf(outcome), /the replica (is \d+ seconds behind|did not reach)/);
  });
});
