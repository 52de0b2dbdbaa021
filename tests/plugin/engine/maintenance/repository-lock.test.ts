import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { listLocks, lockRepository, type Locker } from '../../../../plugin/engine/repository-lock.ts';
import type { Repository } from '../../../../plugin/engine/repository.ts';
import { clockAhead, makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { locker } from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

const minutes = 60;

async function repositoryOf(t: TestContext): Promise<{ site: BackupSite; repository: Repository }> {
  const site = await makeSite(t);
  return { site, repository: await site.open() };
}

/** A process that has ended. */
function deadProcess(): number {
  return spawnSync('true').pid;
}

/** Writes a lock as another program would. */
function foreignLock(repository: Repository, changes: Readonly<Record<string, unknown>>): Promise<string> {
  const { hostname, username, processId } = locker;
  const lock = { time: new Date().toISOString(), exclusive: false, hostname, username, pid: processId, ...changes };
  return repository.saveUnpacked('locks', JSON.stringify(lock));
}

const isHeld = async (repository: Repository): Promise<boolean> => (await repository.listIds('locks')).length > 0;

suite('who may lock beside whom', () => {
  for (const { first, second, refused } of [
    { first: false, second: false, refused: false },
    { first: false, second: true, refused: true },
    { first: true, second: false, refused: true },
    { first: true, second: true, refused: true },
  ]) {
    const word = (exclusive: boolean): string => (exclusive ? 'exclusive' : 'shared');
    test(`${word(second)} beside ${word(first)} is ${refused ? 'refused' : 'granted'}, and granted afterwards`, async (t) => {
      const { repository } = await repositoryOf(t);
      const one = await lockRepository(repository, first, locker);
      if (refused) {
        const facts = await failsWith('repository-locked', () => lockRepository(repository, second, locker));
        assert.match(facts.holder, new RegExp(`process ${process.pid}$`));
        assert.equal((await repository.listIds('locks')).length, 1);
      } else {
        await (await lockRepository(repository, second, locker)).release();
      }
      await one.release();
      await (await lockRepository(repository, second, locker)).release();
      assert.ok(!(await isHeld(repository)));
    });
  }

  test('of many that want it exclusively at the same moment at most one gets it', async (t) => {
    const { repository } = await repositoryOf(t);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockRepository(repository, true, locker)));
    assert.ok(tries.filter(({ status }) => status === 'fulfilled').length <= 1);
  });
});

suite('a lock that holds nobody is removed', () => {
  const stale = [
    { title: 'of a process on this machine that has ended', changes: { pid: deadProcess() } },
    { title: 'not refreshed for more than 30 minutes', changes: { time: new Date(Date.now() - 31 * minutes * 1000) } },
    {
      title: 'not refreshed so long, of another machine',
      changes: { hostname: 'other', time: new Date(Date.now() - 31 * minutes * 1000) },
    },
    { title: 'without a time', changes: { time: 'yesterday' } },
  ];
  for (const { title, changes } of stale) {
    test(title, async (t) => {
      const { repository } = await repositoryOf(t);
      await foreignLock(repository, { exclusive: true, ...changes });
      assert.deepEqual(
        (await listLocks(repository, locker)).map(({ isStale }) => isStale),
        [true],
      );
      await (await lockRepository(repository, true, locker)).release();
      assert.ok(!(await isHeld(repository)));
    });
  }

  test('that is empty, as a power cut leaves it', async (t) => {
    const { site, repository } = await repositoryOf(t);
    mkdirSync(path.join(site.location, 'locks'));
    writeFileSync(path.join(site.location, 'locks', 'a'.repeat(64)), '');
    await (await lockRepository(repository, true, locker)).release();
    assert.ok(!(await isHeld(repository)));
  });
});

suite('a lock that may hold somebody stays', () => {
  const held = [
    { title: 'not refreshed for 29 minutes', changes: { time: new Date(Date.now() - 29 * minutes * 1000) } },
    { title: 'of another machine, whatever runs here', changes: { hostname: 'other', pid: deadProcess() } },
    { title: 'from a clock that is ahead', changes: { time: new Date(Date.now() + 600 * minutes * 1000) } },
  ];
  for (const { title, changes } of held) {
    test(title, async (t) => {
      const { repository } = await repositoryOf(t);
      const id = await foreignLock(repository, changes);
      await failsWith('repository-locked', () => lockRepository(repository, true, locker));
      assert.deepEqual(await repository.listIds('locks'), [id]);
    });
  }

  test('though it is refreshed under a new name right when we look', async (t) => {
    const { site, repository } = await repositoryOf(t);
    const old = await foreignLock(repository, { exclusive: true });
    const plain = openLocalStore(site.location);
    const racing = watchStore(plain);
    let isRefreshed = false;
    const store = {
      ...racing.store,
      async read(key: string) {
        if (key === `locks/${old}` && !isRefreshed) {
          isRefreshed = true;
          await foreignLock(repository, { exclusive: true, time: new Date(Date.now() + 1000) });
          await plain.remove(key);
        }
        return plain.read(key);
      },
    };
    const other = await site.open(store);
    await failsWith('repository-locked', () => lockRepository(other, false, locker));
    assert.ok(isRefreshed);
  });
});

suite('while it is held', () => {
  test('a lock is refreshed every five minutes', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const { repository } = await repositoryOf(t);
    let ahead = 0;
    const moving: Locker = { ...locker, clock: { now: () => clockAhead(ahead).now(), elapsedMilliseconds: () => 0 } };
    const lock = await lockRepository(repository, true, moving);
    for (let turn = 1; turn <= 10; turn++) {
      const before = await repository.listIds('locks');
      ahead += 5 * minutes;
      t.mock.timers.tick(5 * minutes * 1000);
      let now = before;
      while (now.length !== 1 || now[0] === before[0]) {
        await setImmediate();
        now = await repository.listIds('locks');
      }
      await lock.assertHeld();
    }
    assert.deepEqual(
      (await listLocks(repository, moving)).map(({ isStale }) => isStale),
      [false],
    );
    await lock.release();
    assert.ok(!(await isHeld(repository)));
  });

  test('one that somebody removed is known to be lost', async (t) => {
    const { repository } = await repositoryOf(t);
    const lock = await lockRepository(repository, true, locker);
    await lock.assertHeld();
    for (const id of await repository.listIds('locks')) await repository.removeUnpacked('locks', id);
    await failsWith('repository-locked', () => lock.assertHeld());
    await lock.release();
  });

  test('one that could not be refreshed for long is known to be doubtful, as after a machine slept', async (t) => {
    const { repository } = await repositoryOf(t);
    let ahead = 0;
    const lock = await lockRepository(repository, true, {
      ...locker,
      clock: { now: () => clockAhead(ahead).now(), elapsedMilliseconds: () => 0 },
    });
    ahead = 25 * minutes;
    await failsWith('repository-locked', () => lock.assertHeld());
    await lock.release();
  });
});

suite('a lock that was lost', () => {
  for (const [title, seconds] of [
    ['whoever removed it has put its own there', 5 * minutes],
    ['the machine slept', 40 * minutes],
  ] as const) {
    test(`is not taken again by its refresh: ${title}`, async (t) => {
      t.mock.timers.enable({ apis: ['setInterval'] });
      const { repository } = await repositoryOf(t);
      let ahead = 0;
      const clock = { now: () => clockAhead(ahead).now(), elapsedMilliseconds: () => 0 };
      const lock = await lockRepository(repository, true, { ...locker, clock });
      for (const id of await repository.listIds('locks')) await repository.removeUnpacked('locks', id);
      const other = await foreignLock(repository, { hostname: 'elsewhere' });
      ahead = seconds;
      t.mock.timers.tick(5 * minutes * 1000);
      await failsWith('repository-locked', () => lock.assertHeld());
      assert.deepEqual(await repository.listIds('locks'), [other]);
      await lock.release();
    });
  }
});

suite('stock restic and we respect each other', () => {
  test('while it backs up, we may back up and read but not prune', async (t) => {
    const { site, repository } = await repositoryOf(t);
    const backup = spawn('restic', ['backup', '--stdin', '--stdin-filename', 'slow'], {
      env: site.resticVariables,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    backup.stdin.write('the first half');
    while (!(await isHeld(repository))) await setTimeout(20);
    const facts = await failsWith('repository-locked', () => lockRepository(repository, true, locker));
    assert.match(facts.holder, new RegExp(`process ${backup.pid}$`));
    await (await lockRepository(repository, false, locker)).release();
    backup.stdin.end('the second half');
    const [code] = (await once(backup, 'exit')) as [number | null];
    assert.equal(code, 0);
    await (await lockRepository(repository, true, locker)).release();
  });

  test('when it was killed, its lock is no obstacle', async (t) => {
    const { site, repository } = await repositoryOf(t);
    const backup = spawn('restic', ['backup', '--stdin'], {
      env: site.resticVariables,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    while (!(await isHeld(repository))) await setTimeout(20);
    backup.kill('SIGKILL');
    await once(backup, 'exit');
    assert.ok(await isHeld(repository));
    await (await lockRepository(repository, true, locker)).release();
    assert.deepEqual(readdirSync(path.join(site.location, 'locks')), []);
  });

  test('while we prune, it does nothing; while we back up, it backs up but does not prune', async (t) => {
    const { site, repository } = await repositoryOf(t);
    writeFileSync(path.join(site.home, 'file'), 'content');
    const exclusive = await lockRepository(repository, true, locker);
    assert.throws(() => site.restic('backup', site.home), /already locked/);
    await exclusive.release();
    const shared = await lockRepository(repository, false, locker);
    site.restic('backup', site.home);
    assert.throws(() => site.restic('prune'), /already locked/);
    await shared.release();
    site.restic('prune');
  });

  test('it sees that our lock is stale when our process has ended', async (t) => {
    const { site, repository } = await repositoryOf(t);
    await lockRepository(repository, true, { ...locker, processId: deadProcess() });
    site.restic('unlock');
    assert.ok(!(await isHeld(repository)));
  });
});
