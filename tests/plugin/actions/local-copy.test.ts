import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import test, { suite } from 'node:test';
import { listLocalCopies, setLocalCopyPolicy } from '../../../plugin/actions/local-copies.ts';
import { makeLocalCopy } from '../../../plugin/actions/local-copy.ts';
import type { Performing } from '../../../plugin/actions/services.ts';
import type { Clock } from '../../../plugin/contracts/clock.ts';
import type { Answer, Progress } from '../../../plugin/protocol/requests.ts';
import { needsRoot } from '../../support/backup-site.ts';
import { giveAway, makeInstallation } from '../../support/installation.ts';
import { openInstallation } from '../../support/open-installation.ts';
import { pathBytes } from '../../support/recorded-points.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';
import { listZip, testZip } from '../../support/zip-files.ts';

const minute = 60_000;

/** A clock that a test moves. */
function movedClock(): Clock & { time: number } {
  return {
    time: Date.parse('2026-11-21T04:12:30Z'),
    now() {
      return new Date(this.time);
    },
    elapsedMilliseconds: () => performance.now(),
  };
}

const plain = (paths: readonly string[]): string[] => paths.map((bytes) => Buffer.from(bytes, 'base64').toString());

function copy(performing: Performing, keep: number, paths: readonly string[] = ['']): Promise<Answer<'local-copy'>> {
  return makeLocalCopy(performing, { kind: 'local-copy', account: 'u1', keep, paths: paths.map(pathBytes) });
}

suite('a local copy', () => {
  const installation = makeInstallation(suiteFolder(), 1);
  const [home = ''] = installation.homes;
  const folder = path.join(home, 'local-copies');
  const owner = lstatSync(home).uid === 0 && process.getuid?.() === 0 ? 20_001 : lstatSync(home).uid;
  mkdirSync(path.join(home, 'site/local-copies'), { recursive: true });
  writeFileSync(path.join(home, 'site/index.php'), '<?php echo 1;\n'.repeat(1000), { mode: 0o640 });
  writeFileSync(path.join(home, 'site/local-copies/mine.txt'), 'further down it is an ordinary folder');
  writeFileSync(path.join(home, 'video.bin'), randomBytes(9_000_000));
  symlinkSync('/etc/passwd', path.join(home, 'site/link'));
  giveAway(home, 20_001);
  installation.succeed('init', '--no-input', '--yes');

  test('is a plain zip in a folder of the home, its owner’s, and nobody else’s to read', async (t) => {
    const clock = movedClock();
    const performing = await openInstallation(t, installation, { clock });
    const answer = await copy(performing, 3);
    assert.deepEqual(plain([answer.file]), ['local-copies/backup-2026-11-21-0412.zip']);
    const file = path.join(folder, 'backup-2026-11-21-0412.zip');
    const { mode, uid, size } = lstatSync(file);
    assert.deepEqual([mode & 0o777, uid, size], [0o600, owner, answer.bytes]);
    assert.deepEqual([lstatSync(folder).mode & 0o777, lstatSync(folder).uid], [0o700, owner]);
    assert.equal(testZip(file), '');
    const listed = listZip(file);
    assert.deepEqual(
      listed.map(({ name, mode: bits }) => `${name} ${bits.toString(8)}`),
      [
        'site/ 40755',
        'site/index.php 100640',
        'site/link 120777',
        'site/local-copies/ 40755',
        'site/local-copies/mine.txt 100644',
        'video.bin 100644',
      ],
    );
    assert.deepEqual([answer.files, answer.problems], [3, []]);
  });

  test('never holds the copies before it', async (t) => {
    const performing = await openInstallation(t, installation, { clock: movedClock() });
    const first = await copy(performing, 31);
    const second = await copy(performing, 31);
    assert.equal(second.files, first.files);
    assert.notEqual(second.file, first.file);
    await assert.rejects(copy(performing, 3, ['local-copies']), { code: 'not-found' });
  });

  test('makes the oldest give way, and nothing that Larder did not make', async (t) => {
    rmSync(folder, { recursive: true });
    const clock = movedClock();
    const performing = await openInstallation(t, installation, { clock });
    const names: string[] = [];
    for (let count = 0; count < 4; count++) {
      names.push(...plain([(await copy(performing, 31, ['site'])).file]).map((name) => path.basename(name)));
      clock.time += minute;
    }
    const others = ['backup-2026-11-01-0000.zip', 'backup-old.zip', 'holiday.zip'];
    mkdirSync(path.join(folder, others[0] ?? ''));
    for (const name of others.slice(1)) writeFileSync(path.join(folder, name), 'mine');
    symlinkSync('../video.bin', path.join(folder, 'backup-2026-11-02-0000.zip'));
    giveAway(home, 20_001);
    const answer = await copy(performing, 2, ['site']);
    assert.deepEqual(
      plain(answer.removed).map((name) => path.basename(name)),
      names.slice(0, 3),
    );
    const left = [...others, 'backup-2026-11-02-0000.zip', names[3], 'backup-2026-11-21-0416.zip'];
    assert.deepEqual(new Set(readdirSync(folder)), new Set(left));
    assert.ok(existsSync(path.join(home, 'video.bin')));
  });

  test('stays itself, also when the clock went back and it looks like the oldest', async (t) => {
    rmSync(folder, { recursive: true });
    const clock = movedClock();
    const performing = await openInstallation(t, installation, { clock });
    await copy(performing, 1, ['site']);
    clock.time -= 600 * minute;
    const { file, removed } = await copy(performing, 1, ['site']);
    assert.deepEqual(readdirSync(folder), [path.basename(plain([file])[0] ?? '')]);
    assert.equal(removed.length, 1);
  });

  test('is listed with its time and size, the oldest first', async (t) => {
    rmSync(folder, { recursive: true });
    const clock = movedClock();
    const performing = await openInstallation(t, installation, { clock });
    assert.deepEqual((await listLocalCopies(performing.services, 'u1')).copies, []);
    const first = await copy(performing, 31, ['site']);
    clock.time += minute;
    await copy(performing, 31, ['site']);
    const { copies, folder: where } = await listLocalCopies(performing.services, 'u1');
    assert.deepEqual(plain([where]), ['local-copies']);
    assert.deepEqual(copies[0], { file: first.file, createdAt: '2026-11-21T04:12:00.000Z', bytes: first.bytes });
    assert.deepEqual(
      copies.map(({ createdAt }) => createdAt.slice(11, 16)),
      ['04:12', '04:13'],
    );
  });

  test('leaves out and tells what is not the account’s, or no file', { skip: needsRoot }, async (t) => {
    const odd = path.join(home, 'odd');
    const secret = path.join(installation.folder, 'homes/secret');
    mkdirSync(odd);
    writeFileSync(secret, 'root:x:', { mode: 0o600 });
    writeFileSync(path.join(odd, 'good'), 'good');
    writeFileSync(Buffer.from(`${odd}/caf\xe9`, 'latin1'), 'latin');
    execFileSync('mkfifo', [path.join(odd, 'pipe')]);
    const server = createServer().listen(path.join(odd, 'socket'));
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    giveAway(home, 20_001);
    linkSync(secret, path.join(odd, 'somebody-elses'));
    chownSync(secret, 0, 0);
    const answer = await copy(await openInstallation(t, installation, { clock: movedClock() }), 31, ['odd']);
    const told = answer.problems.map(
      (problem) => `${problem.reason} ${Buffer.from(problem.path, 'base64').toString('latin1')}`,
    );
    assert.deepEqual(told.toSorted(), [
      'foreign-owner odd/somebody-elses',
      'name-changed odd/caf\xe9',
      'socket odd/socket',
      'type-refused odd/pipe',
    ]);
    const names = listZip(path.join(home, plain([answer.file])[0] ?? '')).map(({ name }) => name);
    assert.deepEqual(names, ['odd/', 'odd/caf~xe9', 'odd/good']);
    rmSync(odd, { recursive: true });
  });

  test('is not made of what is not there, or lies elsewhere', async (t) => {
    const performing = await openInstallation(t, installation, { clock: movedClock() });
    const before = readdirSync(folder);
    await assert.rejects(copy(performing, 3, ['nothing']), { code: 'not-found' });
    await assert.rejects(copy(performing, 3, ['../u2']), { code: 'path-outside-home' });
    await assert.rejects(copy(performing, 0), { code: 'invalid-input' });
    await assert.rejects(copy(performing, 3, []), { code: 'invalid-input' });
    assert.deepEqual(readdirSync(folder), before);
  });

  test('is refused where a link stands in place of the folder', async (t) => {
    rmSync(folder, { recursive: true });
    const elsewhere = path.join(installation.folder, 'homes/elsewhere');
    mkdirSync(elsewhere, { mode: 0o777 });
    symlinkSync(elsewhere, folder);
    const performing = await openInstallation(t, installation, { clock: movedClock() });
    await assert.rejects(copy(performing, 3, ['site']), { code: 'home-unsafe' });
    assert.deepEqual(readdirSync(elsewhere), []);
    assert.deepEqual((await listLocalCopies(performing.services, 'u1')).copies, []);
    rmSync(folder);
  });

  test('that was stopped leaves nothing', async (t) => {
    const controller = new AbortController();
    const performing = await openInstallation(t, installation, { clock: movedClock() });
    const stop = (progress: Progress): void => {
      if (progress.kind === 'advance' && progress.bytes > 8_000_000) controller.abort();
    };
    const work = { ...performing, signal: controller.signal, onProgress: stop };
    await assert.rejects(copy(work, 3), { code: 'cancelled' });
    assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []); // or it had not even come to the folder
  });

  test('follows a policy that is kept with the account', async (t) => {
    const performing = await openInstallation(t, installation);
    assert.equal((await listLocalCopies(performing.services, 'u1')).policy, undefined);
    const policy = { paths: [pathBytes('site')], every: 'week', keep: 4 } as const;
    await setLocalCopyPolicy(performing.services, { kind: 'local-copy-policy', account: 'u1', policy });
    assert.deepEqual((await listLocalCopies(performing.services, 'u1')).policy, policy);
    const [file = ''] = readdirSync(path.join(installation.folder, 'state/local-copies'));
    assert.match(file, /^[0-9a-f]{32}\.json$/);
    const wrong = { ...policy, paths: [pathBytes('../u2')] };
    const refused = setLocalCopyPolicy(performing.services, {
      kind: 'local-copy-policy',
      account: 'u1',
      policy: wrong,
    });
    await assert.rejects(refused, { code: 'path-outside-home' });
    writeFileSync(path.join(installation.folder, 'state/local-copies', file), '{"paths": [');
    assert.equal((await listLocalCopies(performing.services, 'u1')).policy, undefined);
  });
});

suite('on a full disk', { skip: needsRoot }, () => {
  const installation = makeInstallation(suiteFolder(), 1);
  const [home = ''] = installation.homes;
  installation.succeed('init', '--no-input', '--yes');

  test('a local copy does not stay, and all older ones do', async (t) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12M,mode=0755,uid=20001,gid=20001', 'tmpfs', home]);
    t.after(() => execFileSync('umount', [home]));
    mkdirSync(path.join(home, 'site'));
    writeFileSync(path.join(home, 'site/index.php'), '<?php echo 1;\n'.repeat(1000));
    writeFileSync(path.join(home, 'video.bin'), randomBytes(7_000_000));
    giveAway(home, 20_001);
    const clock = movedClock();
    const performing = await openInstallation(t, installation, { clock });
    const [first = ''] = plain([(await copy(performing, 1, ['site'])).file]);
    const content = readFileSync(path.join(home, first));
    clock.time += minute;
    await assert.rejects(copy(performing, 1), { code: 'no-space' });
    assert.deepEqual(readdirSync(path.join(home, 'local-copies')), [path.basename(first)]);
    assert.deepEqual(readFileSync(path.join(home, first)), content);
  });
});
