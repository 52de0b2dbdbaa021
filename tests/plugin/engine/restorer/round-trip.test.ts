import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { openWriting } from '../../../../plugin/platform/open-writing.ts';
import { isRoot, restoreWithRestic } from '../../../support/backup-site.ts';
import { compareTrees } from '../../../support/compare-trees.ts';
import { failsWith } from '../../../support/failures.ts';
import { hostileNames } from '../../../support/odd-names.ts';
import { makeRestoreSite, openTenantWriter, problemsOf, tenant } from '../../../support/restore-site.ts';

/** Everything that a home can hold and a tenant may have. */
function furnish(home: string): void {
  const at = (...names: string[]): string => join(home, ...names);
  mkdirSync(at('public_html', 'images'), { recursive: true });
  mkdirSync(at('closed'));
  writeFileSync(at('public_html', 'index.php'), '<?php echo 1;', { mode: 0o644 });
  writeFileSync(at('public_html', 'empty'), '');
  writeFileSync(at('public_html', 'images', 'large.bin'), randomBytes(3_000_000));
  writeFileSync(at('public_html', 'dump.sql'), 'INSERT INTO posts VALUES (1);\n'.repeat(60_000));
  linkSync(at('public_html', 'index.php'), at('same.php'));
  linkSync(at('public_html', 'index.php'), at('public_html', 'images', 'same.php'));
  symlinkSync('/etc/passwd', at('absolute'));
  symlinkSync(Buffer.concat([Buffer.from('gone-'), Buffer.of(0xff)]), at('broken'));
  writeFileSync(at('closed', 'secret'), 'x', { mode: 0o400 });
  writeSparse(at('sparse'), 40 * 2 ** 20, 3 * 2 ** 20);
  writeSparse(at('hole-at-end'), 20 * 2 ** 20, 0);
  execFileSync('mkfifo', [at('queue')]);
  for (const name of hostileNames) writeFileSync(Buffer.concat([Buffer.from(`${home}/public_html/`), name]), name);
  setAttributes(at());
  execFileSync('find', [home, '-exec', 'touch', '-h', '-d', '2019-03-04 05:06:07.123456789', '{}', '+']);
  execFileSync('touch', ['-d', '1965-01-01 00:00:00.5', at('public_html', 'empty')]);
  chmodSync(at('closed'), isRoot ? 0o500 : 0o700); // else nobody could remove it after the test
  chmodSync(at('public_html'), 0o3775);
  if (isRoot) execFileSync('chown', ['-hR', `${tenant.uid}:${tenant.gid}`, home]);
  chmodSync(at('public_html'), 0o3775);
}

function setAttributes(home: string): void {
  execFileSync('setfattr', ['-n', 'user.note', '-v', 'kept', join(home, 'public_html', 'index.php')]);
  execFileSync('setfattr', ['-n', 'user.folder', '-v', '0x00ff00', join(home, 'closed')]);
  execFileSync('setfacl', ['-m', `u:33:rx,u:${tenant.uid}:rw`, join(home, 'public_html', 'dump.sql')]);
  execFileSync('setfacl', ['-d', '-m', 'u:33:rx', join(home, 'public_html', 'images')]);
}

function writeSparse(path: string, size: number, dataAt: number): void {
  const file = openSync(path, 'w');
  writeSync(file, 'data', dataAt);
  ftruncateSync(file, size);
  closeSync(file);
}

test('what was backed up comes back identical, and restic brings back the same', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  const { snapshotId } = await site.backUp();
  const report = await site.restore();
  assert.deepEqual(problemsOf(report), []);
  assert.deepEqual(compareTrees(site.home, site.target), []);
  const fromRestic = compareTrees(restoreWithRestic(site, snapshotId), site.target, { owners: isRoot });
  assert.deepEqual(fromRestic, ['broken: other target']); // restic 0.14 cannot restore a target that is no text
});

test('a restore over a home that changed brings the old state back and leaves what is new', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  await site.backUp();
  await site.restore();
  const at = (...names: string[]): string => join(site.target, ...names);
  writeFileSync(at('public_html', 'index.php'), 'hacked');
  writeFileSync(at('public_html', 'new.php'), 'new');
  execFileSync('setfattr', ['-n', 'user.note', '-v', 'changed', at('same.php')]);
  execFileSync('setfacl', ['-m', 'u:33:rwx', at('same.php'), at('public_html', 'empty')]);
  execFileSync('setfacl', ['-d', '-m', 'u:34:rwx', at('public_html')]);
  if (isRoot) execFileSync('chown', ['-h', '20001:20001', at('public_html', 'new.php')]);
  const report = await site.restore();
  assert.deepEqual(problemsOf(report), []);
  assert.equal(readFileSync(at('public_html', 'new.php'), 'utf8'), 'new');
  execFileSync('rm', [at('public_html', 'new.php')]);
  execFileSync('touch', ['-d', '2019-03-04 05:06:07.123456789', at('public_html')]);
  assert.deepEqual(compareTrees(site.home, site.target), []);
});

test('a snapshot that stock restic made comes back identical', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  execFileSync('rm', [join(site.home, 'broken')]); // restic 0.14 cannot keep a target that is no text
  site.restic('backup', site.home);
  const report = await site.restore();
  assert.deepEqual(problemsOf(report), []);
  assert.deepEqual(compareTrees(site.home, site.target), []);
});

test('one path of a restore point comes back alone, and folders on the way keep their attributes', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  await site.backUp();
  const folder = join(site.target, 'public_html');
  mkdirSync(folder, { mode: 0o750 });
  if (isRoot) execFileSync('chown', ['20001:20001', folder]);
  chmodSync(folder, 0o750);
  const report = await site.restore({ selection: [['public_html', 'images', 'large.bin']] });
  assert.deepEqual(problemsOf(report), []);
  assert.deepEqual([report.files, report.folders, report.bytes], [1, 0, 3_000_000]);
  assert.ok(
    readFileSync(join(folder, 'images', 'large.bin')).equals(
      readFileSync(join(site.home, 'public_html/images/large.bin')),
    ),
  );
  assert.equal(execFileSync('stat', ['-c', '%a', folder], { encoding: 'utf8' }).trim(), '750');
  assert.ok(!existsSync(join(folder, 'index.php')));
});

test('a path that is not in the restore point is told before anything is written', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  await site.backUp();
  const facts = await failsWith('not-found', () =>
    site.restore({ selection: [['same.php'], ['public_html', 'nothing']] }),
  );
  assert.equal(facts.path, 'public_html/nothing');
  assert.ok(!existsSync(join(site.target, 'same.php')));
});

test('a file with several names whose first name is not wanted comes back under the others', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  await site.backUp();
  await site.restore({ selection: [['public_html', 'images', 'same.php'], ['same.php']] });
  const numbers = execFileSync('stat', ['-c', '%i', 'same.php', 'public_html/images/same.php'], {
    cwd: site.target,
    encoding: 'utf8',
  });
  assert.equal(new Set(numbers.trim().split('\n')).size, 1);
});

test('without native calls contents, modes and links come back, and what is missing is told', async (t) => {
  const site = await makeRestoreSite(t);
  furnish(site.home);
  await site.backUp();
  const program = fileURLToPath(new URL('../../../support/writer-in-plain-node.ts', import.meta.url));
  const { writing } = await openWriting('node');
  const report = await site.restore({ writer: await openTenantWriter(site.target, { program, writing }) });
  assert.deepEqual(problemsOf(report).toSorted(), [
    '!write-error queue',
    'attribute-not-set closed',
    'attribute-not-set public_html/dump.sql',
    'attribute-not-set public_html/images',
    'attribute-not-set public_html/images/same.php', // the first of its names
  ]);
  const compared = compareTrees(site.home, site.target, { attributes: false, timeNanoseconds: 1000n });
  assert.deepEqual(compared, ['.: queue is missing']);
});

test('more files than wait at one time take their places, each with its folder’s time after them', async (t) => {
  const site = await makeRestoreSite(t);
  for (let folder = 0; folder < 40; folder++) {
    mkdirSync(join(site.home, `d${folder}`));
    for (let file = 0; file < 60; file++) writeFileSync(join(site.home, `d${folder}`, `f${file}`), `${folder} ${file}`);
  }
  if (isRoot) execFileSync('chown', ['-hR', `${tenant.uid}:${tenant.gid}`, site.home]);
  await site.backUp();
  await site.restore();
  const report = await site.restore();
  assert.deepEqual([problemsOf(report), report.files, report.folders], [[], 2400, 40]);
  assert.deepEqual(compareTrees(site.home, site.target), []);
});
