import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import test, { after, before, suite, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { compareTrees } from '../support/compare-trees.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import {
  addS3,
  copy,
  copyBeside,
  fill,
  homeOf,
  openCopySite as open,
  keepOnS3Alone,
  pointsOf,
  runBeside,
  type CopyLine,
} from '../support/copy-site.ts';
import { giveAway, type Installation } from '../support/installation.ts';
import { hasRadosgw, startRadosgw, type PrivateRadosgw } from '../support/radosgw.ts';
import { commandsOf, runCommands } from '../support/runbook.ts';
import { makeBucket, plainClient } from '../support/s3-destination.ts';

if (!hasRadosgw) {
  test('copies', { skip: 'radosgw is not installed' }, () => {});
} else {
  const server: PrivateRadosgw = await startRadosgw();
  const proxy: FaultProxy = await startFaultProxy(server.port);
  after(async () => {
    await proxy.close();
    await server.stop();
  });
  before(async () => {
    await makeBucket(server, 'copies');
    await makeBucket(server, 'locked', true);
  });

  const keysBelow = async (prefix: string, bucket = 'copies'): Promise<string[]> => {
    const found = await plainClient(server).send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
    return (found.Contents ?? []).map(({ Key = '' }) => Key);
  };

  suite('a night with a copy on S3', () => {
    test('leaves a copy that stock restic finds whole, and that is browsed, compared and restored from alone', async (t) => {
      const site = open(t, 2);
      const prefix = addS3(server, site.folder);
      site.succeed('init');
      const { copies } = site.json('nightly') as unknown as { copies: CopyLine[] };
      assert.deepEqual(
        copies.map(({ account, outcome, points }) => [account, outcome, points]),
        [
          ['u1', 'done', 1],
          ['u2', 'done', 1],
        ],
      );
      const { repository, password } = site.json('--account', 'u1', 'keys', 'restic-env', '--destination', 'cloud');
      const env = {
        PATH: process.env['PATH'],
        RESTIC_REPOSITORY: String(repository),
        RESTIC_PASSWORD: String(password),
        AWS_ACCESS_KEY_ID: server.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      };
      const restic = spawnSync('restic', ['--no-cache', 'check', '--read-data'], { env, encoding: 'utf8' });
      assert.equal(restic.status, 0, restic.stderr);

      rmSync(`${site.folder}/backup`, { recursive: true }); // nothing but the copy is left
      const restored = join(site.folder, 'restored');
      const account = (await keysBelow(prefix)).find((name) => name.startsWith(`${prefix}/u1-`))?.split('/')[1] ?? '';
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
      const key = join(site.folder, 'state/recovery/recovery-key-1.txt');
      const place = { endpoint: server.endpoint, bucket: `copies/${prefix}`, account };
      const filled = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...place, key, restored };
      const page = commandsOf('docs/how-to/recover-without-larder.md', /^## From a bucket/);
      const run = runCommands(page, { folder: site.folder, programs: ['age', 'restic', 'rclone'], filled });
      assert.equal(run.status, 0, run.stdout + run.stderr);
      assert.deepEqual(compareTrees(homeOf(site), join(restored, 'maria/files')), []);

      assert.equal(pointsOf(site, '--from', 'cloud'), 1);
      const { entries } = site.json('--account', 'u1', 'browse', 'latest', 'public_html', '--from', 'cloud');
      assert.equal((entries as unknown[]).length, 21);
      writeFileSync(join(homeOf(site), 'public_html/new.html'), 'new');
      giveAway(homeOf(site), 20_001);
      const diff = site.json('--account', 'u1', 'diff', 'latest', 'now', 'public_html', '--from', 'cloud');
      assert.equal(diff['added'], 1);
      site.succeed('check', '--read-data', '--from', 'cloud');
      rmSync(join(homeOf(site), 'public_html/new.html'));
      const back = `${site.folder}/back`;
      site.succeed('--account', 'u1', 'restore', 'public_html', '--at', 'latest', '--to', back, '--from', 'cloud');
      assert.ok(
        readFileSync(join(back, 'public_html/menu.pdf')).equals(
          readFileSync(join(homeOf(site), 'public_html/menu.pdf')),
        ),
      );
    });

    test('costs no more than three requests an account when nothing has changed', async (t) => {
      const accounts = 3;
      const site = open(t, accounts);
      addS3(server, site.folder, [], proxy.endpoint);
      site.succeed('init');
      assert.equal((await runBeside(site, 'nightly')).status, 0);
      proxy.takeRequests();
      const { stdout } = await runBeside(site, 'nightly', '--json');
      const { copies } = JSON.parse(stdout) as { copies: CopyLine[] };
      const sent = copies.map(({ pointsSent, packsSent }) => [pointsSent, packsSent]);
      assert.deepEqual(sent, Array(accounts).fill([1, 0]));
      const requests = proxy.takeRequests();
      assert.ok(requests.length <= 3 * accounts + 1, requests.join('\n')); // and one for the whole destination
    });

    test('sends only what is new', (t) => {
      const site = open(t);
      addS3(server, site.folder);
      site.succeed('init');
      site.succeed('nightly');
      writeFileSync(join(homeOf(site), 'public_html/new.html'), 'new');
      giveAway(homeOf(site), 20_001);
      site.succeed('--account', 'u1', 'backup');
      const [line] = copy(site);
      assert.deepEqual([line?.pointsSent, line?.packsSent], [1, 2]);
      const [again] = copy(site);
      assert.deepEqual([again?.pointsSent, again?.packsSent, again?.points], [0, 0, 2]);
    });
  });

  test('a copy that is killed in the middle leaves nothing half, and the next one goes on', async (t) => {
    const site = open(t);
    fill(homeOf(site), 20_001, 60_000_000);
    const prefix = addS3(server, site.folder, ['parallel = 1', 'bandwidth_mb = 12'], proxy.endpoint);
    site.succeed('init');
    site.succeed('--account', 'u1', 'backup');
    const child = site.start('copy');
    const packs = async (): Promise<number> => (await keysBelow(prefix)).filter((key) => key.includes('/data/')).length;
    while ((await packs()) < 2) await wait(50);
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await wait(200);
    const before = await keysBelow(prefix);
    assert.ok(!before.some((key) => key.includes('/snapshots/')), 'no restore point without its data');
    const [line] = await copyBeside(site);
    assert.equal(line?.outcome, 'done');
    const all = (await keysBelow(prefix)).filter((key) => key.includes('/data/')).length;
    const sentBefore = before.filter((key) => key.includes('/data/')).length;
    assert.ok((line?.packsSent ?? 0) <= all - sentBefore, 'what had arrived is not sent again');
    assert.equal((await runBeside(site, 'check', '--read-data', '--from', 'cloud')).status, 0);
  });

  test('an upload that fails is not reported as stored', async (t) => {
    const site = open(t);
    addS3(server, site.folder, [], proxy.endpoint);
    site.succeed('init');
    site.succeed('--account', 'u1', 'backup');
    proxy.fail(
      { kind: 'answer', status: '507 Insufficient Storage', code: 'InsufficientStorage' },
      1000,
      /PUT .*\/data\//,
    );
    const [line] = await copyBeside(site);
    proxy.fail({ kind: 'none' }, 0);
    assert.deepEqual([line?.outcome, line?.failure?.code, line?.points], ['failed', 'no-space', 0]);
    assert.deepEqual(
      (await copyBeside(site)).map(({ outcome, points }) => [outcome, points]),
      [['done', 1]],
    );
  });

  test('two servers on one prefix by mistake: the second is refused, and nothing of it arrives', async (t) => {
    const [first, second] = [open(t), open(t)];
    const prefix = addS3(server, first.folder);
    for (const site of [first, second]) site.succeed('init');
    first.succeed('nightly');
    cpSync(`${first.folder}/s3-key.toml`, `${second.folder}/s3-key.toml`);
    const block = readFileSync(`${first.folder}/larder.toml`, 'utf8').split('[[destinations]]').at(-1) ?? '';
    appendFileSync(`${second.folder}/larder.toml`, `[[destinations]]${block.replaceAll(first.folder, second.folder)}`);
    const before = await keysBelow(prefix);
    const { status, stdout } = second.run('nightly', '--json');
    const { copies } = JSON.parse(stdout) as { copies: CopyLine[] };
    assert.equal(status, 3);
    assert.equal(copies[0]?.failure?.code, 'destination-refused');
    assert.match(String(copies[0]?.failure.facts['problem']), /another server/);
    assert.deepEqual(await keysBelow(prefix), before);
  });

  test('a bucket that was emptied raises an alarm, and nothing is forgotten here', async (t) => {
    const site = open(t);
    const prefix = addS3(server, site.folder);
    site.succeed('init');
    site.succeed('nightly');
    const client = plainClient(server);
    for (const Key of await keysBelow(prefix)) await client.send(new DeleteObjectCommand({ Bucket: 'copies', Key }));
    const { status, stdout } = site.run('nightly', '--json');
    const { copies } = JSON.parse(stdout) as { copies: CopyLine[] };
    assert.equal(status, 3);
    assert.equal(copies[0]?.failure?.code, 'copy-lost');
    assert.equal(pointsOf(site), 2);
    assert.match(site.run('copy').stdout, /ALARM/);
    site.succeed('copy', '--repair');
    site.succeed('check', '--read-data', '--from', 'cloud');
  });

  test('when the repositories and the metadata are gone every account comes back from the copy alone', (t) => {
    const site = open(t, 2);
    addS3(server, site.folder);
    site.succeed('init');
    site.succeed('nightly');
    site.succeed('nightly');
    rmSync(`${site.folder}/backup`, { recursive: true });
    for (const name of readdirSync(`${site.folder}/state`)) {
      if (/^metadata|^catalog|^cache|^copies|^plans/.test(name))
        rmSync(`${site.folder}/state/${name}`, { recursive: true });
    }
    const { repositories } = site.json('recover', '--destination', 'cloud');
    assert.deepEqual(
      (repositories as { account: string; outcome: string; points: number }[]).map((line) => [
        line.account,
        line.outcome,
        line.points,
      ]),
      [
        ['u1', 'attached', 2],
        ['u2', 'attached', 2],
      ],
    );
    site.succeed('copy', '--back', '--destination', 'cloud');
    site.succeed('check', '--read-data');
    for (const [index, home] of site.homes.entries()) {
      const original = `${site.folder}/original-${index}`;
      execFileSync('cp', ['-a', home, original]);
      rmSync(join(home, 'public_html'), { recursive: true });
      site.succeed('--account', `u${index + 1}`, 'restore', '.', '--at', 'latest', '--yes');
      assert.deepEqual(compareTrees(join(original, 'public_html'), join(home, 'public_html')), []);
    }
    assert.equal(site.run('nightly').status, 0);
  });

  suite('object lock', () => {
    const openLocked = (t: TestContext): { site: Installation; prefix: string } => {
      const site = open(t);
      const prefix = addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
      site.succeed('init');
      site.succeed('nightly');
      return { site, prefix };
    };

    test('says until when nobody can delete the copy, and this server’s own key cannot', async (t) => {
      const { site, prefix } = openLocked(t);
      const [line] = copy(site);
      const days = (Date.parse(line?.lockedUntil ?? '') - Date.now()) / 86_400_000;
      assert.ok(days > 9 && days <= 10, String(days));
      const client = plainClient(server);
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'locked', Prefix: prefix }));
      const kept = Versions.filter(({ Key = '' }) => /\/(data|index|snapshots|keys)\/|\/config$/.test(Key));
      assert.ok(kept.length >= 5);
      for (const { Key, VersionId } of kept) {
        await assert.rejects(client.send(new DeleteObjectCommand({ Bucket: 'locked', Key, VersionId })), `${Key}`);
      }
      site.succeed('check', '--read-data', '--from', 'cloud');
    });

    test('prune does not touch what is locked, and says until when', (t) => {
      const { site } = openLocked(t);
      const { status, stdout } = site.run('prune', '--destination', 'cloud', '--json');
      assert.equal(status, 5);
      assert.match(stdout, /destination-locked/);
      site.succeed('check', '--from', 'cloud');
    });

    test('a copy whose objects a burglar hid is an alarm', async (t) => {
      const { site, prefix } = openLocked(t);
      const client = plainClient(server);
      for (const Key of await keysBelow(prefix, 'locked'))
        await client.send(new DeleteObjectCommand({ Bucket: 'locked', Key }));
      assert.equal(copy(site)[0]?.failure?.code, 'copy-lost');
      assert.equal(pointsOf(site), 1);
    });
  });

  test('a repository may lie on S3 alone', (t) => {
    const site = open(t);
    keepOnS3Alone(server, site);
    site.succeed('nightly');
    assert.equal(pointsOf(site), 2);
    site.succeed('check', '--read-data');
    rmSync(join(homeOf(site), 'public_html/menu.pdf'));
    site.succeed('--account', 'u1', 'restore', 'public_html', '--at', 'latest', '--yes');
    assert.equal(readFileSync(join(homeOf(site), 'public_html/menu.pdf')).length, 3_000_000);
    assert.ok(readdirSync(`${site.folder}/state/cache/objects/cloud`).length > 0, 'trees are kept on the local disk');
    site.succeed('prune');
  });

  test('larder destination test finds out what the place really does', (t) => {
    const site = open(t);
    addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
    site.succeed('init');
    const { test: found } = site.json('destination', 'test', 'cloud') as unknown as {
      test: { guarantees: object; findings: { check: string; level: string; facts: object }[] };
    };
    // radosgw 16 lets every writer win where versions are kept, as in each bucket with locks
    assert.deepEqual(found.guarantees, { exclusiveWrite: false, immutable: true, resumable: true });
    assert.deepEqual(
      found.findings.filter(({ level }) => level === 'bad'),
      [],
    );
    const { destinations } = site.json('destination', 'list') as unknown as {
      destinations: { tested: object | null }[];
    };
    assert.deepEqual(
      destinations.map(({ tested }) => tested === null),
      [true, false],
    );
  });
}
