import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { drillAccount } from '../../plugin/actions/drill-account.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { DatabaseRestorer, LoadTables } from '../../plugin/contracts/database-restorer.ts';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import { isRoot } from '../support/backup-site.ts';
import { lookAtServer, processesBelow, type DrillServer } from '../support/drill-servers.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { hasPostgresql, startPostgresql, type PrivatePostgresql } from '../support/postgresql.ts';
import { makeDatabase, prepareServer, shopSql } from '../support/postgresql-database.ts';
import { openProofSite, type ProofSite } from '../support/proof-site.ts';
import { giveDatabases } from '../support/database-account.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const drillUid = 64_998;
const good = ['u1_shop', 'u1_maps'];

const faults: readonly { database: string; change: (sql: string) => string; problem: RegExp }[] = [
  { database: 'u1_syntax', change: (sql) => sql.replaceAll('CREATE TABLE', 'NO SQL AT A:'), problem: /syntax error/ },
  { database: 'u1_half', change: (sql) => sql.slice(0, sql.indexOf('1\ta\n')), problem: /repository-damaged/ },
  { database: 'u1_table', change: (sql) => sql.replaceAll('notes', 'other'), problem: /notes is missing/ },
  { database: 'u1_rows', change: (sql) => sql.replace('2\tb\n', ''), problem: /notes has 1 rows in place of 2/ },
];
const notes = "CREATE TABLE notes (id INT PRIMARY KEY, what TEXT); INSERT INTO notes VALUES (1, 'a'), (2, 'b')";

suite(
  'a drill loads databases of PostgreSQL into a server of its own',
  { skip: hasPostgresql ? false : 'needs postgresql', timeout: 600_000 },
  () => {
    let postgresql: PrivatePostgresql;

    before(async () => {
      postgresql = await startPostgresql({ likeDebian: true });
      await prepareServer(postgresql);
      postgresql.sql("CREATE ROLE u1 LOGIN PASSWORD 'secret'; CREATE ROLE clerk; CREATE ROLE \"o'dd\"");
      makeDatabase(postgresql, 'u1_shop', { owner: 'u1', statements: shopSql });
      postgresql.sql(
        'SET ROLE u1; GRANT SELECT ON posts TO clerk; CREATE POLICY own ON options TO "o\'dd" USING (true)',
        'u1_shop',
      );
      makeDatabase(postgresql, 'u1_maps', { owner: 'u1', statements: '' });
      postgresql.sql('CREATE EXTENSION earthdistance CASCADE', 'u1_maps');
      postgresql.sql('SET ROLE u1; CREATE TABLE spots AS SELECT ll_to_earth(38, 24) AS at', 'u1_maps');
      for (const { database } of faults) makeDatabase(postgresql, database, { owner: 'u1', statements: notes });
    });
    after(() => postgresql.stop());

    /** Process ids of the servers of drills below a process. */
    const serversOf = (parent: number | undefined) => processesBelow(parent, 'postgres', postgresql.processes());

    test('as a user of its own, on no network, counts every row, and leaves nothing behind', async (context) => {
      const databases = [...good, ...faults.map(({ database }) => database)];
      const site = await openProofSite(context, {}, settingsFor(postgresql), databases);
      await site.backUp();
      const live = whatIsLive(postgresql);
      const seen: DrillServer[] = [];

      const report = await drillWith(site, async (order, load) => {
        seen.push(...serversOf(process.pid).map(lookAtServer));
        await load(order);
      });
      assert.deepEqual(report.problems, []);
      assert.deepEqual([report.outcome, report.isolation.network], ['passed', 'none']);
      const found = report.databases.map(({ name, outcome, tables, rows }) => `${name} ${outcome} ${tables} ${rows}`);
      const loaded = ['u1_maps loaded 1 1', 'u1_shop loaded 12 516'];
      const small = faults.map(({ database }) => `${database} loaded 1 2`);
      assert.deepEqual(found.toSorted(), [...loaded, ...small].toSorted());
      assert.ok(seen.length > 0);
      for (const { uid, network, memory } of seen) {
        assert.equal(uid, isRoot ? drillUid : process.getuid?.());
        assert.notEqual(network, readlinkSync('/proc/self/ns/net'));
        assert.notEqual(memory, readlinkSync('/proc/self/ns/ipc'));
      }
      assert.equal(whatIsLive(postgresql), live, 'the live server was not touched');
      assert.deepEqual(readdirSync(join(site.folder, 'state/drills')), []);
      assert.deepEqual(serversOf(process.pid), []);

      await context.test('fails by a dump that does not load, a missing table, and missing rows', async () => {
        await failsByEach(site);
        assert.deepEqual(serversOf(process.pid), []);
      });
    });

    const failsByEach = async (site: ProofSite): Promise<void> => {
      const report = await drillWith(site, async (order, load) => {
        const fault = faults.find(({ database }) => database === order.description.name);
        await load(fault === undefined ? order : { ...order, content: changed(order.content, fault.change) });
      });
      assert.equal(report.outcome, 'failed');
      for (const { database, problem } of faults) {
        const found = report.problems.find(({ name }) => name === database);
        assert.equal(found?.kind, 'database-failed', database);
        assert.match(found?.detail ?? '', problem);
      }
      const outcomes = new Map(report.databases.map(({ name, outcome }) => [name, outcome]));
      assert.deepEqual([outcomes.get('u1_shop'), outcomes.get('u1_maps')], ['loaded', 'loaded']);
      const { points } = await site.perform({ kind: 'list', account: 'u1' });
      const paths = faults.map(({ database }) => `databases/postgresql/${database}`).toSorted();
      assert.deepEqual(points.at(-1)?.damage?.paths.toSorted(), paths);
    };

    test('all its processes end with a drill that is killed', async (context) => {
      const child = startDrill(context, postgresql);
      const ended = new Promise((resolve) => child.once('close', resolve));
      await until(() => serversOf(child.pid).length > 2);
      const servers = serversOf(child.pid);
      child.kill('SIGKILL');
      await ended;
      await until(() => servers.every((id) => !existsSync(`/proc/${id}/exe`)));
    });
  },
);

function whatIsLive(postgresql: PrivatePostgresql): string {
  return postgresql.sql('SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1');
}

function settingsFor({ socketPath, folder }: PrivatePostgresql): string {
  const password = `password_file = "${folder}/password"`;
  return `[[databases]]\nengine = "postgresql"\nsocket = "${socketPath}"\n${password}\n`;
}

function startDrill(context: TestContext, postgresql: PrivatePostgresql) {
  const larder = makeInstallation(temporaryFolder(context), 1);
  appendFileSync(`${larder.folder}/larder.toml`, settingsFor(postgresql));
  giveDatabases(larder.folder, ['u1_rows']);
  larder.succeed('init', '--no-input', '--yes');
  giveAway(larder.homes[0] ?? '', 20_001);
  larder.succeed('--account', 'u1', 'backup');
  return larder.start('--account', 'u1', 'drill');
}

/** A drill with something between it and the server, which is real. */
async function drillWith(
  { services }: ProofSite,
  between: (order: LoadTables, load: DatabaseRestorer['load']) => Promise<void>,
): Promise<DrillReport> {
  const openScratchServer: Services['openScratchServer'] = async (...words) => {
    const server = await services.openScratchServer(...words);
    if (typeof server === 'string') return server;
    const load = server.restorer.load.bind(server.restorer);
    server.restorer.load = (order) => between(order, load);
    return server;
  };
  const performing = { services: { ...services, openScratchServer }, onProgress: () => {}, signal: never };
  return drillAccount(performing, await findAccount(services, 'u1'));
}

const never = new AbortController().signal;

async function* changed(content: AsyncIterable<Uint8Array>, change: (sql: string) => string): AsyncGenerator<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  yield Buffer.from(change(Buffer.concat(parts).toString('latin1')), 'latin1');
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4000 && !isTrue(); tries += 1) await wait(25);
  assert.ok(isTrue());
}
