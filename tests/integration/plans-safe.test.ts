import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFileSync, spawn } from 'node:child_process';
import { globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseJobId } from '../../plugin/domain/job.ts';
import { needsRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { failsWith } from '../support/failures.ts';
import { asTheTenant, keepCopy } from '../support/plan-homes.ts';
import { openPlanSite } from '../support/plan-site.ts';
import { changesIn, listed, openLater, openSmall, undo } from '../support/plan-trials.ts';

const leaseHolder = fileURLToPath(new URL('../support/hold-lease.py', import.meta.url));

suite('without a safety copy there is no restore', () => {
  test('on a full destination nothing is touched; with space the same plan runs', { skip: needsRoot }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
    mkdirSync(`${folder}/backup`, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=700', 'tmpfs', `${folder}/backup`]);
    t.after(() => {
      execFileSync('umount', [`${folder}/backup`]);
      rmSync(folder, { recursive: true });
    });
    const site = await openPlanSite(folder);
    t.after(() => site.close());
    asTheTenant(site.home, 'echo 1 > page');
    await site.backUp();
    asTheTenant(site.home, 'head -c 20000000 /dev/urandom > page');
    keepCopy(site.home, `${folder}/present`);
    const { plan } = await site.plan({});
    await failsWith('no-space', () => site.run(plan));
    assert.deepEqual(changesIn(site), []);
    execFileSync('mount', ['-o', 'remount,size=64m', `${folder}/backup`]);
    await site.run(plan);
    assert.equal(readFileSync(`${site.home}/page`, 'utf8'), '1\n');
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });

  test('a file that cannot be kept is not replaced', { skip: needsRoot }, async (t) => {
    const site = await openSmall(t, 'echo 1 > a; echo 1 > b', 'echo 22 > a; echo 22 > b');
    const { plan } = await site.plan({});
    const holder = spawn('python3', [leaseHolder, `${site.home}/a`], {
      stdio: ['pipe', 'pipe', 'inherit'],
      uid: 20_001,
      gid: 20_001,
    });
    t.after(() => holder.kill());
    await once(holder.stdout, 'data');
    await failsWith('restore-refused', () => site.run(plan));
    holder.kill();
    await once(holder, 'exit');
    assert.deepEqual(changesIn(site), []);
    await site.run(plan);
  });

  test('safety copies are kept under their own kind, and are never taken for the newest backup', async (t) => {
    const site = await openSmall(t, 'echo 1 > a; echo 1 > b', 'echo 22 > a');
    const first = await site.plan({});
    const { safetyPoint } = await site.run(first.plan);
    assert.ok(safetyPoint !== undefined);
    const again = await site.plan({});
    assert.equal(again.point?.id, first.point?.id);
    const undoing = await site.planUndo();
    assert.deepEqual([undoing.point?.id, undoing.point?.kind], [safetyPoint, 'before-restore']);
  });
});

suite('a restore that cannot go on', () => {
  for (const step of [1, 20, 45]) {
    test(`puts back what it did when it is stopped at step ${step}`, async (t) => {
      const { site, present: before } = await openLater(t);
      const { plan } = await site.plan({ mode: 'exact' });
      const stop = new AbortController();
      let steps = 0;
      const onProgress = (progress: { kind: string; step?: string }): void => {
        if (progress.step === 'restore' && ++steps === step) stop.abort();
      };
      await failsWith('cancelled', () => site.run(plan, { signal: stop.signal, onProgress }));
      assert.deepEqual(compareTrees(before, site.home), []);
      await failsWith('interrupted', () => site.run(plan));
    });
  }

  test('puts back what it did when its writer dies', { skip: needsRoot }, async (t) => {
    const { site, present: before } = await openLater(t);
    const { plan } = await site.plan({ mode: 'exact' });
    let steps = 0;
    const onProgress = (progress: { kind: string; step?: string }): void => {
      if (progress.step !== 'restore' || ++steps !== 30) return;
      execFileSync('pkill', ['-KILL', '-P', String(process.pid), '-f', 'main-writer']);
    };
    await failsWith('interrupted', () => site.run(plan, { onProgress }));
    assert.deepEqual(compareTrees(before, site.home), []);
  });

  test('says what it could not bring back, and leaves that as it was', async (t) => {
    const site = await openSmall(
      t,
      'for n in 1 2 3; do head -c 100000 /dev/urandom > $n; done',
      'echo now > 1; rm 2 3',
    );
    const whole = await site.plan({});
    assert.equal(whole.counts.refused, 0);
    const [packs] = [globSync(`${site.folder}/backup/*/data/*/*`)];
    const largest = packs.toSorted((one, other) => lstatSync(other).size - lstatSync(one).size)[0] ?? '';
    rmSync(largest);
    const receipt = await site.run((await site.plan({})).plan);
    assert.deepEqual([receipt.counts.comesBack, receipt.counts.replaced], [0, 0]);
    assert.deepEqual(
      receipt.problems.map(({ reason }) => reason),
      ['content-missing', 'content-missing', 'content-missing'],
    );
    assert.equal(readFileSync(`${site.home}/1`, 'utf8'), 'now\n');
  });
});

suite('an undo', () => {
  test('shows first what changed since the restore, and can itself be undone', async (t) => {
    const site = await openSmall(
      t,
      'for n in 1 2 3 4; do echo $n > $n; done',
      'for n in 1 2 3; do echo new $n > $n; done; rm 4',
    );
    await site.run((await site.plan({})).plan);
    asTheTenant(site.home, 'echo later > 2; rm 3; echo later > 4');
    keepCopy(site.home, `${site.folder}/later`);
    const plan = await undo(site);
    assert.deepEqual(plan.warnings[0], { kind: 'changed-since', count: 3 });
    assert.deepEqual(listed(plan), ['replaced 1', 'replaced 2', 'comes-back 3', 'deleted 4']);
    assert.deepEqual(changesIn(site), []);
    await undo(site);
    assert.deepEqual(compareTrees(`${site.folder}/later`, site.home), []);
  });

  test('is of the restore that a job ran, else of the newest; of nothing when there is none', async (t) => {
    const site = await openSmall(t, 'echo 1 > a; echo 1 > b', 'rm a b');
    await failsWith('nothing-to-undo', () => site.planUndo());
    await failsWith('unknown-job', () => site.planUndo('nine-nine'));
    for (const [path, job] of [
      ['a', 'first'],
      ['b', 'second'],
    ] as const) {
      await site.run((await site.plan({ paths: [path] })).plan, { jobId: parseJobId(job.padEnd(20, '0')) });
    }
    assert.deepEqual(listed(await site.planUndo()), ['deleted b']);
    const first = await undo(site, 'first0');
    assert.deepEqual([listed(first), first.undoes], [['deleted a'], 'first'.padEnd(20, '0')]);
    await failsWith('unknown-job', () => site.planUndo('first0'));
  });

  test('brings back a folder that was deleted since, with what it held', async (t) => {
    const site = await openSmall(t, 'mkdir -p a/b; echo 1 > a/b/1', 'echo new > a/b/1; chmod 750 a/b');
    await site.run((await site.plan({})).plan);
    asTheTenant(site.home, 'rm -r a');
    const plan = await undo(site);
    assert.equal(plan.warnings[0]?.kind, 'changed-since');
    assert.equal(readFileSync(`${site.home}/a/b/1`, 'utf8'), 'new\n');
    assert.equal(lstatSync(`${site.home}/a/b`).mode & 0o777, 0o750);
  });
});
