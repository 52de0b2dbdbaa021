import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { before, suite } from 'node:test';
import { isRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { suiteFolder, temporaryFolder } from '../support/temporary-folder.ts';

const holdLock = fileURLToPath(new URL('../support/hold-instance-lock.ts', import.meta.url));
const accounts = isRoot ? ['u1', 'u2', 'u3'] : ['u1'];

/** restic 0.14 writes holes as zeros; the contents are the same. */
const filledHole = /^sparse: 0 blocks became \d+$/;

/** A small home with a bit of everything. */
function fillHome(home: string, uid: number): void {
  for (let folder = 0; folder < 12; folder++) {
    mkdirSync(`${home}/site/part-${folder}`, { recursive: true });
    for (let file = 0; file < 20; file++) {
      writeFileSync(
        `${home}/site/part-${folder}/page-${file}.php`,
        `<?php // ${uid} ${folder} ${file}\n`.repeat(40 + file),
      );
    }
  }
  writeFileSync(
    `${home}/dump.sql`,
    Array.from({ length: 60_000 }, (_, row) => `(${row},'row ${row * 7}'),\n`).join(''),
  );
  writeFileSync(
    Buffer.concat([Buffer.from(`${home}/caf`), Buffer.of(0xe9), Buffer.from(' "quoted"\n<&>')]),
    'odd name',
  );
  writeFileSync(`${home}/empty`, '');
  linkSync(`${home}/dump.sql`, `${home}/site/dump-again.sql`);
  symlinkSync('/etc/passwd', `${home}/link`);
  execFileSync('mkfifo', [`${home}/fifo`]);
  execFileSync('truncate', ['-s', '20M', `${home}/sparse`]);
  execFileSync('setfattr', ['-n', 'user.larder', '-v', 'kept', `${home}/empty`]);
  execFileSync('setfacl', ['-m', 'u:33:rx', `${home}/site`]);
  execFileSync('chmod', ['2750', `${home}/site/part-1`]);
  execFileSync('touch', ['-d', '1965-03-04T05:06:07.123456789Z', `${home}/site/part-2/page-1.php`]);
  giveAway(home, uid);
}

function changeHome(home: string, uid: number): void {
  appendFileSync(`${home}/site/part-3/page-3.php`, '// changed\n');
  writeFileSync(`${home}/site/part-4/new.php`, 'new');
  rmSync(`${home}/site/part-5/page-5.php`);
  giveAway(home, uid);
}

suite('a first and a second night', () => {
  let larder: Installation;
  const homeOf = (account: string): string => larder.homes[accounts.indexOf(account)] ?? '';

  const folder = suiteFolder();
  before(() => {
    larder = makeInstallation(folder, accounts.length);
    accounts.forEach((account, index) => fillHome(homeOf(account), 20_001 + index));
    larder.succeed('init', '--no-input', '--yes');
    larder.succeed('nightly');
    accounts.forEach((account, index) => changeHome(homeOf(account), 20_001 + index));
    larder.succeed('nightly');
  });

  for (const account of accounts) {
    test(`stock restic reads all data of ${account}, lists both nights and restores an identical home`, (t) => {
      const check = larder.restic(account, 'check', '--read-data');
      assert.equal(check.status, 0, check.stdout + check.stderr);
      const listed: unknown = JSON.parse(larder.restic(account, 'snapshots', '--json').stdout);
      assert.equal(Array.isArray(listed) && listed.length, 2);
      const target = temporaryFolder(t);
      assert.equal(larder.restic(account, 'restore', 'latest', '--target', target).status, 0);
      const differences = compareTrees(homeOf(account), `${target}/files`);
      assert.deepEqual(
        differences.filter((line) => !filledHole.test(line)),
        [],
      );
    });

    test(`larder restores an identical home of ${account}`, () => {
      const target = `${larder.folder}/restored-${account}`;
      larder.succeed('--account', account, 'restore', '.', '--at', 'latest', '--to', target);
      assert.deepEqual(compareTrees(homeOf(account), target), []);
    });

    test(`larder restores what stock restic backed up into the repository of ${account}`, () => {
      assert.equal(larder.restic(account, 'backup', homeOf(account)).status, 0);
      const target = `${larder.folder}/foreign-${account}`;
      larder.succeed('--account', account, 'restore', '.', '--at', 'latest', '--to', target);
      assert.deepEqual(compareTrees(homeOf(account), target), []);
    });
  }

  test('a deleted file comes back where it was, and nothing else changes', () => {
    const lost = `${homeOf('u1')}/site/part-6/page-6.php`;
    rmSync(lost);
    larder.succeed('--account', 'u1', 'restore', 'site/part-6/page-6.php', '--at', 'latest', '--yes', '--no-input');
    assert.ok(existsSync(lost));
  });

  test('a damaged pack is named by check with exit code 9, and other accounts are whole', () => {
    const packs = execFileSync('find', [
      `${larder.folder}/backup`,
      '-path',
      '*/u1-*/data/*',
      '-type',
      'f',
      '-size',
      '+20k',
    ]);
    const [pack = ''] = packs.toString().trim().split('\n');
    execFileSync('chmod', ['600', pack]);
    execFileSync('dd', ['if=/dev/zero', `of=${pack}`, 'bs=1', 'seek=5000', 'count=64', 'conv=notrunc', 'status=none']);
    const { status, stdout } = larder.run('check', '--read-data');
    assert.equal(status, 9);
    assert.match(stdout, new RegExp(pack.slice(-64).slice(0, 8)));
  });
});

const mistakes = [
  { words: ['backup'], exitCode: 2, says: /--account/ },
  { words: ['--account', 'u9', 'list'], exitCode: 4, says: /u9/ },
  {
    words: ['--account', 'u1', 'restore', '.', '--at', 'the day of the flood', '--to', '/tmp/x'],
    exitCode: 2,
    says: /flood/,
  },
  { words: ['--account', 'u1', 'backup', '/etc/passwd'], exitCode: 2, says: /\/etc\/passwd/ },
  { words: ['--account', 'u1', 'backup', '../u2'], exitCode: 2, says: /u2/ },
  {
    words: ['--account', 'u1', 'browse', 'latest', 'no/such/folder'],
    exitCode: 4,
    says: /no\/such\/folder|no such|restore point/i,
  },
  { words: ['nigthly'], exitCode: 2, says: /nightly/ },
  { words: ['nightly', '--read-data'], exitCode: 2, says: /read-data/ },
] as const;

suite('mistakes are told in a sentence that helps', () => {
  let larder: Installation;
  const folder = suiteFolder();
  before(() => {
    larder = makeInstallation(folder, 1);
    writeFileSync(`${larder.homes[0] ?? ''}/file`, 'x');
    giveAway(larder.homes[0] ?? '', 20_001);
    larder.succeed('init', '--no-input', '--yes');
    larder.succeed('nightly');
  });

  for (const { words, exitCode, says } of mistakes) {
    test(`larder ${words.join(' ')}`, () => {
      const { status, stdout, stderr } = larder.run(...words);
      assert.equal(status, exitCode, stdout + stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\bat .*\.ts:\d+/);
    });
  }

  test('a second Larder on the same state folder is refused and says who is at work', async () => {
    const holder = spawn(process.execPath, [holdLock, `${larder.folder}/state`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const { status, stderr } = larder.run('nightly');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal(status, 7, stderr);
    assert.match(stderr, new RegExp(String(holder.pid)));
    larder.succeed('nightly');
  });

  test('a night that cannot open its records says so and ends: no thread that waits for work holds it', () => {
    const records = `${larder.folder}/state/metadata.db`;
    const kept = readFileSync(records);
    writeFileSync(records, 'x'.repeat(8192));
    const { status, stderr } = larder.run('nightly');
    assert.equal(status, 8, stderr);
    assert.match(stderr, /no SQLite database/);
    writeFileSync(records, kept);
    larder.succeed('nightly');
  });

  test('without a configuration it says where one belongs', () => {
    rmSync(`${larder.folder}/larder.toml`);
    const { status, stderr } = larder.run('nightly');
    assert.equal(status, 2);
    assert.match(stderr, /larder\.toml/);
  });
});
