import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

suite('archives of a server', { concurrency: false }, () => {
  const folder = suiteFolder();
  const larder = makeInstallation(folder, 2);
  const [home = '', second = ''] = larder.homes;
  appendFileSync(
    join(folder, 'larder.toml'),
    `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${folder}/archives"\n`,
  );

  test('are made for every account, the first one full', () => {
    mkdirSync(join(home, 'site'));
    writeFileSync(join(home, 'site/photo.jpg'), randomBytes(300_000));
    for (let number = 0; number < 50; number++) writeFileSync(join(home, `site/page-${number}.html`), `page ${number}`);
    writeFileSync(join(second, 'note.txt'), 'hello');
    giveAway(home, 20_001);
    giveAway(second, 20_002);
    larder.succeed('init', '--no-input', '--yes');
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
    const other = makeInstallation(mkdirSync(join(folder, 'other'), { recursive: true }) ?? '', 1);
    other.succeed('init', '--no-input', '--yes');
    const { status, stderr } = other.run('archive');
    assert.equal(status, 2);
    assert.match(stderr, /role = "archives"/);
  });
});
