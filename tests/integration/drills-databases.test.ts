import assert from 'node:assert/strict';
import { appendFileSync, existsSync, globSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { drillAccount } from '../../plugin/actions/drill-account.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { DatabaseRestorer, LoadTables } from '../../plugin/contracts/database-restorer.ts';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import { isRoot } from '../support/backup-site.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { openProofSite, type ProofSite } from '../support/proof-site.ts';
import { giveDatabases } from '../support/database-account.ts';
import { shopSql } from '../support/shop-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const drillUid = 64_998;

suite('a drill loads databases into a server of its own', () => {
  let mariadb: PrivateMariadb;
  before(async () => {
    mariadb = await startMariadb();
    mariadb.sql(`CREATE DATABASE u1_shop; USE u1_shop; ${shopSql}; CREATE DATABASE u1_empty`);
  });
  after(() => mariadb.stop());

  const openSite = async (
    context: TestContext,
    databases: readonly string[],
    changes: Partial<Services> = {},
  ): Promise<ProofSite> => {
    const site = await openProofSite(context, changes, settingsFor(mariadb), databases);
    await site.backUp();
    return site;
  };

  test('as a user of its own, on no network, counts every row, and leaves nothing behind', async (context) => {
    const site = await openSite(context, ['u1_shop', 'u1_empty']);
    const before = mariadb.sql('SHOW DATABASES');
    const seen: Seen[] = [];
    const report = await drillWith(site, async (order, load) => {
      seen.push(...serversOf(process.pid).map(look));
      await load(order);
    });
    assert.deepEqual(report.problems, []);
    assert.equal(report.isolation.network, 'none');
    assert.deepEqual(report.steps.at(-1)?.step, 'databases');
    const found = report.databases.map(({ name, outcome, tables }) => `${name} ${outcome} ${tables}`);
    assert.deepEqual(found.toSorted(), ['u1_empty loaded 0', 'u1_shop loaded 8']);
    assert.ok(report.databases.some(({ rows }) => rows > 500));
    assert.equal(seen.length, 2);
    for (const { uid, network, command } of seen) {
      assert.equal(uid, isRoot ? drillUid : process.getuid?.());
      assert.notEqual(network, readlinkSync('/proc/self/ns/net'));
      assert.match(command, /--skip-networking/);
    }
    assert.equal(mariadb.sql('SHOW DATABASES'), before, 'the live server was not touched');
    assert.deepEqual(readdirSync(join(site.folder, 'state/drills')), []);
    assert.deepEqual(serversOf(process.pid), []);
  });

  const faults: readonly { database: string; change: (sql: string) => string; problem: RegExp }[] = [
    { database: 'u1_syntax', change: (sql) => sql.replace('CREATE TABLE', 'NO SQL'), problem: /syntax/i },
    { database: 'u1_half', change: (sql) => sql.slice(0, sql.indexOf('INSERT INTO') + 40), problem: /./ },
    { database: 'u1_table', change: (sql) => sql.replaceAll('`notes`', '`other`'), problem: /notes is missing/ },
    {
      database: 'u1_rows',
      change: (sql) => sql.replace(/INSERT INTO[^;]*;\n/, ''),
      problem: /notes has 0 rows in place of 2/,
    },
  ];

  test('fails by a dump that does not load, a missing table, and missing rows', async (context) => {
    const names = faults.map(({ database }) => database);
    const notes = "CREATE TABLE notes (id INT PRIMARY KEY, what TEXT); INSERT INTO notes VALUES (1, 'a'), (2, 'b')";
    mariadb.sql(names.map((name) => `CREATE DATABASE ${name}; USE ${name}; ${notes};`).join('\n'));
    const site = await openSite(context, [...names, 'u1_empty']);
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
    assert.equal(report.databases.find(({ name }) => name === 'u1_empty')?.outcome, 'loaded');
    const { points } = await site.perform({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      points.at(-1)?.damage?.paths.toSorted(),
      names.map((name) => `databases/mysql/${name}`).toSorted(),
    );
    assert.equal(points.at(-1)?.provenAt, undefined);
    assert.deepEqual(serversOf(process.pid), []);
  });

  test('without such a server here it proves the files alone, and says so everywhere', async (context) => {
    const site = await openSite(context, ['u1_empty'], { openScratchServer: () => Promise.resolve('no-server') });
    const { outcome, databases, isolation, problems, steps } = await drill(site);
    assert.ok(!steps.some(({ step }) => step === 'databases'));
    assert.deepEqual([outcome, isolation.network, problems], ['files-only', 'not-needed', []]);
    assert.deepEqual(
      databases.map((one) => one.outcome),
      ['no-server'],
    );
    const { points } = await site.perform({ kind: 'list', account: 'u1' });
    assert.equal(points.at(-1)?.provenAt, undefined, 'the restore point is not proven');
    const status = await site.perform({ kind: 'status', account: 'u1' });
    assert.deepEqual([status.provenAt, typeof status.filesProvenAt], [undefined, 'string']);
    const { accounts } = await site.perform({ kind: 'accounts' });
    assert.deepEqual([accounts[0]?.provenAt, accounts[0]?.filesProvenAt], [undefined, status.filesProvenAt]);
    await site.perform({ kind: 'watch' });
    const { alerts } = await site.perform({ kind: 'alerts', over: false });
    const found = alerts.filter(({ kind }) => kind.startsWith('d'));
    assert.deepEqual(
      found.map(({ kind, severity, facts }) => [kind, severity, facts['names']]),
      [['databases-unproven', 'warning', 'u1_empty']],
    );
    const period = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    const report = await site.perform({ kind: 'report', ...period });
    assert.equal(report.accounts[0]?.lastDrill, 'files-only');
    assert.deepEqual([report.drills.done, report.drills.passed, report.drills.filesOnly], [1, 0, 1]);
    assert.ok(report.recommendations.some(({ kind }) => kind === 'databases-unproven'));
    const { text } = await site.perform({ kind: 'metrics' });
    assert.match(text, /^larder_last_drill_files_only\{account="u1"\} 1$/m);
    assert.match(text, /^larder_last_drill_passed\{account="u1"\} 1$/m);
    assert.doesNotMatch(text, /^larder_last_proven_timestamp_seconds\{/m);
  });

  test('the server ends with a drill that is killed, and the next drill removes what it left', async (context) => {
    const { larder, child } = startDrill(context, mariadb);
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until(() => serversOf(child.pid).length > 0);
    const servers = serversOf(child.pid);
    child.kill('SIGKILL');
    await ended;
    await until(() => servers.every((id) => !existsSync(`/proc/${id}/exe`)));
    assert.equal(readdirSync(`${larder.folder}/state/drills`).length, 1);
    larder.succeed('--account', 'u1', 'drill');
    assert.deepEqual(readdirSync(`${larder.folder}/state/drills`), []);
  });
});

function settingsFor({ socketPath }: PrivateMariadb): string {
  return `[[databases]]\nengine = "mariadb"\nsocket = "${socketPath}"\nuser = "root"\n`;
}

function startDrill(context: TestContext, mariadb: PrivateMariadb) {
  const larder = makeInstallation(temporaryFolder(context), 1);
  appendFileSync(`${larder.folder}/larder.toml`, settingsFor(mariadb));
  giveDatabases(larder.folder, ['u1_shop']);
  larder.succeed('init', '--no-input', '--yes');
  giveAway(larder.homes[0] ?? '', 20_001);
  larder.succeed('--account', 'u1', 'backup');
  return { larder, child: larder.start('--account', 'u1', 'drill') };
}

async function drill(site: ProofSite): Promise<DrillReport> {
  const { drills } = await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
  assert.ok(drills[0] !== undefined);
  return drills[0];
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

/** Process ids of servers that a process started and that still run. */
function serversOf(parent: number | undefined): number[] {
  return globSync('/proc/[0-9]*/stat').flatMap((path) => {
    try {
      const [id, name, , by] = readFileSync(path, 'utf8').split(' ');
      return name === '(mariadbd)' && Number(by) === parent && !isLive(Number(id)) ? [Number(id)] : [];
    } catch {
      return []; // it has ended since
    }
  });
}

/** The server that stands for the live one is a child of this process too. */
function isLive(id: number): boolean {
  return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('larder-mariadb-');
}

interface Seen {
  readonly uid: number;
  readonly network: string;
  readonly command: string;
}

function look(id: number): Seen {
  return {
    uid: statSync(`/proc/${id}`).uid,
    network: readlinkSync(`/proc/${id}/ns/net`),
    command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '),
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 800 && !isTrue(); tries += 1) await wait(25);
  assert.ok(isTrue());
}
