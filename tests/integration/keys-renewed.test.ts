/** What an account's repository is after `larder keys renew`, driven as an administrator drives it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, suite } from 'node:test';
import { compareTrees } from '../support/compare-trees.ts';
import { fill } from '../support/copy-site.ts';
import { change, flipBit } from '../support/damage.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { addSecond, makeSmall } from '../support/small-site.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder, temporaryFolder } from '../support/temporary-folder.ts';

interface Point {
  readonly id: string;
  readonly time: string;
  readonly kind: string;
  readonly label: string | null;
  readonly verifiedAt: string | null;
}

interface Access {
  readonly repository: string;
  readonly password: string;
}

const asU1 = ['--account', 'u1'];
const listed = (site: Installation, ...words: string[]): Point[] =>
  site.json(...asU1, 'list', ...words)['points'] as Point[];
/** As they are listed, but for their ids, and for when they were last read and copied. */
const without = (points: readonly Point[]) => points.map((point) => ({ ...point, id: '', verifiedAt: '', copies: [] }));
const accessOf = (site: Installation, ...words: string[]): Access =>
  site.json(...asU1, 'keys', 'restic-env', ...words) as unknown as Access;

function restic({ repository, password }: Access, ...words: string[]) {
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password };
  return spawnSync('restic', ['--no-cache', ...words], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

interface Former {
  readonly destination: string;
  readonly folder: string;
  readonly replacedAt: string | null;
}

function formerOf(site: Installation): string[] {
  const { accounts } = site.json(...asU1, 'inventory') as { accounts: { former: Former[] | null }[] };
  return (accounts[0]?.former ?? []).map(({ destination, replacedAt }) => {
    return `${destination} ${replacedAt === null ? 'used' : 'kept'}`;
  });
}

const doctorWarns = (site: Installation): boolean => {
  const { stdout } = site.run('doctor', '--json');
  return (JSON.parse(stdout) as { findings: { check: string }[] }).findings.some(
    ({ check }) => check === 'former-keys',
  );
};

suite('an account whose keys were renewed', () => {
  const folder = suiteFolder();
  let site: Installation;
  let home = '';
  let old: Access;
  let points: Point[];
  const menu = (): string => join(home, 'public_html/menu.pdf');

  before(() => {
    site = makeInstallation(folder, 1);
    home = site.homes[0] ?? '';
    fill(home, 20_001, 1_500_000);
    addSecond(folder);
    site.succeed('init');
    site.succeed('nightly');
    writeFileSync(menu(), 'another menu');
    giveAway(home, 20_001);
    site.succeed(...asU1, 'backup', '-m', 'before 7.0');
    const [first] = listed(site);
    site.succeed(...asU1, 'restore', 'public_html/menu.pdf', '--at', first?.id ?? '', '--yes');
    old = accessOf(site);
    points = listed(site);
    assert.deepEqual(
      points.map(({ kind }) => kind),
      ['nightly', 'manual', 'before-restore'],
    );
  });

  test('is told what it takes, and nothing changes by that', () => {
    const plan = site.json(...asU1, 'keys', 'renew', '--dry-run');
    assert.deepEqual([plan['outcome'], plan['points'], plan['lost']], ['planned', 3, []]);
    assert.ok(Number(plan['bytes']) > 1_500_000 && Number(plan['freeBytes']) > 0);
    assert.ok(!existsSync(`${folder}/backup/${String(plan['to'])}`));
    assert.deepEqual(accessOf(site), old);
    const asked = site.run(...asU1, 'keys', 'renew', '--no-input');
    assert.equal(asked.status, 2, 'nobody was asked');
    assert.deepEqual(accessOf(site), old);
  });

  test('has all its restore points in another repository, which only the new key opens', () => {
    const renewed = site.json(...asU1, 'keys', 'renew', '--yes');
    assert.deepEqual([renewed['outcome'], renewed['points'], renewed['lost']], ['renewed', 3, []]);
    const now = accessOf(site);
    assert.equal(now.repository, `${old.repository}-2`);
    assert.notEqual(now.password, old.password);
    const check = restic(now, 'check', '--read-data');
    assert.equal(check.status, 0, check.stderr);
    for (const wrong of [
      { ...now, password: old.password },
      { ...old, password: now.password },
    ]) {
      const refused = restic(wrong, '--no-lock', 'snapshots');
      assert.match(refused.stderr, /wrong password or no key found/);
    }
    const kept = restic(old, '--no-lock', 'check', '--read-data');
    assert.equal(kept.status, 0, `the former one is as it was: ${kept.stderr}`);
    assert.notEqual(restic(old, 'prune').status, 0, 'and nobody writes into it');
  });

  test('gives back the very same, by stock restic and by Larder, also by an id from before', () => {
    assert.deepEqual(without(listed(site)), without(points));
    assert.ok(
      listed(site).every(({ verifiedAt }) => verifiedAt !== null),
      'all of them were read',
    );
    const [nightly, manual] = points;
    const [first] = listed(site);
    const restore = (access: Access, id = '', name = ''): string => {
      const target = join(folder, name);
      const out = restic(access, '--no-lock', 'restore', id, '--target', target);
      assert.equal(out.status, 0, out.stderr);
      return join(target, 'files');
    };
    const before = restore(old, nightly?.id, 'before');
    assert.deepEqual(compareTrees(before, restore(accessOf(site), first?.id, 'after')), []);
    site.succeed(...asU1, 'restore', '.', '--at', nightly?.id ?? '', '--to', join(folder, 'larder'));
    assert.deepEqual(compareTrees(before, join(folder, 'larder')), []);
    const zip = join(folder, 'former.zip');
    site.succeed(...asU1, 'download', 'public_html/menu.pdf', '--at', nightly?.id ?? '', '-o', zip);
    const list = spawnSync('unzip', ['-l', zip], { encoding: 'utf8' });
    assert.match(list.stdout, /menu\.pdf/);
    const entries = site.json(...asU1, 'browse', manual?.id.slice(0, 12) ?? '', 'public_html')['entries'];
    assert.ok((entries as unknown[]).length > 20);
  });

  test('is searched, compared and undone as before', () => {
    assert.notEqual((site.json(...asU1, 'find', 'menu')['matches'] as unknown[]).length, 0);
    assert.equal((site.json(...asU1, 'versions', 'public_html/menu.pdf')['versions'] as unknown[]).length, 2);
    const size = readFileSync(menu()).length;
    assert.equal(size, 1_500_000);
    site.succeed(...asU1, 'undo', '--yes');
    assert.equal(readFileSync(menu(), 'utf8'), 'another menu');
  });

  test('goes on: a backup, a proof, a prune', () => {
    const snapshots = (): number => globSync(`${old.repository}/snapshots/*`).length;
    const before = snapshots();
    const { outcome, bytesAdded } = site.json(...asU1, 'backup');
    assert.equal(outcome, 'done');
    // Files of the moments before an earlier backup are read again; their content is known.
    assert.ok(Number(bytesAdded) < 100_000, 'what did not change was not stored again');
    assert.equal(snapshots(), before);
    assert.equal((site.json(...asU1, 'drill')['drills'] as { outcome: string }[])[0]?.outcome, 'passed');
    site.succeed(...asU1, 'prune');
    site.succeed(...asU1, 'verify', '--full');
    const check = restic(accessOf(site), 'check', '--read-data');
    assert.equal(check.status, 0, check.stderr);
  });

  test('has copies with the former key until the next copy, and that is said', () => {
    assert.deepEqual(formerOf(site), ['local kept', 'second used']);
    assert.ok(doctorWarns(site));
    assert.equal(accessOf(site, '--destination', 'second').password, old.password);
    assert.equal(listed(site, '--from', 'second').length, 1);
    const back = JSON.parse(site.run('copy', '--destination', 'second', '--back', '--json').stdout) as {
      copies: { failure: { code: string } }[];
    };
    assert.equal(back.copies[0]?.failure.code, 'destination-refused', 'what has the former key does not come back');
    site.succeed('copy');
    const second = accessOf(site, '--destination', 'second');
    assert.equal(second.password, accessOf(site).password);
    const check = restic(second, 'check', '--read-data');
    assert.equal(check.status, 0, check.stderr);
    assert.deepEqual(formerOf(site), ['local kept', 'second kept']);
  });

  test('is found again when the metadata is lost: the one that was used last', () => {
    const now = accessOf(site);
    const all = listed(site);
    for (const file of globSync(`${folder}/state/metadata.db*`)) rmSync(file);
    const { repositories } = site.json('recover', '--destination', 'local') as {
      repositories: { folder: string; outcome: string }[];
    };
    assert.deepEqual(
      repositories.map((line) => [now.repository.endsWith(line.folder), line.outcome]),
      [
        [true, 'attached'],
        [false, 'former'],
      ],
    );
    assert.deepEqual(accessOf(site), now);
    assert.deepEqual(
      listed(site).map(({ id }) => id),
      all.map(({ id }) => id),
    );
    assert.ok(formerOf(site).includes('local kept'), 'and the one before it is named');
  });
});

suite('what former keys open', () => {
  test('is removed when nothing is in it alone, after the present one was read', (t) => {
    const site = makeSmall(temporaryFolder(t));
    const old = accessOf(site);
    site.succeed(...asU1, 'keys', 'renew', '--yes');
    const removal = (...words: string[]) =>
      JSON.parse(site.run(...asU1, 'keys', 'remove-former', '--json', ...words).stdout) as {
        places: { outcome: string; failure: { code: string } | null }[];
      };
    assert.equal(removal('--dry-run').places[0]?.outcome, 'would-remove');
    assert.equal(site.run(...asU1, 'keys', 'remove-former', '--no-input').status, 2);
    const pack = globSync(`${accessOf(site).repository}/data/*/*`)[0] ?? '';
    const whole = readFileSync(pack);
    change(pack, flipBit(30));
    const kept = removal('--yes').places[0];
    assert.deepEqual([kept?.outcome, kept?.failure?.code], ['kept', 'repository-damaged']);
    assert.equal(restic(old, '--no-lock', 'check', '--read-data').status, 0);
    writeFileSync(pack, whole);
    assert.deepEqual(
      removal('--yes').places.map(({ outcome }) => outcome),
      ['removed'],
    );
    assert.deepEqual(
      globSync(`${old.repository}/**/*`, { withFileTypes: true }).filter((entry) => entry.isFile()),
      [],
    );
    assert.deepEqual(removal('--yes').places, []);
    assert.ok(!doctorWarns(site));
    const check = restic(accessOf(site), 'check', '--read-data');
    assert.equal(check.status, 0, check.stderr);
    site.succeed(...asU1, 'keys', 'renew', '--yes');
    assert.equal(accessOf(site).repository, `${old.repository}-3`, 'it can be done again');
  });
});

test('a worker does it as jobs, and a restore point that is in a former copy alone is removed only when told so', async (t) => {
  const site = makeSmall(temporaryFolder(t));
  addSecond(site.folder);
  const nothingByItself = '[schedule]\nnightly = "never"\ndatabases = "never"\nsystem = false\n';
  appendFileSync(`${site.folder}/larder.toml`, nothingByItself);
  const [first] = listed(site);
  const worker = new RunningWorker(site.folder);
  await worker.start();
  t.after(() => worker.stop());
  site.succeed(...asU1, 'backup', '-m', 'second');
  site.succeed('copy');
  site.succeed(...asU1, 'forget', first?.id ?? '');
  assert.equal(listed(site).length, 1); // by a process that stays
  assert.equal(site.json(...asU1, 'keys', 'renew', '--yes')['outcome'], 'renewed');
  assert.deepEqual(
    listed(site).map(({ label }) => label),
    ['second'],
  );
  site.succeed('copy');
  const removal = site.run(...asU1, 'keys', 'remove-former', '--yes', '--json');
  const { places } = JSON.parse(removal.stdout) as { places: { outcome: string; onlyThere: number }[] };
  assert.deepEqual(
    places.map(({ outcome, onlyThere }) => [outcome, onlyThere]),
    [
      ['removed', 0],
      ['kept', 1],
    ],
  );
  assert.equal(removal.status, 3);
  assert.deepEqual(formerOf(site), ['second kept']);
  site.succeed(...asU1, 'keys', 'remove-former', '--yes', '--accept-loss');
  assert.deepEqual(formerOf(site), []);
  const check = restic(accessOf(site, '--destination', 'second'), 'check', '--read-data');
  assert.equal(check.status, 0, check.stderr);
});

suite('a repository that has lost something', () => {
  test('stays in use with its keys until somebody accepts the loss', (t) => {
    const site = makeSmall(temporaryFolder(t));
    const old = accessOf(site);
    const [largest = ''] = globSync(`${old.repository}/data/*/*`).toSorted(
      (one, other) => readFileSync(other).length - readFileSync(one).length,
    );
    change(largest, flipBit(200_000));
    const refused = site.run(...asU1, 'keys', 'renew', '--yes', '--json');
    assert.equal(refused.status, 9);
    const told = JSON.parse(refused.stdout) as { outcome: string; lost: { paths: string[]; points: string[] }[] };
    assert.equal(told.outcome, 'refused');
    assert.ok(
      told.lost.some(({ paths }) => paths.includes('/files/public_html/menu.pdf')),
      refused.stdout,
    );
    assert.deepEqual(accessOf(site), old);
    const { findings } = JSON.parse(site.run('doctor', '--json').stdout) as { findings: { check: string }[] };
    assert.ok(findings.some(({ check }) => check === 'renewal-unfinished'));
    assert.equal(site.json(...asU1, 'backup')['outcome'], 'done');
    const accepted = site.json(...asU1, 'keys', 'renew', '--yes', '--accept-loss') as unknown as typeof told;
    assert.equal(accepted.outcome, 'renewed');
    assert.ok(accepted.lost.length > 0);
    assert.notDeepEqual(accessOf(site), old);
    assert.equal(listed(site).length, 2);
    const target = join(site.folder, 'restored');
    const page = ['restore', 'public_html/page-1.html', '--at', 'latest', '--to', target];
    site.succeed(...asU1, ...page);
  });
});
