import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { copy, homeOf, openCopySite } from '../support/copy-site.ts';
import { giveAway, type Installation } from '../support/installation.ts';

function copiesOf(site: Installation): (readonly string[] | null)[] {
  const { points } = site.json('--account', 'u1', 'list') as { points: { copies: readonly string[] | null }[] };
  return points.map(({ copies }) => copies);
}

function missingOf(site: Installation): string[] {
  const { accounts } = site.json('--account', 'u1', 'inventory') as { accounts: { missing: { kind: string }[] }[] };
  return accounts.flatMap(({ missing }) => missing.map(({ kind }) => kind));
}

test('each restore point says which copies hold it, and none of a copy from which somebody deleted', (t) => {
  const site = openCopySite(t);
  site.succeed('init');
  assert.deepEqual(missingOf(site), ['no-backup']);
  site.succeed('--account', 'u1', 'backup');
  assert.deepEqual(copiesOf(site), [null]); // there are to be none
  for (const name of ['second', 'third']) {
    appendFileSync(
      `${site.folder}/larder.toml`,
      `[[destinations]]\nname = "${name}"\nkind = "local"\npath = "${site.folder}/${name}"\n`,
    );
  }
  copy(site, '--destination', 'second');
  site.succeed('--account', 'u1', 'backup');
  assert.deepEqual(copiesOf(site), [['second'], []]);
  copy(site);
  assert.deepEqual(copiesOf(site), [
    ['second', 'third'],
    ['second', 'third'],
  ]);
  const { point } = site.json('--account', 'u1', 'browse', 'latest') as { point: { copies: readonly string[] } };
  assert.deepEqual(point.copies, ['second', 'third']);
  const { points } = site.json('--account', 'u1', 'list', '--from', 'second') as { points: { copies: null }[] };
  assert.deepEqual(
    points.map(({ copies }) => copies),
    [null, null],
  );

  rmSync(`${site.folder}/second`, { recursive: true });
  copy(site); // raises the alarm
  assert.deepEqual(copiesOf(site), [['third'], ['third']]);
  const { accounts } = site.json('--account', 'u1', 'inventory') as { accounts: { copies: number }[] };
  assert.equal(accounts[0]?.copies, 3); // the live data, where they are made, and the third
  assert.deepEqual(missingOf(site), ['lost', 'one-mechanism', 'no-offsite']);
});

test('a copy keeps by rules of its own, more or fewer than where restore points are made', (t) => {
  const site = openCopySite(t);
  site.succeed('init');
  for (let night = 0; night < 8; night += 1) site.succeed('nightly');
  const settings = readFileSync(`${site.folder}/larder.toml`, 'utf8');
  const keep = (rules: string, here = ''): void => {
    const second = `[[destinations]]\nname = "second"\nkind = "local"\npath = "${site.folder}/second"\nkeep = ${rules}\n`;
    writeFileSync(`${site.folder}/larder.toml`, settings + second + here, { mode: 0o600 });
  };
  keep('{ last = 8 }');
  assert.equal(copy(site)[0]?.points, 8); // the rules of the server keep the newest of a day
  keep('{ last = 1 }');
  assert.equal(copy(site)[0]?.points, 8, 'nothing goes while here more would go at once than a person has agreed to');
  keep('{ last = 1 }', '[retention]\nlast = 8\n');
  assert.equal(copy(site)[0]?.points, 1);
  assert.deepEqual([copy(site)[0]?.points, copy(site)[0]?.pointsSent], [1, 0]);
  const { points } = site.json('--account', 'u1', 'list') as { points: unknown[] };
  assert.equal(points.length, 8); // nothing is forgotten where they are made
  site.succeed('check', '--read-data', '--from', 'second');
});

test('what only a copy has is restored in place, downloaded and verified from there', (t) => {
  const site = openCopySite(t);
  const second = `[[destinations]]\nname = "second"\nkind = "local"\npath = "${site.folder}/second"\n`;
  appendFileSync(`${site.folder}/larder.toml`, second);
  site.succeed('init');
  const page = join(homeOf(site), 'public_html/page-1.html');
  const write = (text: string): void => {
    writeFileSync(page, text);
    giveAway(homeOf(site), 20_001);
  };
  const u1 = (...words: string[]): string => site.succeed('--account', 'u1', ...words);
  for (const text of ['old', 'newer']) {
    write(text);
    site.succeed('nightly');
  }
  const { points } = site.json('--account', 'u1', 'list') as { points: { id: string }[] };
  const [old = ''] = points.map(({ id }) => id);
  u1('forget', old, '--prune', '--yes');
  const from = ['--at', old, '--from', 'second'];
  assert.notEqual(site.run('--account', 'u1', 'restore', 'public_html', '--at', old, '--dry-run').status, 0);

  write('of today');
  u1('restore', 'public_html/page-1.html', ...from, '--yes');
  assert.equal(readFileSync(page, 'utf8'), 'old');
  u1('undo', '--yes');
  assert.equal(readFileSync(page, 'utf8'), 'of today');

  const file = join(site.folder, 'site.zip');
  u1('download', 'public_html', ...from, '-o', file);
  const unzipped = (name: string): Buffer =>
    execFileSync('unzip', ['-p', file, `public_html/${name}`], { maxBuffer: 2 ** 26 });
  assert.equal(unzipped('page-1.html').toString(), 'old');
  assert.ok(unzipped('menu.pdf').equals(readFileSync(join(homeOf(site), 'public_html/menu.pdf'))));

  const verify = (...words: string[]) => {
    const { status, stdout } = site.run('--account', 'u1', 'verify', '--full', ...words, '--json');
    const [{ destination, points: looked, damagedPoints } = {}] = (
      JSON.parse(stdout) as { repositories: { destination?: string; points?: number; damagedPoints?: number }[] }
    ).repositories;
    return { status, destination, points: looked, damagedPoints };
  };
  const whole = verify('--from', 'second');
  assert.deepEqual([whole.status, whole.destination, whole.damagedPoints], [0, 'second', 0]);
  assert.ok((whole.points ?? 0) >= 2);
  for (const pack of globSync(`${site.folder}/second/u1-*/data/*/*`)) {
    const bytes = readFileSync(pack);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(pack, bytes);
  }
  const damaged = verify('--from', 'second');
  assert.equal(damaged.status, 9);
  assert.ok((damaged.damagedPoints ?? 0) > 0);
  assert.equal(verify().status, 0, 'where restore points are made nothing is damaged');
});
