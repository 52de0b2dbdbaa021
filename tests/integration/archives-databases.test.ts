import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { giveAway } from '../support/installation.ts';
import { startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { openProofSite } from '../support/proof-site.ts';
import { shopSql } from '../support/shop-database.ts';

suite('archives of an account with databases', () => {
  let mariadb: PrivateMariadb;
  before(async () => {
    mariadb = await startMariadb();
    mariadb.sql(`CREATE DATABASE u1_shop; USE u1_shop; ${shopSql}`);
  });
  after(() => mariadb.stop());

  test('hold them as SQL that age, unzip and mariadb bring back, and only what changed the next time', async (context) => {
    const settings = `[[databases]]\nengine = "mariadb"\nsocket = "${mariadb.socketPath}"\nuser = "root"\n
[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "FOLDER/archives"\n`;
    const site = await openProofSite(context, {}, settings, ['u1_shop', 'u1_gone']);
    giveAway(site.home, 20_001);
    const archive = async () => {
      const { archives } = await site.perform({ kind: 'archive', account: 'u1', full: false });
      return archives[0];
    };
    const full = await archive();
    assert.deepEqual([full?.kind, full?.databases, full?.skipped], ['full', 1, 1], 'one of the two is not there');

    const [sealed = ''] = globSync(join(site.folder, 'archives/u1-*/*-full.zip.age'));
    const identity = join(site.folder, 'state/recovery/recovery-key-1.txt');
    const [zip, out] = [join(site.folder, 'full.zip'), join(site.folder, 'full')];
    execFileSync('age', ['-d', '-i', identity, '-o', zip, sealed]);
    execFileSync('unzip', ['-q', zip, '-d', out]);
    execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: out });
    const files = globSync(join(out, 'databases/mysql/u1_shop/**/*.sql')).toSorted();
    mariadb.sql('CREATE DATABASE back');
    const load = ['--no-defaults', '-uroot', `-S${mariadb.socketPath}`, 'back'];
    const input = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    execFileSync('mariadb', load, { input, stdio: ['pipe', 'pipe', 'inherit'] });
    const checksum = (name: string): string =>
      mariadb.sql(`CHECKSUM TABLE ${name}.wp_posts, ${name}.wp_wc_orders`).replaceAll(`${name}.`, '');
    assert.equal(checksum('back'), checksum('u1_shop'));
    assert.equal(mariadb.sql('SELECT COUNT(*) FROM back.v_open_orders'), '2\n');

    mariadb.sql("INSERT INTO u1_shop.wp_options VALUES ('new', 'row')");
    const next = await archive();
    assert.equal(next?.kind, 'differential');
    const list = async (path: string) => {
      const asked = { account: 'u1', point: 'latest', path: Buffer.from(path).toString('base64'), from: 'archives' };
      const { entries } = await site.perform({ kind: 'browse', ...asked });
      return entries.map(({ name }) => Buffer.from(name, 'base64').toString());
    };
    assert.deepEqual(await list('databases/mysql'), ['u1_shop']);
    assert.equal((await list('databases/mysql/u1_shop/2-tables')).length, 8);
    const [difference = ''] = globSync(join(site.folder, 'archives/u1-*/*-diff-*.zip.age'));
    execFileSync('age', ['-d', '-i', identity, '-o', `${zip}.diff`, difference]);
    const inside = execFileSync('unzip', ['-Z1', `${zip}.diff`], { encoding: 'utf8' });
    assert.match(inside, /2-tables\/wp_options\.sql/);
    assert.doesNotMatch(inside, /2-tables\/wp_posts\.sql/);
    const { drills } = await site.perform({ kind: 'drill', account: 'u1', which: 'account', from: 'archives' });
    assert.deepEqual(drills[0]?.problems, []);
    const read = drills[0]?.databases.map(({ engine, name, outcome }) => `${engine} ${name} ${outcome}`);
    assert.deepEqual([drills[0]?.outcome, read], ['files-only', ['mysql u1_shop compared']]);
  });
});
