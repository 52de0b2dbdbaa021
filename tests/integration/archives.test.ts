import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { compareTrees } from '../support/compare-trees.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

/** What changed within two seconds before an archive began may have changed again unseen, and is archived again. */
const untilSettled = 2500;

suite('archives of a server', { concurrency: false }, () => {
  const folder = suiteFolder();
  const larder = makeInstallation(folder, 2, 'together');
  const [home = '', second = ''] = larder.homes;
  appendFileSync(
    join(folder, 'larder.toml'),
    `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${folder}/archives"\n`,
  );

  test('are made for every account, the first one full', async () => {
    mkdirSync(join(home, 'site'));
    writeFileSync(join(home, 'site/photo.jpg'), randomBytes(300_000));
    for (let number = 0; number < 50; number++) writeFileSync(join(home, `site/page-${number}.html`), `page ${number}`);
    writeFileSync(join(second, 'note.txt'), 'hello');
    giveAway(home, 20_001);
    giveAway(second, 20_002);
    larder.succeed('init', '--no-input', '--yes');
    await pause(untilSettled);
    const { archives, failures } = larder.json('archive') as {
      archives: { kind: string; files: number }[];
      failures: [];
    };
    assert.deepEqual(failures, []);
    assert.deepEqual(
      archives.map(({ kind, files }) => [kind, files]),
      [
        ['full', 51],
        ['full', 1],
      ],
    );
  });

  test('hold what changed the next time, and are listed', () => {
    writeFileSync(join(home, 'site/page-7.html'), 'changed');
    larder.succeed('--account', 'u1', 'archive');
    const { archives } = larder.json('--account', 'u1', 'archives') as { archives: { kind: string; full: string }[] };
    assert.deepEqual(
      archives.map(({ kind }) => kind),
      ['full', 'differential'],
    );
  });

  test('open with a recovery key, age, unzip and sha256sum alone', () => {
    const [sealed = ''] = globSync(join(folder, 'archives/u1-*/*-full.zip.age'));
    const identity = join(folder, 'state/recovery/recovery-key-2.txt');
    execFileSync('age', ['-d', '-i', identity, '-o', join(folder, 'full.zip'), sealed]);
    execFileSync('unzip', ['-q', join(folder, 'full.zip'), '-d', join(folder, 'full')]);
    execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: join(folder, 'full') });
    assert.equal(readFileSync(join(folder, 'full/files/site/page-9.html'), 'utf8'), 'page 9');
  });

  test('are listed, looked into, restored and downloaded from by the commands for restore points', () => {
    const { points } = larder.json('--account', 'u1', 'list', '--from', 'archives') as {
      points: { id: string; kind: string }[];
    };
    assert.deepEqual(
      points.map(({ kind }) => kind),
      ['full', 'differential'],
    );
    const u1 = (...words: string[]) => larder.json('--account', 'u1', ...words);
    const { entries } = u1('browse', 'latest', 'site', '--from', 'berlin') as { entries: { name: string }[] };
    assert.equal(entries.length, 51);
    const back = join(folder, 'back');
    u1('restore', '.', '--at', 'latest', '--to', back, '--from', 'archives');
    assert.deepEqual(compareTrees(join(home, 'site'), join(back, 'site')), []);
    const old = join(folder, 'old');
    u1('restore', 'site/page-7.html', '--at', points[0]?.id ?? '', '--to', old, '--from', 'archives');
    assert.equal(readFileSync(join(old, 'site/page-7.html'), 'utf8'), 'page 7');
    assert.equal(globSync(join(old, '**/*.html')).length, 1);
    const file = join(folder, 'site.zip');
    u1('download', 'site', '--at', 'latest', '-o', file, '--from', 'archives');
    assert.equal(execFileSync('unzip', ['-p', file, 'site/page-7.html'], { encoding: 'utf8' }), 'changed');
    const missing = larder.run(
      '--account',
      'u1',
      'restore',
      'no',
      '--at',
      'latest',
      '--to',
      back,
      '--from',
      'archives',
    );
    assert.equal(missing.status, 4);
  });

  test('are restored in place by a plan that can be taken back', () => {
    const page = join(home, 'site/page-8.html');
    writeFileSync(page, 'broken');
    rmSync(join(home, 'site/photo.jpg'));
    giveAway(home, 20_001);
    const words = ['restore', 'site', '--at', 'latest', '--from', 'archives'];
    const plan = larder.json('--account', 'u1', ...words, '--dry-run') as {
      counts: { comesBack: number; replaced: number; same: number };
    };
    const { comesBack, replaced, same } = plan.counts;
    assert.deepEqual([comesBack, replaced, same], [1, 1, 50]);
    larder.succeed('--account', 'u1', ...words, '--yes');
    assert.equal(readFileSync(page, 'utf8'), 'page 8');
    assert.equal(readFileSync(join(home, 'site/photo.jpg')).length, 300_000);
    larder.succeed('--account', 'u1', 'undo', '--yes');
    assert.equal(readFileSync(page, 'utf8'), 'broken');
    larder.succeed('--account', 'u1', ...words, '--yes');
  });

  test('are read back, and drilled by unpacking and comparing everything', () => {
    const { repositories } = larder.json('--account', 'u1', 'verify', '--full', '--from', 'archives') as {
      repositories: { points: number; damagedPoints: number; bytesRead: number }[];
    };
    const [verified] = repositories;
    assert.deepEqual([verified?.points, verified?.damagedPoints], [2, 0]);
    assert.ok((verified?.bytesRead ?? 0) > 300_000);
    const { drills } = larder.json('--account', 'u1', 'drill', '--from', 'archives') as {
      drills: { outcome: string; files: { restored: number; compared: number; different: number } }[];
    };
    const [drill] = drills;
    assert.deepEqual([drill?.outcome, drill?.files.different], ['passed', 0]);
    assert.ok((drill?.files.compared ?? 0) >= 52, `${drill?.files.compared} were compared`);
    const { proven } = larder.json('--account', 'u1', 'status') as { proven: { everything: { point: string } } };
    assert.match(proven.everything.point, /^\d{4}-.*Z-diff-/, 'by the name of the archive');
    const [sealed = ''] = globSync(join(folder, 'archives/u1-*/*-full.zip.age'));
    const whole = readFileSync(sealed);
    const broken = Buffer.from(whole);
    const middle = whole.length >>> 1;
    broken[middle] = (whole[middle] ?? 0) ^ 1;
    writeFileSync(sealed, broken);
    const { status, stdout } = larder.run('--account', 'u1', 'verify', '--full', '--from', 'archives', '--json');
    assert.equal(status, 9);
    assert.match(stdout, /archive-damaged/);
    assert.match(larder.run('--account', 'u1', 'drill', '--from', 'archives', '--json').stdout, /"outcome":"failed"/);
    writeFileSync(sealed, whole);
  });

  test('are made again when everything that the server remembers is lost but its keys', () => {
    rmSync(join(folder, 'state/cache'), { recursive: true });
    const made = larder.json('--account', 'u2', 'archive') as { archives: { kind: string }[] };
    assert.equal(made.archives[0]?.kind, 'differential');
  });

  test('that are damaged stop nothing but themselves: a full one is made anew on request', () => {
    for (const file of globSync(join(folder, 'archives/u1-*/*.index.age'))) writeFileSync(file, 'damaged');
    rmSync(join(folder, 'state/cache'), { recursive: true });
    assert.notEqual(larder.run('--account', 'u1', 'archive').status, 0);
    const made = larder.json('--account', 'u1', 'archive', '--full') as { archives: { kind: string }[] };
    assert.equal(made.archives[0]?.kind, 'full');
  });

  test('need a destination of their own', () => {
    const other = makeInstallation(mkdirSync(join(folder, 'other'), { recursive: true }) ?? '', 1, 'together');
    other.succeed('init', '--no-input', '--yes');
    const { status, stderr } = other.run('archive');
    assert.equal(status, 2);
    assert.match(stderr, /role = "archives"/);
  });
});
