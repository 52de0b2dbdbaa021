import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { examine } from '../../plugin/main-doctor.ts';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import {
  drillUid,
  forgivingSite,
  needsPhp,
  processesWith,
  smallSite,
  wpConfig,
  writeSite,
} from '../support/php-sites.ts';
import { openProofSite, type ProofSite } from '../support/proof-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** However busy the machine is. */
const seconds = 300;

const settings = (folders: readonly string[], more = ''): string =>
  `[drills]\nuid = ${drillUid}\nprobe = true\nprobe_seconds = ${seconds}\nprobe_folders = ${JSON.stringify(folders)}\n${more}`;

async function drill(site: ProofSite): Promise<DrillReport> {
  await site.backUp();
  const { drills } = await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
  assert.ok(drills[0] !== undefined);
  return drills[0];
}

const outcomesOf = ({ sites }: DrillReport) =>
  Object.fromEntries(sites.map(({ path, probe }) => [path, probe?.outcome]));
const problemsOf = ({ problems }: DrillReport) => problems.map(({ kind, name }) => `${name} ${kind}`).toSorted();

suite(
  'a drill asks restored sites for their front pages',
  { skip: needsPhp || (hasMariadb ? false : 'needs mariadb-server') },
  () => {
    let mariadb: PrivateMariadb;
    before(async () => {
      mariadb = await startMariadb();
      mariadb.sql(`CREATE DATABASE u1_shop; USE u1_shop;
      CREATE TABLE wp_options (option_name VARCHAR(191) PRIMARY KEY, option_value LONGTEXT);
      INSERT INTO wp_options VALUES ('siteurl', 'https://taverna.example');
      CREATE DATABASE u1_half; USE u1_half; CREATE TABLE wp_posts (id INT PRIMARY KEY);
      CREATE USER u1_shop@localhost IDENTIFIED BY 'Geheim-1';
      GRANT ALL ON \`u1\\_shop\`.* TO u1_shop@localhost; GRANT ALL ON \`u1\\_half\`.* TO u1_shop@localhost;`);
    });
    after(() => mariadb.stop());

    const open = (context: TestContext, folders: readonly string[]): Promise<ProofSite> => {
      const server = `[[databases]]\nengine = "mariadb"\nsocket = "${mariadb.socketPath}"\nuser = "root"\n`;
      return openProofSite(context, {}, settings(folders, server), ['u1_shop', 'u1_half']);
    };

    test('with their databases and users, which answer as at home', async (context) => {
      const site = await open(context, ['public_html/blog']);
      const files = { 'wp-config.php': wpConfig('u1_shop'), 'index.php': smallSite };
      writeSite(join(site.home, 'public_html'), files);
      writeSite(join(site.home, 'public_html/blog'), { 'index.php': '<?php echo "a page without a database";' });
      const live = mariadb.sql('SHOW DATABASES; SELECT User FROM mysql.user');
      const report = await drill(site);
      assert.deepEqual(report.problems, []);
      assert.equal(report.outcome, 'passed');
      assert.deepEqual(outcomesOf(report), { public_html: 'answered', 'public_html/blog': 'answered' });
      assert.deepEqual(
        report.sites.map(({ probe }) => probe?.status),
        [200, 200],
        'it was asked by its name',
      );
      assert.deepEqual([report.steps.at(-1)?.step, report.steps.at(-1)?.isGood], ['sites', true]);
      assert.equal(report.isolation.network, 'none');
      assert.equal(mariadb.sql('SHOW DATABASES; SELECT User FROM mysql.user'), live, 'the live server was not touched');
      assert.deepEqual(readdirSync(join(site.folder, 'state/drills')), []);
      const { points } = await site.perform({ kind: 'list', account: 'u1' });
      assert.notEqual(points.at(-1)?.provenAt, undefined);
      const { text } = await site.perform({ kind: 'metrics' });
      assert.match(text, /^larder_last_drill_sites\{account="u1",outcome="answered"\} 2$/m);
    });

    const broken: { readonly [folder: string]: { readonly [file: string]: string } } = {
      table: { 'wp-config.php': wpConfig('u1_half', { user: 'u1_shop' }), 'index.php': smallSite },
      logged: { 'wp-config.php': wpConfig('u1_half', { user: 'u1_shop' }), 'index.php': forgivingSite },
      password: { 'wp-config.php': wpConfig('u1_shop', { password: 'another' }), 'index.php': smallSite },
      stranger: { 'wp-config.php': wpConfig('u1_shop', { user: 'root', password: '' }), 'index.php': smallSite },
      elsewhere: { 'wp-config.php': wpConfig('u1_shop', { host: 'db.example' }), 'index.php': smallSite },
      half: { 'wp-includes/version.php': '<?php', 'wp-config.php': '', 'index.php': smallSite },
      fatal: { 'index.php': '<?php echo "half a page"; flush(); menu();' },
      syntax: { 'index.php': '<?php if (' },
      status: { 'index.php': '<?php http_response_code(500); echo "Sorry.";' },
      mended: { 'index.php': '<?php http_response_code(503); echo "Back soon.";' },
      sends: {
        'index.php': '<?php header("Location: /el/", true, 302);',
        'el/index.php': '<?php echo $_SERVER["REQUEST_URI"];',
      },
      round: { 'index.php': '<?php header("Location: /", true, 302);' },
      installer: { 'index.php': '<?php header("Location: /wp-admin/setup-config.php", true, 302);' },
      empty: { 'index.php': '<?php exit;' },
      missing: { 'index.php': "<?php require '/home/u1/not-there.php';" },
    };

    test('what does not answer fails the drill, and says why; what could not answer is not tried', async (context) => {
      const site = await open(context, [...Object.keys(broken), 'not-there']);
      writeSite(join(site.home, 'public_html'), { 'wp-config.php': wpConfig('u1_shop'), 'index.php': smallSite });
      for (const [folder, files] of Object.entries(broken)) writeSite(join(site.home, folder), files);
      const report = await drill(site);
      assert.equal(report.outcome, 'failed');
      assert.deepEqual(problemsOf(report), [
        'empty site-empty',
        'fatal site-fatal',
        'half required-missing',
        'installer site-installer',
        'logged site-table',
        'missing site-fatal',
        'password site-database',
        'status site-status',
        'syntax site-fatal',
        'table site-fatal',
      ]);
      const details = new Map(report.problems.map(({ name, detail }) => [name, detail ?? '']));
      assert.match(details.get('table') ?? '', /u1_half\.wp_options/);
      assert.match(details.get('fatal') ?? '', /undefined function menu\(\)/);
      assert.equal(details.get('logged'), 'u1_half.wp_options');
      assert.equal(details.get('status'), '500');
      const { public_html: good, stranger, elsewhere, mended, sends, round } = outcomesOf(report);
      assert.deepEqual([good, stranger, elsewhere], ['answered', 'no-user', 'other-host']);
      assert.deepEqual([mended, sends, round], ['refused', 'answered', 'redirected']);
      assert.deepEqual([report.steps.at(-1)?.step, report.steps.at(-1)?.isGood], ['sites', false]);
      const { points } = await site.perform({ kind: 'list', account: 'u1' });
      const { damage, provenAt } = points.at(-1) ?? {};
      assert.deepEqual(
        [damage, provenAt],
        [undefined, undefined],
        'the restore point is as the home was, and not proven',
      );
      const { text } = await site.perform({ kind: 'metrics' });
      for (const line of ['answered"} 2', 'failed"} 9', 'not-asked"} 4']) {
        assert.ok(text.includes(`larder_last_drill_sites{account="u1",outcome="${line}\n`), line);
      }
    });
  },
);

suite('a site that cannot be asked is not tried', () => {
  test('without PHP: the drill proves what it proved before, and names the sites', async (context) => {
    const site = await openProofSite(context, {}, settings([], 'probe_php = "/nonexistent/php-cgi"\n'));
    const report = await drill(site);
    assert.deepEqual([report.outcome, outcomesOf(report)], ['passed', { public_html: 'no-php' }]);
    assert.ok(!report.steps.some(({ step }) => step === 'sites'));
    assert.equal(report.isolation.network, 'not-needed');
    const checksOf = async () => (await examine({ LARDER_CONFIG: `${site.folder}/larder.toml` })).findings;
    const missing = (await checksOf()).find(({ check }) => check.startsWith('site-probe'));
    assert.deepEqual(missing, {
      check: 'site-probe-no-php',
      level: 'warning',
      facts: { php: '/nonexistent/php-cgi' },
    });
    if (needsPhp !== false) return;
    writeFileSync(
      `${site.folder}/larder.toml`,
      readFileSync(`${site.folder}/larder.toml`, 'utf8').replace(/^probe_php.*$/m, ''),
    );
    const found = (await checksOf()).find(({ check }) => check.startsWith('site-probe'));
    assert.deepEqual(found, { check: 'site-probe', level: 'good', facts: { php: '/usr/bin/php-cgi' } });
  });
});

/** Of the unit that the guide gives the worker. */
function unitCapabilities(): string[] {
  const unit = readFileSync('docs/how-to/start-the-worker.md', 'utf8');
  const [, names = ''] = /^CapabilityBoundingSet=(.*)$/m.exec(unit) ?? [];
  return names.split(' ').map((name) => name.toLowerCase().replace('cap_', ''));
}

test(
  'the capabilities of the worker are enough, and without that to change the root nothing is run',
  { skip: needsPhp },
  (context) => {
    const larder = makeInstallation(temporaryFolder(context), 1);
    const [home = ''] = larder.homes;
    appendFileSync(`${larder.folder}/larder.toml`, settings(['site']));
    writeSite(join(home, 'site'), { 'index.php': '<?php echo "ok";' });
    larder.succeed('init', '--no-input', '--yes');
    giveAway(home, 20_001);
    larder.succeed('--account', 'u1', 'backup');
    const drillWith = (capabilities: readonly string[]): unknown => {
      const own = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
      const words = [
        `--bounding-set=${own}`,
        '--inh-caps=-all',
        '--',
        'plugin/bin/larder',
        '--account',
        'u1',
        'drill',
        '--json',
      ];
      const env = { PATH: process.env['PATH'], LARDER_CONFIG: `${larder.folder}/larder.toml` };
      const { stdout, stderr } = spawnSync('setpriv', words, { env, encoding: 'utf8' });
      assert.notEqual(stdout, '', stderr);
      const { drills } = JSON.parse(stdout) as { drills: DrillReport[] };
      return drills[0]?.sites.map(({ probe }) => probe?.outcome);
    };
    assert.deepEqual(drillWith(unitCapabilities()), ['answered']);
    assert.deepEqual(drillWith(unitCapabilities().filter((name) => name !== 'sys_chroot')), ['no-isolation']);
  },
);

test('a site ends with a drill that is killed', { skip: needsPhp }, async (context) => {
  const larder = makeInstallation(temporaryFolder(context), 1);
  const [home = ''] = larder.homes;
  appendFileSync(`${larder.folder}/larder.toml`, settings(['slow']));
  const marker = `8${process.pid}.125`;
  writeSite(join(home, 'slow'), { 'index.php': `<?php exec('sleep ${marker}'); echo 'ok';` });
  larder.succeed('init', '--no-input', '--yes');
  giveAway(home, 20_001);
  larder.succeed('--account', 'u1', 'backup');
  const child = larder.start('--account', 'u1', 'drill');
  const ended = new Promise((resolve) => child.once('close', resolve));
  await until(() => processesWith(marker).some((id) => readFileSync(`/proc/${id}/comm`, 'utf8') === 'sleep\n'));
  child.kill('SIGKILL');
  await ended;
  await until(() => processesWith(marker).length === 0);
});

/** As long as it takes: the test’s own limit ends it. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await wait(25);
}
