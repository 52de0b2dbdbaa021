import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { keepDatabases } from '../../plugin/actions/keep-databases.ts';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { DatabaseRestorer } from '../../plugin/contracts/database-restorer.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import { changeRestorer } from '../support/changed-restorer.ts';
import { giveDatabases } from '../support/database-account.ts';
import { failsWith } from '../support/failures.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { makeDatabaseSite, type DatabaseSite } from '../support/restored-databases.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

suite('a database that is gone comes back, unless its name is taken', { skip: !hasMariadb && 'no mariadb' }, () => {
  let mariadb: PrivateMariadb;
  let site: DatabaseSite;
  const folder = suiteFolder();

  before(async () => {
    mariadb = await startMariadb();
    site = await makeDatabaseSite(folder, mariadb, ['u1_gone']);
    mariadb.sql(`CREATE DATABASE u1_gone; USE u1_gone; CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (7);
      CREATE VIEW v AS SELECT id FROM t`);
    await site.backUp();
    mariadb.sql('DROP DATABASE u1_gone');
  });
  after(async () => {
    await site.close();
    await mariadb.stop();
  });

  /** What somebody else puts under the name, with a table that is called the same. */
  function take(): void {
    mariadb.sql(`CREATE DATABASE u1_gone; USE u1_gone; CREATE TABLE t (theirs INT); INSERT INTO t VALUES (1);
      CREATE VIEW w AS SELECT theirs FROM t`);
  }

  function giveBack(): void {
    assert.equal(mariadb.sql('SELECT theirs FROM u1_gone.w; SHOW TABLES IN u1_gone'), '1\nt\nw\n');
    mariadb.sql('DROP DATABASE u1_gone');
  }

  const hidden = () => mariadb.sql("SHOW DATABASES LIKE '~larder%'");

  test('taken while tables were loaded: theirs stays', async () => {
    const { plan } = await site.plan('u1_gone', { replace: true });
    await failsWith('plan-changed', () => site.run(plan, undefined, acting(site, { afterLoad: take })));
    giveBack();
  });

  test('taken at the last moment: theirs stays, and the plan can be run again', async () => {
    const { plan } = await site.plan('u1_gone', { replace: true });
    await failsWith('database-refused', () => site.run(plan, undefined, acting(site, { beforeExchange: take })));
    giveBack();
    await keepDatabases(site.performing.services);
    assert.equal(hidden(), '');
    await site.run(plan);
    assert.equal(mariadb.sql('SELECT id FROM u1_gone.v'), '7\n');
    await site.run((await site.undo()).plan);
    mariadb.sql('DROP DATABASE u1_gone');
  });

  test('taken when a process had died before it: what is put back later leaves theirs', async () => {
    const kept = hidden();
    const { plan } = await site.plan('u1_gone', { replace: true });
    await assert.rejects(() => site.run(plan, undefined, acting(site, { beforeExchange: die, putBack: die })), /dies/);
    take();
    await keepDatabases({ ...site.performing.services, ...acting(site, { putBack: die }) });
    await keepDatabases(site.performing.services);
    giveBack();
    assert.equal(hidden(), kept);
  });

  test('a process that died after it is put back: the tables go again', async () => {
    const kept = hidden();
    const { plan } = await site.plan('u1_gone', { replace: true });
    await assert.rejects(() => site.run(plan, undefined, acting(site, { afterExchange: die, putBack: die })), /dies/);
    assert.equal(mariadb.sql('SHOW TABLES IN u1_gone'), 't\nv\n');
    await keepDatabases(site.performing.services);
    assert.equal(mariadb.sql('SHOW TABLES IN u1_gone'), '');
    assert.equal(hidden(), kept);
    mariadb.sql('DROP DATABASE u1_gone');
  });

  test('what became another account’s since is not taken back', async () => {
    await site.run((await site.plan('u1_gone', { replace: true })).plan);
    const { plan } = await site.undo();
    const file = join(folder, 'accounts.json');
    const known = readFileSync(file, 'utf8');
    const [first] = JSON.parse(known) as { readonly uid: number }[];
    const of = (uid: number, name: string, databases: readonly string[]) => {
      return { ...first, uid, name, home: join(folder, 'homes', name), databases };
    };
    const uid = first?.uid ?? 0;
    writeFileSync(file, JSON.stringify([of(uid, 'u1', []), of(uid + 1, 'u2', ['u1_gone'])]));
    await failsWith('not-allowed', () => site.run(plan));
    await failsWith('not-allowed', () => site.undo());
    assert.equal(mariadb.sql('SELECT id FROM u1_gone.v'), '7\n');
    writeFileSync(file, known);
    await site.run((await site.undo()).plan);
    mariadb.sql('DROP DATABASE u1_gone');
  });

  test('without a panel a database is whose name it begins with: it comes back in its place', async () => {
    giveDatabases(folder, []);
    const { performing } = site;
    const { configuration } = performing.services;
    const changes = { configuration: { ...configuration, panel: { kind: 'linux' } } } as const;
    mariadb.sql('CREATE DATABASE u1_gone; CREATE TABLE u1_gone.later (id INT)');
    const asked = { kind: 'plan-database', account: 'u1', point: 'latest', database: 'u1_gone', tables: [] } as const;
    const onLinux = { ...performing, services: { ...performing.services, ...changes } };
    const { accounts } = await performRequest<'accounts'>(onLinux, { kind: 'accounts' });
    assert.equal(accounts.find(({ name }) => name === 'u1')?.databases, 1);
    const { plan, counts } = await performRequest<'plan-database'>(onLinux, {
      ...asked,
      target: { kind: 'replace' },
    });
    assert.deepEqual([counts.comesBack, counts.removed], [1, 1]);
    await site.run(plan, undefined, changes);
    assert.equal(mariadb.sql('SHOW TABLES IN u1_gone'), 't\nv\n');
    mariadb.sql('DROP DATABASE u1_gone');
    giveDatabases(folder, ['u1_gone']);
  });

  test('what fails for one account stops nobody else, and is told', async () => {
    const { plan } = await site.plan('u1_gone', { replace: true });
    await assert.rejects(() => site.run(plan, undefined, acting(site, { afterExchange: die, putBack: die })), /dies/);
    const { services } = site.performing;
    const other = parseGeneration('0'.repeat(32));
    const told: unknown[] = [];
    await keepDatabases({
      ...services,
      log: { ...services.log, error: (event, { generation }) => void told.push([event, generation]) },
      databasePlans: {
        ...services.databasePlans,
        generations: async () => [other, ...(await services.databasePlans.generations())],
        list: (generation) => (generation === other ? die() : services.databasePlans.list(generation)),
      },
    });
    assert.deepEqual(told[0], ['databases-not-kept', other]);
    assert.equal(mariadb.sql('SHOW TABLES IN u1_gone'), '');
    mariadb.sql('DROP DATABASE u1_gone');
  });
});

function die(): never {
  throw new Error('the process dies');
}

type Step = 'afterLoad' | 'beforeExchange' | 'afterExchange' | 'putBack';

/** Services whose restorer does something more at a step. */
function acting({ performing }: DatabaseSite, steps: Partial<Readonly<Record<Step, () => void>>>) {
  const { services } = performing;
  return {
    async openRestorer(engine: 'mysql' | 'postgresql'): Promise<DatabaseRestorer> {
      const restorer = await services.openRestorer(engine);
      return changeRestorer(restorer, {
        async load(order) {
          await restorer.load(order);
          steps.afterLoad?.();
        },
        async exchange(journal, signal) {
          steps.beforeExchange?.();
          const problems = await restorer.exchange(journal, signal);
          steps.afterExchange?.();
          return problems;
        },
        putBack(journal) {
          steps.putBack?.();
          return restorer.putBack(journal);
        },
      });
    },
  };
}
