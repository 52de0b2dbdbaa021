import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { lockRepository } from '../../../../plugin/engine/repository-lock.ts';
import { thisLocker } from '../../../../plugin/platform/locker.ts';
import { makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';

test('Larder backs up beside a restic that is backing up into the same repository', async (t) => {
  const site = await makeFilledSite(t);
  const restic = startRestic(t, site, ['backup', '--stdin', '--stdin-filename', 'dump.sql']);
  restic.stdin?.write('-- a dump that takes its time\n');
  await lockAppears(site);
  const result = await backUpLocked(site);
  restic.stdin?.end();
  const [code] = (await once(restic, 'close')) as [number | null];
  assert.equal(code, 0);
  const snapshots = JSON.parse(site.restic('snapshots', '--json')) as { id: string }[];
  assert.equal(snapshots.length, 2);
  assert.ok(snapshots.some(({ id }) => id === result.snapshotId));
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

suite('while restic has the repository to itself, a backup is refused and told who is at work:', () => {
  for (const words of [
    ['check', '--read-data'],
    ['prune', '--max-unused', '0'],
  ]) {
    test(`restic ${words[0]}`, async (t) => {
      const site = await makeFilledSite(t);
      await backUpLocked(site);
      const restic = await stopWhenLocked(t, site, words);
      const facts = await failsWith('repository-locked', () => backUpLocked(site));
      assert.match(facts.holder, new RegExp(`, process ${restic.pid}$`));
      assert.equal(readdirSync(join(site.location, 'locks')).length, 1, 'our own lock is gone');
      assert.equal((await (await site.open()).listIds('snapshots')).length, 1);
      restic.kill('SIGCONT');
      const [code] = (await once(restic, 'close')) as [number | null];
      assert.equal(code, 0);
      await backUpLocked(site);
    });
  }
});

suite('while Larder backs up, restic', () => {
  const attempts = [
    { title: 'may back up', words: ['backup', '/proc/version'], isAllowed: true },
    { title: 'may list', words: ['snapshots'], isAllowed: true },
    { title: 'may not prune', words: ['prune'], isAllowed: false },
    { title: 'may not check', words: ['check'], isAllowed: false },
  ];
  for (const { title, words, isAllowed } of attempts) {
    test(title, async (t) => {
      const site = await makeFilledSite(t);
      const lock = await lockRepository(await site.open(), false, thisLocker());
      const { status, stderr } = spawnSync('restic', words, { env: site.resticVariables, encoding: 'utf8' });
      await lock.release();
      assert.equal(status === 0, isAllowed, stderr);
      if (!isAllowed) assert.match(stderr, new RegExp(`repository is already locked by PID ${process.pid}`));
    });
  }
});

test('while Larder has the repository to itself, restic may not back up', async (t) => {
  const site = await makeFilledSite(t);
  const lock = await lockRepository(await site.open(), true, thisLocker());
  const { status, stderr } = spawnSync('restic', ['backup', '/proc/version'], {
    env: site.resticVariables,
    encoding: 'utf8',
  });
  await lock.release();
  assert.notEqual(status, 0);
  assert.match(stderr, /already locked exclusively/);
});

test('the lock of a restic that was killed does not hinder a backup', async (t) => {
  const site = await makeFilledSite(t);
  const restic = await stopWhenLocked(t, site, ['check']);
  restic.kill('SIGKILL');
  await once(restic, 'close');
  assert.equal(readdirSync(join(site.location, 'locks')).length, 1);
  await backUpLocked(site);
  assert.deepEqual(readdirSync(join(site.location, 'locks')), []);
});

async function backUpLocked(site: BackupSite): Promise<Awaited<ReturnType<BackupSite['backUp']>>> {
  const lock = await lockRepository(await site.open(), false, thisLocker());
  try {
    return await site.backUp();
  } finally {
    await lock.release();
  }
}

async function makeFilledSite(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  writeFileSync(join(site.home, 'a'), 'content');
  await (await lockRepository(await site.open(), false, thisLocker())).release(); // there is a folder for locks now
  return site;
}

function startRestic(t: TestContext, site: BackupSite, words: readonly string[]): ChildProcess {
  const child = spawn('restic', words, { env: site.resticVariables, stdio: ['pipe', 'ignore', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** restic waits 200 ms after it has written its lock, to see whether somebody else did: it is stopped in that time. */
async function stopWhenLocked(t: TestContext, site: BackupSite, words: readonly string[]): Promise<ChildProcess> {
  const appears = lockAppears(site);
  const child = startRestic(t, site, words);
  await appears;
  child.kill('SIGSTOP');
  return child;
}

async function lockAppears(site: BackupSite): Promise<void> {
  const folder = join(site.location, 'locks');
  const isThere = (): boolean => readdirSync(folder).some((name) => /^[0-9a-f]{64}$/.test(name));
  const watcher = watch(folder);
  const changes = (async () => {
    while (!isThere()) await once(watcher, 'change');
  })();
  await changes;
  watcher.close();
}
