import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sealKeyBytes } from '../../../../plugin/engine/master-key.ts';
import { differences, makeSite, needsRoot, restoreWithRestic, type BackupSite } from '../../../support/backup-site.ts';
import { hostileNames } from '../../../support/odd-names.ts';

const childScript = fileURLToPath(new URL('../../../support/back-up-once.ts', import.meta.url));

test('3,000 levels of folders are backed up and found whole by restic', async (t) => {
  const site = await makeSite(t);
  const make = "import os\nfor i in range(3000):\n os.mkdir('d'); os.chdir('d')\nopen('bottom','w').write('deep')";
  execFileSync('python3', ['-c', make], { cwd: site.home });
  try {
    const result = await site.backUp();
    assert.deepEqual([result.files, result.coverage.skipped], [1, []]);
    assert.match(site.restic('check'), /no errors were found/);
    assert.match(site.restic('find', 'bottom'), /d\/d\/bottom/);
  } finally {
    execFileSync('rm', ['-rf', site.home]);
  }
});

test(
  '300,000 files in one folder need less than 300 MiB, and restic lists them all',
  { skip: needsRoot },
  async (t) => {
    const site = await makeSite(t);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=400000', 'tmpfs', site.home]);
    try {
      mkdirSync(join(site.home, 'many'));
      for (let file = 0; file < 300_000; file++) closeSync(openSync(join(site.home, `many/message-${file}`), 'w'));
      const result = backUpInChild(site);
      assert.equal(result.files, 300_000);
      t.diagnostic(`peak memory ${Math.round(result.peakBytes / 2 ** 20)} MiB`);
      assert.ok(result.peakBytes < 300 * 2 ** 20, `${result.peakBytes} bytes`);
      assert.equal(site.restic('ls', 'latest', '/files/many').match(/message-/g)?.length, 300_000);
      const again = backUpInChild(site);
      assert.equal(again.bytesAdded, 0);
      assert.ok(again.peakBytes < 300 * 2 ** 20, `${again.peakBytes} bytes`);
    } finally {
      execFileSync('umount', [site.home]);
    }
  },
);

interface ChildResult {
  readonly files: number;
  readonly bytesAdded: number;
  readonly peakBytes: number;
}

function backUpInChild(site: BackupSite): ChildResult {
  const key = sealKeyBytes(site.masterKey).toString('hex');
  const words = ['--disable-warning=ExperimentalWarning', childScript, site.location, key, site.home, site.cacheFolder];
  const run = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as ChildResult;
}

test('a sparse file of 1 TiB with one block of data is backed up in seconds, and keeps its size', async (t) => {
  const site = await makeSite(t);
  const file = openSync(join(site.home, 'disk.img'), 'w');
  ftruncateSync(file, 2 ** 40);
  writeSync(file, 'one block', 2 ** 39);
  closeSync(file);
  const startedAt = performance.now();
  const result = await site.backUp();
  assert.ok(performance.now() - startedAt < 20_000);
  assert.ok(result.bytesRead < 20_000_000, 'holes are not read');
  assert.match(site.restic('ls', '-l', 'latest'), / 1099511627776 .*\/files\/disk\.img/);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('a sparse file comes back from restic byte for byte', async (t) => {
  const site = await makeSite(t);
  const file = openSync(join(site.home, 'holes'), 'w');
  ftruncateSync(file, 70_000_000);
  for (const at of [0, 9_000_001, 30_000_000, 52_428_800, 69_999_999]) writeSync(file, 'x', at);
  closeSync(file);
  const result = await site.backUp();
  assert.deepEqual(differences(site.home, restoreWithRestic(site, result.snapshotId)), []);
});

test('a file that claims more than 8 TiB is left out and reported: its list of contents would fill the memory', async (t) => {
  const site = await makeSite(t);
  const file = openSync(join(site.home, 'absurd'), 'w');
  ftruncateSync(file, 2 ** 43 + 1);
  closeSync(file);
  const { coverage } = await site.backUp();
  assert.deepEqual(coverage.skipped, [{ reason: 'read-error', count: 1, paths: ['absurd'] }]);
});

suite('a name is only a name', () => {
  test('as file, folder and link: what restic restores has the same names', async (t) => {
    const site = await makeSite(t);
    const at = (folder: string, name: Buffer): Buffer =>
      Buffer.concat([Buffer.from(join(site.home, `${folder}/`)), name]);
    for (const folder of ['file', 'folder', 'link']) mkdirSync(join(site.home, folder));
    for (const name of hostileNames) {
      writeFileSync(at('file', name), name);
      mkdirSync(at('folder', name));
      symlinkSync('to', at('link', name));
    }
    const result = await site.backUp();
    assert.deepEqual(result.coverage.skipped, []);
    assert.match(site.restic('check', '--read-data'), /no errors were found/);
    assert.deepEqual(differences(site.home, restoreWithRestic(site, result.snapshotId)), []);
  });

  test('as target of a link, whatever bytes it has', async (t) => {
    const site = await makeSite(t);
    const targets = [...hostileNames, Buffer.from('/'), Buffer.from('..'), Buffer.alloc(4095, 'x')];
    targets.forEach((target, index) => symlinkSync(target, join(site.home, `link-${index}`)));
    const result = await site.backUp();
    assert.deepEqual(result.coverage.skipped, []);
    assert.match(site.restic('check', '--read-data'), /no errors were found/);
    assert.deepEqual(lossyTargets(differences(site.home, restoreWithRestic(site, result.snapshotId))), []);
  });
});

/** restic 0.14 has no field for targets that are not UTF-8 (`linktarget_raw`) and restores them with other bytes. */
function lossyTargets(lines: readonly string[]): string[] {
  const known = new Set(hostileNames.flatMap((name, index) => (isText(name) ? [] : [`link-${index}`])));
  return lines.filter((line) => !known.has(/link-\d+/.exec(line)?.[0] ?? ''));
}

function isText(name: Buffer): boolean {
  return Buffer.from(name.toString('utf8')).equals(name);
}
