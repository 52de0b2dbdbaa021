import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  clockAhead,
  differences,
  isRoot,
  makeSite,
  restoreWithRestic,
  type BackupSite,
} from '../../../support/backup-site.ts';

test('what Larder backed up, stock restic finds whole and restores as it was', async (t) => {
  const site = await makeSite(t);
  fillHome(site.home);
  const result = await site.backUp();
  assert.deepEqual(result.coverage, { skipped: [], noted: [] });
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, result.snapshotId)), []);
});

test('an empty home is a restore point too', async (t) => {
  const site = await makeSite(t);
  const result = await site.backUp();
  assert.equal(result.files, 0);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, result.snapshotId)), []);
});

test('restic that goes on in a repository of Larder stores nothing again', async (t) => {
  const site = await makeSite(t);
  fillHome(site.home, smallFiles); // larger ones restic cuts elsewhere
  await site.backUp();
  const answer = site.restic('backup', site.home, '--json', '--quiet');
  const summary = JSON.parse(answer.trim().split('\n').at(-1) ?? '') as { data_blobs: number; data_added: number };
  assert.equal(summary.data_blobs, 0, 'every piece of content is known');
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('Larder that goes on where restic backed up last reads no file and stores no content again', async (t) => {
  const site = await makeSite(t);
  fillHome(site.home, { ...smallFiles, hardLinks: false });
  site.restic('backup', site.home, '--quiet', '--time', resticTime(3600));
  const blobs = await dataBlobs(site);
  const result = await site.backUp();
  assert.equal(result.bytesRead, 0);
  assert.equal(result.filesNew + result.filesChanged, 0);
  assert.deepEqual(await dataBlobs(site), blobs + 1, 'only coverage.json is new');
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, result.snapshotId)), []);
});

async function dataBlobs(site: BackupSite): Promise<number> {
  const lines = site.restic('list', 'blobs').split('\n');
  return lines.filter((line) => line.startsWith('data')).length;
}

test('the restore point tells who made it, of what, and how much', async (t) => {
  const site = await makeSite(t);
  writeFileSync(join(site.home, 'note'), 'hello');
  const result = await site.backUp({ tags: ['nightly'], hostname: 'web1', username: 'larder' });
  const [snapshot] = JSON.parse(site.restic('snapshots', '--json')) as Record<string, unknown>[];
  assert.equal(snapshot?.['id'], result.snapshotId);
  assert.deepEqual(snapshot['paths'], ['/files']);
  assert.deepEqual(snapshot['tags'], ['nightly']);
  assert.equal(snapshot['hostname'], 'web1');
  assert.deepEqual([result.files, result.bytes, result.filesNew], [1, 5, 1]);
});

test('stock restic reads the coverage report beside the home', async (t) => {
  const site = await makeSite(t);
  execFileSync('python3', [
    '-c',
    'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
    join(site.home, 's'),
  ]);
  const { coverage } = await site.backUp();
  assert.deepEqual(JSON.parse(site.restic('dump', 'latest', '/coverage.json')), coverage);
  assert.deepEqual(coverage.skipped, [{ reason: 'socket', count: 1, paths: ['s'] }]);
});

test('two archive runs of the same home make the same tree', async (t: TestContext) => {
  const site = await makeSite(t);
  const other = await makeSite(t);
  fillHome(site.home, smallFiles);
  const first = await site.backUp();
  const second = await other.backUp({ home: site.home });
  assert.equal(treeOf(other, second.snapshotId), treeOf(site, first.snapshotId));
});

function treeOf(site: BackupSite, snapshot: string): string {
  const text = site.restic('cat', 'snapshot', snapshot);
  return (JSON.parse(text) as { tree: string }).tree;
}

/** What restic takes for `--time`; files that changed around the beginning of a backup would be read again. */
function resticTime(secondsAhead: number): string {
  return clockAhead(secondsAhead).now().toISOString().slice(0, 19).replace('T', ' ');
}

const smallFiles = { largest: 150_000, hardLinks: true };

/** A home with one of each kind of entry that a home may hold. */
function fillHome(home: string, options = { largest: 9_000_000, hardLinks: true }): void {
  const at = (name: string): string => join(home, name);
  for (const folder of ['mail', 'mail/cur', 'empty', 'setgid', 'sticky']) mkdirSync(at(folder));
  writeFileSync(at('nothing'), '');
  writeFileSync(at('text.sql'), "INSERT INTO t VALUES (1,'x');\n".repeat(options.largest / 30));
  writeFileSync(at('noise'), randomBytes(options.largest));
  writeFileSync(at('mail/cur/1:2,S'), 'Subject: hello\n');
  const sparse = openSync(at('sparse'), 'w');
  ftruncateSync(sparse, options.largest * 3);
  writeSync(sparse, 'data', options.largest * 2 + 17);
  closeSync(sparse);
  for (const name of ['"quoted"', 'back\\slash', 'new\nline', 'ελληνικά', '\u2028', '<&>', '🍋', '\u00a0']) {
    writeFileSync(at(name), name);
  }
  writeFileSync(Buffer.concat([Buffer.from(at('latin-')), Buffer.of(0xe9)]), 'é');
  symlinkSync('text.sql', at('link'));
  symlinkSync('/nowhere/at/all', at('dangling'));
  if (options.hardLinks) linkSync(at('noise'), at('mail/hard'));
  execFileSync('mkfifo', [at('fifo')]);
  execFileSync('setfattr', ['-n', 'user.larder', '-v', 'value', at('noise')]);
  execFileSync('setfacl', ['-m', 'u:1234:r-x,g:99:rw', at('mail')]);
  execFileSync('setfacl', ['-d', '-m', 'u:1234:rwx', at('mail')]);
  if (isRoot) {
    execFileSync('chown', ['20001:20002', at('empty')]);
    execFileSync('chown', ['-h', '20001:20002', at('link')]);
  }
  setModesAndTimes(at);
}

function setModesAndTimes(at: (name: string) => string): void {
  chmodSync(at('text.sql'), 0o4751);
  chmodSync(at('noise'), 0o400);
  chmodSync(at('setgid'), 0o2775);
  chmodSync(at('sticky'), 0o1777);
  execFileSync('touch', ['-d', '1935-04-05 06:07:08.123456789 UTC', at('text.sql')]);
  execFileSync('touch', ['-d', '2106-02-07 06:28:17.000000001 UTC', at('sparse')]);
  lutimesSync(at('link'), 1_000_000_000.5, 1_000_000_000.25);
  utimesSync(at('empty'), 1, 1);
}
