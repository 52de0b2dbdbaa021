import assert from 'node:assert/strict';
import test, { after, before, suite, type TestContext } from 'node:test';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import type { DatabaseServerConfiguration } from '../../plugin/domain/configuration.ts';
import { archiveStreams } from '../../plugin/engine/archive-streams.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { loadSnapshot } from '../../plugin/engine/snapshot.ts';
import { databaseReadAheadBytes, openStoredDatabase } from '../../plugin/engine/stored-database.ts';
import { postgresqlFolder } from '../../plugin/sources/postgresql/postgresql-source.ts';
import { makeSite } from '../support/backup-site.ts';
import { standardJob } from '../support/database-site.ts';
import { hasPostgresql, startPostgresql, startReplica, type PrivatePostgresql } from '../support/postgresql.ts';
import { makeTenant, prepareServer } from '../support/postgresql-database.ts';

suite(
  'databases of PostgreSQL are dumped from a replica',
  { skip: hasPostgresql ? false : 'needs postgresql', timeout: 600_000 },
  () => {
    let primary: PrivatePostgresql;
    let replica: PrivatePostgresql;
    let server: DatabaseServerConfiguration;

    before(async () => {
      primary = await startPostgresql({ hasReplica: true });
      server = await prepareServer(primary);
      makeTenant(primary, 'shop', 'CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
      replica = await startReplica(primary);
    });
    after(async () => {
      await replica.stop();
      await primary.stop();
    });

    async function backUp(context: TestContext, follower: PrivatePostgresql, most = 60) {
      const site = await makeSite(context);
      const from = { server: { socketPath: follower.socketPath }, mostLagSeconds: most };
      const streams = [postgresqlFolder({ ...server, replica: from }, 'shop', () => new Date())];
      const outcome = await archiveStreams({ ...standardJob, repository: await site.open(), streams });
      return { site, outcome, problem: problemOf(outcome) };
    }

    function problemOf({ coverage }: ArchiveOutcome): string {
      return coverage.skipped.flatMap(({ paths }) => paths).join();
    }

    test('it has all that the primary had when the dump began', async (context) => {
      replica.sql('SELECT pg_wal_replay_pause()');
      primary.sql('INSERT INTO t VALUES (3)', 'shop');
      const position = primary.sql('SELECT pg_current_wal_lsn()').trim();
      replica.sql('SELECT pg_wal_replay_resume()');
      const { site, outcome, problem } = await backUp(context, replica);
      assert.deepEqual([problem, outcome.databases], ['', 1]);
      const repository = await site.open();
      const reader = new BlobReader(repository, await RepositoryIndex.load(repository), databaseReadAheadBytes);
      const snapshot = await loadSnapshot(repository, outcome.snapshotId);
      const { description } = await openStoredDatabase(reader, snapshot, { engine: 'postgresql', name: 'shop' });
      assert.deepEqual([description.isFromReplica, description.tables[0]?.rows], [true, 3]);
      const lsn = description.position?.lsn ?? '';
      assert.equal(primary.sql(`SELECT '${lsn}'::pg_lsn >= '${position}'::pg_lsn`), 't\n');
    });

    test('one that stands still is a failure, not an old dump', async (context) => {
      replica.sql('SELECT pg_wal_replay_pause()');
      primary.sql('INSERT INTO t VALUES (4)', 'shop');
      const { outcome, problem } = await backUp(context, replica);
      replica.sql('SELECT pg_wal_replay_resume()');
      assert.equal(outcome.databases, 0);
      assert.match(problem, /the replica stands still/);
    });

    test('one that gets nothing any more is waited for only so long', async (context) => {
      replica.sql("ALTER SYSTEM SET primary_conninfo = ''");
      replica.sql('SELECT pg_reload_conf()');
      await until(() => replica.sql('SELECT count(*) FROM pg_stat_wal_receiver') === '0\n');
      primary.sql('INSERT INTO t VALUES (5)', 'shop');
      const { outcome, problem } = await backUp(context, replica, 1);
      replica.sql('ALTER SYSTEM RESET primary_conninfo');
      replica.sql('SELECT pg_reload_conf()');
      assert.equal(outcome.databases, 0);
      assert.match(problem, /the replica did not reach [0-9A-F/]+ within 1 seconds: it is \d+ bytes behind/);
    });

    test('a server that follows none is no replica, and neither is one that does not follow any more', async (context) => {
      assert.match((await backUp(context, primary)).problem, /the replica is none/);
      replica.sql('SELECT pg_promote(wait_seconds => 300)');
      assert.match((await backUp(context, replica)).problem, /the replica is none/);
    });
  },
);

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 25)); // the suite's own time ends it
}
