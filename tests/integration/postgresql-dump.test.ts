import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test, { after, before, suite, type TestContext } from 'node:test';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import type { StoredStream, StreamFolder } from '../../plugin/contracts/stream-folder.ts';
import type { DatabaseServerConfiguration } from '../../plugin/domain/configuration.ts';
import type { CoverageItem } from '../../plugin/domain/coverage.ts';
import { toFileName } from '../../plugin/domain/database-name.ts';
import { archiveStreams } from '../../plugin/engine/archive-streams.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { loadSnapshot } from '../../plugin/engine/snapshot.ts';
import { databaseReadAheadBytes, openStoredDatabase } from '../../plugin/engine/stored-database.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { listPostgresqlDatabases, postgresqlFolder } from '../../plugin/sources/postgresql/postgresql-source.ts';
import { makeSite } from '../support/backup-site.ts';
import { commandLines, standardJob } from '../support/database-site.ts';
import { hasPostgresql, startPostgresql, type PrivatePostgresql } from '../support/postgresql.ts';
import {
  assertSame,
  dumpPassword,
  fingerprint,
  hostileNames,
  makeDatabase,
  makeTenant,
  prepareServer,
  quote,
  shopSql,
} from '../support/postgresql-database.ts';

suite(
  'databases of PostgreSQL are dumped',
  { skip: hasPostgresql ? false : 'needs postgresql', timeout: 600_000 },
  () => {
    let postgresql: PrivatePostgresql;
    let server: DatabaseServerConfiguration;
    before(async () => {
      postgresql = await startPostgresql();
      server = await prepareServer(postgresql);
    });
    after(() => postgresql.stop());

    async function makeRepository(context: TestContext) {
      const site = await makeSite(context);
      const archive = async (...streams: readonly StreamFolder[]): Promise<ArchiveOutcome> =>
        archiveStreams({ ...standardJob, repository: await site.open(), streams });
      return {
        site,
        archive,
        backUp: (...names: readonly string[]) => archive(...names.map(folderOf)),
        async open({ snapshotId }: ArchiveOutcome, name: string) {
          const repository = await site.open();
          const reader = new BlobReader(repository, await RepositoryIndex.load(repository), databaseReadAheadBytes);
          return openStoredDatabase(reader, await loadSnapshot(repository, snapshotId), { engine: 'postgresql', name });
        },
        /** By stock restic and the stock client, into a new database of the same owner. */
        load({ snapshotId }: ArchiveOutcome, name: string, into: string, owner: string): void {
          const target = join(site.folder, `out-${snapshotId.slice(0, 8)}`);
          site.restic('restore', snapshotId, '--target', target);
          const folder = join(target, 'databases', 'postgresql', toFileName(name));
          makeDatabase(postgresql, into, { owner, statements: '' });
          const sql = execFileSync('sh', ['-c', "find . -name '*.sql' | LC_ALL=C sort | xargs cat"], { cwd: folder });
          postgresql.sql(`SET ROLE ${quote(owner)};\n${sql.toString()}`, into);
        },
      };
    }

    const folderOf = (name: string): StreamFolder => postgresqlFolder(server, name, () => systemClock.now());

    test('every kind of object comes back as it was, by stock restic and the stock client', async (context) => {
      makeTenant(postgresql, 'kinds', shopSql);
      const repository = await makeRepository(context);
      const outcome = await repository.backUp('kinds');
      assert.deepEqual([outcome.coverage.skipped, outcome.coverage.noted], [[], []]);
      repository.load(outcome, 'kinds', 'kinds_again', 'kinds');
      assertSame(fingerprint(postgresql, 'kinds_again'), fingerprint(postgresql, 'kinds'));
      assert.equal(repository.site.restic('check', '--read-data').includes('no errors'), true);
      assert.deepEqual(await listPostgresqlDatabases(server), ['kinds', 'kinds_again']);
    });

    test('dump.json says what is there', async (context) => {
      makeTenant(postgresql, 'told', shopSql);
      const repository = await makeRepository(context);
      const database = await repository.open(await repository.backUp('told'), 'told');
      const { description } = database;
      const tables = new Map(description.tables.map((table) => [table.name, table]));
      assert.equal(tables.get('posts')?.rows, 500);
      assert.equal(tables.get('posts')?.nextNumber, '501');
      assert.equal(tables.get('options')?.rows, 3);
      assert.equal(tables.get('sales.days')?.rows, 2);
      assert.equal(tables.get('measures')?.engine, 'partitioned');
      const { views, routines, triggers } = description.counts;
      assert.deepEqual([views, routines, triggers], [3, 3, 1]);
      assert.match(description.position?.lsn ?? '', /^[0-9A-F]+\/[0-9A-F]+$/);
      assert.match(description.program, /^pg_dump \d+/);
      const { users } = await database.users();
      assert.match(users[0]?.create ?? '', /^CREATE ROLE "told" LOGIN PASSWORD {1,2}E'SCRAM-SHA-256\$/);
      assert.deepEqual(
        users.map(({ user, grants }) => [user, ...grants]),
        [
          [
            'told',
            'ALTER DATABASE "told" OWNER TO "told"',
            'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "told" TO "told"',
          ],
        ],
      );
    });

    test('databases, tables and columns with hostile names', async (context) => {
      const repository = await makeRepository(context);
      const tables = hostileNames.map((name) => {
        const own = quote(name);
        return `CREATE TABLE ${own} (id int PRIMARY KEY, ${own} text); INSERT INTO ${own} VALUES (1, 'one');`;
      });
      const databases = hostileNames.slice(0, 4);
      for (const name of databases) makeTenant(postgresql, name, tables.join('\n'));
      const outcome = await repository.backUp(...databases);
      assert.deepEqual(outcome.coverage.skipped, []);
      const [name = ''] = databases.slice(-1);
      for (const one of databases) {
        const { description } = await repository.open(outcome, one);
        assert.equal(description.tables.length, hostileNames.length);
        assert.equal(description.counts.rows, hostileNames.length);
      }
      repository.load(outcome, name, 'again', name);
      assertSame(fingerprint(postgresql, 'again'), fingerprint(postgresql, name));
    });

    test('all of it is of one moment, whatever is written meanwhile', async (context) => {
      makeTenant(
        postgresql,
        'moment',
        'CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)',
      );
      const then = fingerprint(postgresql, 'moment');
      const repository = await makeRepository(context);
      const folder = folderOf('moment');
      const outcome = await repository.archive({
        ...folder,
        async *open(signal, note) {
          for await (const stream of folder.open(signal, note)) {
            if (stream.path[0] === '0-before.sql')
              postgresql.sql('INSERT INTO a VALUES (2); INSERT INTO b VALUES (2)', 'moment');
            yield stream;
          }
        },
      });
      repository.load(outcome, 'moment', 'moment_again', 'moment');
      assertSame(fingerprint(postgresql, 'moment_again'), then);
    });

    test('ten changed rows of many cost little', async (context) => {
      makeTenant(
        postgresql,
        'many',
        `CREATE TABLE meta (id serial PRIMARY KEY, key text, value text);
      INSERT INTO meta (key, value) SELECT '_key_' || n % 17, md5(n::text) || md5((-n)::text) || md5((n * 7)::text) FROM generate_series(1, 40000) n`,
      );
      const repository = await makeRepository(context);
      const first = await repository.backUp('many');
      postgresql.sql('UPDATE meta SET value = md5(value) WHERE id % 4001 = 0', 'many');
      const second = await repository.backUp('many');
      assert.ok(second.bytesAdded < 1_000_000, `${second.bytesAdded} bytes were added`);
      assert.ok(first.bytesAdded > 3 * second.bytesAdded, `${first.bytesAdded} bytes at first`);
      const third = await repository.backUp('many');
      assert.ok(third.bytesAdded < 20_000, `${third.bytesAdded} bytes were added when nothing had changed`);
    });

    test('a table that its tenant keeps locked is a failure with its reason', async (context) => {
      makeTenant(postgresql, 'locked', 'CREATE TABLE t (id int)');
      const repository = await makeRepository(context);
      postgresql.sql("ALTER ROLE larder_dump IN DATABASE locked SET lock_timeout = '1s'");
      const { openSession } = await import('../../plugin/sources/postgresql/session.ts');
      const { dumpDatabase } = await import('../../plugin/sources/postgresql/dump-database.ts');
      const login = { user: 'larder_dump', password: dumpPassword };
      const session = await openSession(server.server, login, 'locked');
      const tenant = await openSession(server.server, { user: 'postgres', password: undefined }, 'locked');
      await tenant.run('BEGIN');
      await tenant.run('LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE');
      const reading = {
        session,
        server: server.server,
        login,
        database: 'locked',
        now: () => new Date(),
        lockSeconds: 1,
      };
      const folder = { ...folderOf('locked'), open: (signal: AbortSignal) => dumpDatabase(reading, signal, () => {}) };
      const { coverage } = await repository.archive(folder);
      assert.match(
        coverage.skipped[0]?.paths[0] ?? '',
        /^databases\/postgresql\/locked: somebody holds a table locked/,
      );
      await tenant.close();
      await session.close();
    });

    test('the password stands in no command line, and a wrong one is told', async (context) => {
      makeTenant(postgresql, 'secret', 'CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 50000)');
      const seen = new Set<string>();
      const reading = setInterval(() => {
        for (const line of commandLines()) if (line.startsWith('pg_dump')) seen.add(line);
      }, 5);
      await drain(folderOf('secret').open(alive, () => {}));
      clearInterval(reading);
      assert.ok(
        [...seen].every((line) => !line.includes('p"w')),
        'the password was seen',
      );
      postgresql.sql("ALTER ROLE larder_dump PASSWORD 'other'");
      const repository = await makeRepository(context);
      assert.deepEqual(reasonsOf((await repository.backUp('secret')).coverage.skipped), ['database-unreachable']);
      postgresql.sql(`ALTER ROLE larder_dump PASSWORD '${dumpPassword.replaceAll("'", "''")}'`);
    });

    test('a database that is not there is told, large objects are noted, and the others are kept', async (context) => {
      makeTenant(postgresql, 'there', 'CREATE TABLE t (id int); SELECT lo_create(0)');
      const repository = await makeRepository(context);
      const outcome = await repository.backUp('nowhere', 'there');
      assert.deepEqual(outcome.coverage.skipped, [
        { reason: 'database-missing', count: 1, paths: ['databases/postgresql/nowhere'] },
      ]);
      assert.deepEqual(reasonsOf(outcome.coverage.noted), ['large-objects-left-out']);
      assert.equal(outcome.databases, 1);
    });

    test('a server that is killed in the middle is a failure', async (context) => {
      makeTenant(
        postgresql,
        'killed',
        "CREATE TABLE a AS SELECT n AS id, repeat('x', 500) AS body FROM generate_series(1, 60000) n",
      );
      const repository = await makeRepository(context);
      const folder = folderOf('killed');
      const outcome = await repository.archive({
        ...folder,
        async *open(signal, note) {
          for await (const stream of folder.open(signal, note)) yield { ...stream, content: killAtFirst(stream) };
        },
      });
      assert.equal(outcome.databases, 0);
      assert.match(reasonsOf(outcome.coverage.skipped)[0] ?? '', /^database-(failed|unreachable)$/);
      assert.equal(repository.site.restic('check', '--read-data').includes('no errors'), true);
      await postgresql.start();
    });

    async function* killAtFirst(stream: StoredStream): AsyncGenerator<Buffer, void> {
      let parts = 0;
      for await (const part of stream.content) {
        yield part;
        if (stream.path[0] === '2-tables' && ++parts === 2) postgresql.kill();
      }
    }
  },
);

const alive = new AbortController().signal;

async function drain(streams: AsyncIterable<StoredStream>): Promise<void> {
  for await (const { content } of streams) for await (const _ of content);
}

const reasonsOf = (items: readonly CoverageItem<string>[]): string[] => items.map(({ reason }) => reason);
