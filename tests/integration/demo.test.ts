import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import test, { after, suite } from 'node:test';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { hasMariadb } from '../support/mariadb.ts';
import { KeptDemo, RunningDemo, type DemoUser } from '../support/running-demo.ts';
import { suiteFolder, temporaryFolder } from '../support/temporary-folder.ts';

const ordinary: DemoUser = isRoot
  ? { uid: 4321, gid: 4321 }
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const needsMariadb = hasMariadb ? false : 'needs mariadb-server';

const canReadCheckout = spawnSync('test', ['-r', 'package.json'], isRoot ? ordinary : {}).status === 0;

suite('the demo as root', { skip: needsRoot }, () => {
  const demo = keptDemo();
  const { folder } = demo;

  mendsKilledStart(demo);

  test('each customer has a uid of its own, and everything in its home belongs to it', async () => {
    await demo.running();
    assert.deepEqual(uidsBelow(`${folder}/homes/maria`), [statSync(`${folder}/homes/maria`).uid]);
    assert.equal(new Set(['brandt', 'maria', 'nora'].map((name) => statSync(`${folder}/homes/${name}`).uid)).size, 3);
    const socket = `${folder}/run/accounts/maria.sock`;
    assert.equal(statSync(socket).uid, statSync(`${folder}/homes/maria`).uid);
  });

  test('a customer is kept out of the homes, the keys and the sockets of all others', async () => {
    const running = await demo.running();
    const run = (...words: [string, ...string[]]) => running.run(...words);
    assert.equal(run('as-maria', 'id', '-u').output, `${statSync(`${folder}/homes/maria`).uid}\n`);
    for (const path of ['homes/nora/public_html/wp-config.php', 'state/keys/server.key', 'accounts.json']) {
      assert.notEqual(run('as-maria', 'cat', `${folder}/${path}`).status, 0, path);
    }
    assert.equal(run('as-maria', 'test', '-w', `${folder}/run/accounts/nora.sock`).status, 1);
    assert.equal(run('as-maria', 'test', '-w', `${folder}/run/accounts/maria.sock`).status, 0);
  });

  tellsStory(demo);
  worksWithoutDatabases(demo);
});

suite('the demo as an ordinary user', { skip: canReadCheckout ? false : 'others cannot read this checkout' }, () => {
  const demo = keptDemo(ordinary);

  mendsKilledStart(demo);

  test('everything belongs to that user', async () => {
    await demo.running();
    assert.deepEqual(uidsBelow(demo.folder), [ordinary.uid]);
  });

  tellsStory(demo);
});

/** In a folder of its own that others can go through, ended after the suite. */
function keptDemo(user?: DemoUser): KeptDemo {
  after(() => demo.close()); // before its folder is removed
  const folder = suiteFolder();
  chmodSync(folder, 0o755);
  if (user !== undefined && isRoot) chownSync(folder, user.uid, user.gid);
  const demo: KeptDemo = new KeptDemo(folder, isRoot ? user : undefined);
  return demo;
}

/** The first test of its suite: what is made here is what the others look at. */
function mendsKilledStart(kept: KeptDemo): void {
  test('a start that was killed half way is made good by the next', async () => {
    const cut = kept.begin();
    await cut.says('brandt');
    await cut.stop('SIGKILL');
    const demo = await kept.running();
    assert.equal((await demo.ask({ kind: 'status', account: 'maria' })).points, 6);
  });
}

/** What a demo shows, whoever runs it. */
function tellsStory(kept: KeptDemo): void {
  test('its restore points are of the days before, and some have a label', async () => {
    const demo = await kept.running();
    const { points } = await demo.ask({ kind: 'list', account: 'maria' });
    const made = points.filter(({ kind }) => kind !== 'before-restore');
    assert.equal(made.length, 6);
    const days = new Set(made.map(({ time }) => new Date(time).toDateString()));
    assert.equal(days.size, 4);
    assert.ok(made.every(({ time }) => new Date(time) < new Date(new Date().setHours(0, 0, 0, 0))));
    assert.ok(made.some(({ label }) => label === 'πριν την ενημέρωση του e-shop'));
    assert.ok((await demo.ask({ kind: 'status', account: 'maria' })).provenAt !== undefined);
    assert.ok(made.slice(1).every(({ added = 0, changed = 0 }) => added + changed > 0));
  });

  test("Maria's shop is broken; bringing it back mends it, and undoing that breaks it again", async () => {
    const demo = await kept.running();
    assert.match(demo.run('as-maria', 'visit').output, /500 Internal Server Error/);
    await restoreShop(demo);
    assert.match(demo.run('as-maria', 'visit').output, /200 OK\n\nΤαβέρνα Μαρία/);
    const { plan } = await demo.ask({ kind: 'plan-undo', account: 'maria', job: undefined });
    await runPlan(demo, plan);
    assert.match(demo.run('as-maria', 'visit').output, /500 Internal Server Error/);
  });

  test(
    'the update also broke her prices, and one table of the database brings them back',
    { skip: needsMariadb },
    async () => {
      const demo = await kept.running();
      await restoreShop(demo);
      assert.match(demo.run('as-maria', 'visit').output, /ελαιόλαδο 5 l +0\.00 €/);
      const table = 'db:maria_wp/wp_wc_product_meta_lookup';
      const words = ['larder', 'restore', table, '--at', 'yesterday 09:30', '--replace', '--yes'];
      const restored = demo.run('as-maria', ...words);
      assert.equal(restored.status, 0, restored.output);
      assert.match(demo.run('as-maria', 'visit').output, /ελαιόλαδο 5 l +54\.90 €/);
      const planned = await demo.ask({ ...wholeShop, point: await goodPoint(demo) });
      assert.ok(planned.warnings.some(({ kind }) => kind === 'newer-rows'));
      assert.equal(demo.run('as-maria', 'larder', 'undo', '--yes').status, 0);
      assert.match(demo.run('as-maria', 'visit').output, /ελαιόλαδο 5 l +0\.00 €/);
    },
  );

  test('the last of its links opens the overview of the server for an administrator', async () => {
    const { output } = await kept.running();
    const [origin = '', secret = ''] = [...output.matchAll(/(http\S+)\/login#t=(\S+)/g)].at(-1)?.slice(1) ?? [];
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ secret }).toString();
    const signedIn = await fetch(`${origin}/login`, { method: 'POST', redirect: 'manual', headers, body });
    const cookie = /larder-session=[^;]+/.exec(signedIn.headers.get('set-cookie') ?? '')?.[0] ?? '';
    const page = await fetch(`${origin}/`, { headers: { cookie } });
    assert.equal(page.url, `${origin}/host`);
    assert.match(await page.text(), / of 3 accounts have a backup as fresh as promised/);
  });

  test("the other customers' sites are well", async () => {
    const demo = await kept.running();
    for (const name of ['as-nora', 'as-brandt']) assert.match(demo.run(name, 'visit').output, /^HTTP\/1.1 200 OK/);
  });

  test('a second start at the same time says that one runs, and harms nothing', async () => {
    const demo = await kept.running();
    const before = await demo.ask({ kind: 'list', account: 'maria' });
    const second = kept.begin('--fresh');
    assert.equal(await second.ended(), 5);
    assert.match(second.output, /running already/);
    assert.deepEqual(await demo.ask({ kind: 'list', account: 'maria' }), before);
  });

  test('it stops cleanly on Ctrl-C, and the next start makes nothing and finds all as it was', async () => {
    const before = await (await kept.running()).ask({ kind: 'list', account: 'nora' });
    assert.equal(await kept.stop(), 0);
    assert.ok(!existsSync(`${kept.folder}/run/root.sock`));
    assert.ok(!existsSync(`${kept.folder}/mariadb/pid`));
    const again = await kept.running();
    assert.doesNotMatch(again.output, /Making/);
    assert.deepEqual(await again.ask({ kind: 'list', account: 'nora' }), before);
  });

  test('--fresh begins again', async () => {
    await kept.stop();
    writeFileSync(`${kept.folder}/homes/maria/public_html/mine.txt`, 'mine');
    const demo = await kept.running('--fresh');
    assert.ok(!existsSync(`${kept.folder}/homes/maria/public_html/mine.txt`));
    assert.equal((await demo.ask({ kind: 'status', account: 'maria' })).points, 6);
  });
}

/** Where the server's data is gone: the last test of its folder. */
function worksWithoutDatabases(kept: KeptDemo): void {
  test('a demo without databases says so, and how to turn them on', async () => {
    await kept.stop();
    rmSync(`${kept.folder}/mariadb`, { recursive: true, force: true });
    const demo = await kept.running();
    assert.match(demo.output, /Databases are off: this demo was made without them\.\n.*\n +npm start -- --fresh/);
    assert.doesNotMatch(readFileSync(`${kept.folder}/larder.toml`, 'utf8'), /databases/);
  });
}

test('--fresh removes no folder that is not a demo', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(`${folder}/one.jpg`, 'jpg');
  const demo = new RunningDemo(folder, ['--fresh']);
  assert.equal(await demo.ended(), 5);
  assert.match(demo.output, /holds something that is no demo/);
  assert.deepEqual(readdirSync(folder), ['one.jpg']);
});

test('words that the demo does not know are answered with those that it does', async (t) => {
  const demo = new RunningDemo(temporaryFolder(t), ['--frsh']);
  assert.equal(await demo.ended(), 2);
  assert.match(demo.output, /npm start -- \[--fresh\]/);
});

async function restoreShop(demo: RunningDemo): Promise<void> {
  const point = await goodPoint(demo);
  const paths = ['public_html/wp-content/plugins/eshop-orders', 'public_html/wp-config.php'];
  const question = { kind: 'plan', account: 'maria', point, target: { kind: 'in-place' }, mode: 'merge' } as const;
  const { plan, counts } = await demo.ask({
    ...question,
    paths: paths.map((path) => Buffer.from(path).toString('base64')),
  });
  assert.ok(counts.comesBack > 0 && counts.replaced > 0);
  await runPlan(demo, plan);
}

async function goodPoint(demo: RunningDemo): Promise<string> {
  const { points } = await demo.ask({ kind: 'list', account: 'maria' });
  return points.find(({ label }) => label === 'πριν την ενημέρωση του e-shop')?.id ?? '';
}

const wholeShop = {
  kind: 'plan-database',
  account: 'maria',
  database: 'maria_wp',
  tables: [],
  target: { kind: 'replace' },
} as const;

async function runPlan(demo: RunningDemo, plan: string): Promise<void> {
  const { plan: done } = await demo.ask({ kind: 'run-plan', account: 'maria', plan });
  assert.equal(done, plan);
}

function uidsBelow(folder: string): number[] {
  const found = spawnSync('find', [folder, '-printf', '%U\n'], { encoding: 'utf8' });
  return [...new Set(found.stdout.trim().split('\n').map(Number))];
}
