import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { after, before, suite, test } from 'node:test';
import type { DatabaseRestorer } from '../../plugin/contracts/database-restorer.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import { putBackUnfinished } from '../../plugin/actions/run-database-plan.ts';
import { openSession } from '../../plugin/sources/postgresql/session.ts';
import { failsWith } from '../support/failures.ts';
import { hasPostgresql, startPostgresql, type PrivatePostgresql } from '../support/postgresql.ts';
import { assertSame, fingerprint, makeDatabase, shopSql } from '../support/postgresql-database.ts';
import { makePostgresqlSite, type PostgresqlSite } from '../support/postgresql-site.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

suite(
  'a shop on PostgreSQL is brought back',
  { skip: hasPostgresql ? false : 'needs postgresql', timeout: 600_000 },
  () => {
    let postgresql: PrivatePostgresql;
    let site: PostgresqlSite;
    const folder = suiteFolder();

    before(async () => {
      postgresql = await startPostgresql({ likeDebian: true });
      postgresql.sql("CREATE ROLE u1 LOGIN PASSWORD 'secret'; CREATE ROLE neighbour LOGIN PASSWORD 'other'");
      site = await makePostgresqlSite(folder, postgresql, ['u1_shop', 'u1_gone', 'u1_maps']);
      makeDatabase(postgresql, 'u1_shop', { owner: 'u1', statements: shopSql });
      postgresql.sql(
        "ALTER DATABASE u1_shop SET search_path TO sales, public; ALTER ROLE u1 IN DATABASE u1_shop SET work_mem = '8MB'",
      );
      makeDatabase(postgresql, 'u1_maps', { owner: 'u1', statements: '' });
      postgresql.sql('CREATE EXTENSION earthdistance CASCADE', 'u1_maps');
      postgresql.sql('SET ROLE u1; CREATE TABLE spots AS SELECT ll_to_earth(38, 24) AS at', 'u1_maps');
      makeDatabase(postgresql, 'u1_gone', {
        owner: 'u1',
        statements: 'CREATE TABLE t (id int); INSERT INTO t VALUES (7)',
      });
    });
    after(async () => {
      await site.close();
      await postgresql.stop();
    });

    const shop = () => fingerprint(postgresql, 'u1_shop');
    let then: string;
    let now: string;

    test('init makes the role that reads, doctor finds nothing to mend, and the databases are kept', async () => {
      const found = (await site.doctor()).filter(({ check }) => check.startsWith('database'));
      assert.deepEqual(
        found.map(({ check, level }) => [check, level]),
        [['database', 'good']],
      );
      const { coverage, databases } = await site.backUp();
      assert.deepEqual([coverage?.skipped, databases], [[], 3]);
      then = shop();
      change();
      now = shop();
    });

    /** What happens on a site after a backup. */
    function change(): void {
      postgresql.sql(
        `SET ROLE u1; DELETE FROM public.posts WHERE id > 490; CREATE TABLE public.came_later (id int); DROP TABLE public.odd;
        INSERT INTO public.orders (status, total) VALUES ('new', 1), ('new', 2); ALTER TABLE public.options ADD COLUMN more int`,
        'u1_shop',
      );
    }

    test('tables are looked at, and taken away as SQL and as CSV', async () => {
      const asked = { account: 'u1', point: 'latest', database: 'u1_shop' } as const;
      const { tables } = await performRequest<'tables'>(site.performing, { kind: 'tables', ...asked });
      const found = new Map(tables.map((table) => [table.name, table]));
      assert.deepEqual(found.get('orders')?.newer, { count: 2, by: 'key', column: 'id' });
      assert.equal(found.get('options')?.isSameDefinition, false);
      assert.equal(found.get('items')?.mark, 'same');
      assert.equal(found.get('odd')?.mark, 'gone');
      assert.equal(found.get('came_later')?.mark, 'new');
      const table = await performRequest<'table'>(site.performing, { kind: 'table', ...asked, table: 'odd' });
      assert.deepEqual(table.columns, ['raw', 'j', 'list', 'span', 'ip', 'bits', 'at']);
      assert.deepEqual(table.sample[0]?.slice(0, 3), [
        '\\x00ff0a27225c',
        '{"a": [1, "\\\\u00e9"]}',
        '{"a,b",NULL,"\\""}',
      ]);
      const csv = { name: 'u1_shop', tables: ['options'], format: 'csv', forOldClients: false } as const;
      const lines = ['name,value', 'siteurl,https://shop.example', 'empty,""', 'nothing,', ''];
      assert.equal((await site.download(csv)).toString(), lines.join('\r\n'));
      const sql = gunzipSync(await site.download({ ...csv, tables: [], format: 'sql.gz' })).toString();
      makeDatabase(postgresql, 'downloaded', { owner: 'u1', statements: '' });
      postgresql.sql(`SET ROLE u1; ${sql}`, 'downloaded');
      assertSame(definitions(fingerprint(postgresql, 'downloaded')), definitions(then));
    });

    test('in the place of the live one, which an undo brings back, and an undo of that once more', async () => {
      const plan = await site.plan('u1_shop', { replace: true });
      const { comesBack, removed, newerRows } = plan.counts;
      assert.deepEqual([comesBack, removed, newerRows], [1, 1, 4]);
      assert.deepEqual(plan.warnings.at(-1), { kind: 'connections-close' });
      assertSame(shop(), now);
      const receipt = await site.run(plan.plan);
      assert.deepEqual([receipt.problems, receipt.counts], [[], plan.counts]);
      assertSame(shop(), then);
      const undo = await site.undo();
      assert.equal(undo.purpose, 'undo-database');
      await site.run(undo.plan);
      assertSame(shop(), now);
      await site.run((await site.undo()).plan);
      assertSame(shop(), then);
      change();
      now = shop();
    });

    test('beside the live one, which stays as it is; the panel knows of it, and an undo takes it away', async () => {
      const plan = await site.plan('u1_shop', {});
      assert.ok(plan.target.kind === 'beside');
      const { name } = plan.target;
      assert.match(name, /^u1_shop_restored_\d{4}$/);
      assert.deepEqual((await site.run(plan.plan)).problems, []);
      assert.ok(site.databases().includes(name));
      assertSame(fingerprint(postgresql, name), then.replaceAll('u1_shop', name));
      assertSame(shop(), now);
      await site.run((await site.undo()).plan);
      assert.ok(!site.databases().includes(name));
      assert.equal(fingerprint(postgresql, name), 'none');
      await site.run((await site.undo()).plan);
      assertSame(fingerprint(postgresql, name), then.replaceAll('u1_shop', name));
      postgresql.sql(`DROP DATABASE ${name}`);
    });

    test('some tables beside; never some in the place of live ones', async () => {
      const plan = await site.plan('u1_shop', { tables: ['orders', 'sales.days'], as: 'u1_shop_some' });
      await site.run(plan.plan);
      assert.equal(postgresql.sql('SELECT count(*) FROM public.orders', 'u1_shop_some'), '3\n');
      assert.equal(postgresql.sql('SELECT count(*) FROM sales.days', 'u1_shop_some'), '2\n');
      assert.equal(
        postgresql.sql("SELECT count(*) FROM pg_class WHERE relname IN ('posts', 'items')", 'u1_shop_some'),
        '0\n',
      );
      await failsWith('restore-refused', () => site.plan('u1_shop', { tables: ['orders'], replace: true }));
      await failsWith('not-found', () => site.plan('u1_shop', { tables: ['nothing'], replace: true }));
      await failsWith('unknown-database', () => site.plan('other', { replace: true }));
    });

    test('extensions that only an administrator may make are there when the live database has them', async () => {
      const plan = await site.plan('u1_maps', {});
      assert.ok(plan.target.kind === 'beside');
      await site.run(plan.plan);
      assert.equal(postgresql.sql('SELECT earth_distance(at, at) FROM public.spots', plan.target.name), '0\n');
    });

    test('an open transaction stops the change, and nothing has changed then', async () => {
      const plan = await site.plan('u1_shop', { replace: true });
      const { server } = site.performing.services.configuration.databases[0] ?? assert.fail();
      const tenant = await openSession(server, { user: 'u1', password: 'secret' }, 'u1_shop');
      await tenant.run('BEGIN');
      await tenant.run("UPDATE public.options SET value = 'x'");
      const { table } = await failsWith('database-busy', () => site.run(plan.plan));
      assert.equal(table, 'options');
      await tenant.run('ROLLBACK');
      await tenant.close();
      assertSame(shop(), now);
    });

    test('a run that is stopped, fails or dies in the middle leaves the live database as it was', async () => {
      const stop = new AbortController();
      const first = await site.plan('u1_shop', { replace: true });
      const act = () => stop.abort(new Error('stop'));
      await failsWith('cancelled', () => site.run(first.plan, stop.signal, breaking(site, 'exchange', act)));
      assertSame(shop(), now);
      const plan = await site.plan('u1_shop', { replace: true });
      const die = () => {
        throw new Error('the process dies here');
      };
      const nobody = { putBack: () => Promise.reject(new Error('and nobody puts back')) };
      await assert.rejects(
        () => site.run(plan.plan, undefined, breaking(site, 'after-exchange', die, nobody)),
        /nobody puts back/,
      );
      assertSame(shop(), then);
      const { services } = site.performing;
      const restorer = await services.openRestorer('postgresql');
      await putBackUnfinished(services, await findAccount(services, 'u1'), restorer);
      await restorer.sweep(new Set());
      await restorer.close();
      assertSame(shop(), now);
      assert.equal(leftovers(), '');
    });

    test('a server that is killed in the middle of a load has the live database as it was', async () => {
      const plan = await site.plan('u1_shop', { replace: true });
      await assert.rejects(() =>
        site.run(
          plan.plan,
          undefined,
          breaking(site, 'load', () => postgresql.kill()),
        ),
      );
      await postgresql.start();
      assertSame(shop(), now);
    });

    test('a database and its owner that are gone come back, with the password, and to nobody else', async () => {
      postgresql.sql('DROP DATABASE u1_gone; DROP DATABASE IF EXISTS downloaded');
      postgresql.sql('ALTER ROLE u1 RENAME TO other_u1');
      const plan = await site.plan('u1_gone', { replace: true });
      assert.deepEqual(plan.users, ['u1']);
      const take = () => {
        makeDatabase(postgresql, 'u1_gone', { owner: 'neighbour', statements: 'CREATE TABLE t (theirs int)' });
      };
      await failsWith('database-refused', () =>
        site.run(plan.plan, undefined, breaking(site, 'before-exchange', take)),
      );
      assert.equal(postgresql.sql('SELECT count(theirs) FROM t', 'u1_gone'), '0\n');
      postgresql.sql('DROP DATABASE u1_gone');
      assert.deepEqual((await site.run(plan.plan)).problems, []);
      const { server } = site.performing.services.configuration.databases[0] ?? assert.fail();
      const tenant = await openSession(server, { user: 'u1', password: 'secret' }, 'u1_gone');
      assert.deepEqual(await tenant.rows('SELECT id FROM public.t'), [{ id: '7' }]);
      await tenant.run('INSERT INTO public.t VALUES (8)');
      await tenant.close();
      const neighbour = openSession(server, { user: 'neighbour', password: 'other' }, 'u1_gone');
      await assert.rejects(neighbour, /permission denied|no pg_hba|does not/);
      assert.equal(leftovers(), '');
    });

    /** Roles and hidden databases that no restore that can be undone needs. */
    function leftovers(): string {
      return postgresql.sql(`SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'larder_o')
      UNION SELECT datname FROM pg_database WHERE starts_with(datname, '~larder_new')`);
    }
  },
);

/** Without who may use the database. */
function definitions(print: string): string {
  return print.slice(0, print.lastIndexOf('PostgreSQL database dump complete'));
}

type Step = 'load' | 'exchange' | 'before-exchange' | 'after-exchange';

/** The restorer does `act` before a step, or right after the databases were exchanged. */
function breaking(
  { performing }: PostgresqlSite,
  step: Step,
  act: () => void,
  changes: Partial<DatabaseRestorer> = {},
) {
  const { services } = performing;
  return {
    openRestorer: async (engine: 'mysql' | 'postgresql'): Promise<DatabaseRestorer> => {
      const restorer = await services.openRestorer(engine);
      const changed: Partial<DatabaseRestorer> = {
        async load(order) {
          if (step === 'load') act();
          await restorer.load(order);
          if (step === 'exchange') act();
        },
        async exchange(journal, signal) {
          if (step === 'before-exchange') act();
          const problems = await restorer.exchange(journal, signal);
          if (step === 'after-exchange') act();
          return problems;
        },
        ...changes,
      };
      return new Proxy(restorer, {
        get(target, name) {
          const value: unknown = Reflect.get(changed, name) ?? Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
}
