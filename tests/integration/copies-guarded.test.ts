import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import test, { after, before, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { compareTrees } from '../support/compare-trees.ts';
import { addS3, copy, fill, homeOf, openCopySite as open, runBeside } from '../support/copy-site.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { giveAway, openedInstallation, type Installation } from '../support/installation.ts';
import { hasRadosgw, startRadosgw, type PrivateRadosgw } from '../support/radosgw.ts';
import { makeBucket, permitNight, plainClient } from '../support/s3-destination.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface InventoryAnswer {
  readonly accounts: readonly {
    readonly places: readonly {
      readonly destination: string;
      readonly points: number | null;
      readonly newestAt: string | null;
      readonly offsite: string;
      readonly immutability: { readonly state: string; readonly until: string | null; readonly why: string | null };
    }[];
  }[];
}

/** What restore points need. */
const key = /\/(data|index|snapshots|keys)\//;

if (!hasRadosgw) {
  test('copies that are guarded', { skip: 'radosgw is not installed' }, () => {});
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

  const openLocked = (t: TestContext): { site: Installation; prefix: string } => {
    const site = open(t);
    const prefix = addS3(server, site.folder, ['bucket = "locked"', 'lock = "compliance"', 'lock_days = 10']);
    site.succeed('init');
    site.succeed('nightly');
    return { site, prefix };
  };

  test('the inventory calls it locked when that was tried out at this very place, and not before', (t) => {
    const { site } = openLocked(t);
    const cloud = (): { immutability: { state: string; until: string | null; why: string | null } } => {
      const { accounts } = site.json('--account', 'u1', 'inventory') as unknown as InventoryAnswer;
      const found = accounts[0]?.places.find(({ destination }) => destination === 'cloud');
      assert.ok(found !== undefined);
      const { newestAt, points, offsite } = found;
      assert.ok(Date.now() - Date.parse(newestAt ?? '') < 3_600_000);
      assert.deepEqual([points, offsite], [1, 'unknown']); // it is reached through this machine itself
      return found;
    };
    assert.deepEqual(cloud().immutability, { state: 'unknown', until: null, why: 'untried' });
    site.succeed('destination', 'test', 'cloud');
    const { state, until } = cloud().immutability;
    assert.deepEqual([state, until], ['locked', copy(site)[0]?.lockedUntil]);
    const settings = readFileSync(`${site.folder}/larder.toml`, 'utf8');
    writeFileSync(`${site.folder}/larder.toml`, settings.replace(/^prefix = .*$/m, 'prefix = "another"'));
    assert.equal(cloud().immutability.why, 'untried');
  });

  test('who has this server’s key can neither shorten a lock nor destroy what it overwrites', async (t) => {
    const { site, prefix } = openLocked(t);
    const client = plainClient(server);
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'locked', Prefix: prefix }));
    const packs = Versions.filter(({ Key = '' }) => key.test(Key));
    assert.ok(packs.length >= 3);
    const soon = new Date(Date.now() + 3_600_000);
    for (const { Key, VersionId } of packs) {
      const order = { Bucket: 'locked', Key, VersionId };
      for (const Mode of ['COMPLIANCE', 'GOVERNANCE'] as const) {
        const Retention = { Mode, RetainUntilDate: soon };
        const shorten = new PutObjectRetentionCommand({ ...order, Retention, BypassGovernanceRetention: true });
        await assert.rejects(client.send(shorten), `${Key} ${Mode}`);
      }
    }
    const overwritten: { Key: string | undefined; VersionId: string | undefined }[] = [];
    for (const { Key } of packs) {
      const Body = Buffer.from('overwritten');
      const { VersionId } = await client.send(new PutObjectCommand({ Bucket: 'locked', Key, Body }));
      overwritten.push({ Key, VersionId });
    }
    assert.notEqual(site.run('check', '--read-data', '--from', 'cloud').status, 0); // it is seen
    for (const { Key, VersionId } of overwritten) {
      await client.send(new DeleteObjectCommand({ Bucket: 'locked', Key, VersionId }));
    }
    site.succeed('check', '--read-data', '--from', 'cloud');
  });

  const copied = (site: Installation): unknown[] => copy(site).flatMap(({ outcome, points }) => [outcome, points]);

  /** With the same state folder, and the key of who owns the bucket. @param settings of the first. */
  const openOtherHost = (t: TestContext, site: Installation, settings: string): Installation => {
    const other = openedInstallation(temporaryFolder(t), 1);
    execFileSync('cp', ['-a', `${site.folder}/state`, `${other.folder}/state`]);
    const own = `access_key_id = "${server.accessKeyId}"\nsecret_access_key = "${server.secretAccessKey}"\n`;
    writeFileSync(`${other.folder}/own-key.toml`, own, { mode: 0o600 });
    writeFileSync(`${other.folder}/accounts.json`, readFileSync(`${site.folder}/accounts.json`), { mode: 0o600 });
    const there = settings
      .replaceAll(`"${site.folder}/s3-key.toml"`, `"${other.folder}/own-key.toml"`)
      .replaceAll(`"${site.folder}/`, `"${other.folder}/`);
    writeFileSync(`${other.folder}/larder.toml`, there, { mode: 0o600 });
    return other;
  };

  test('with a key that may not delete data nights go well; another host with the same state folder frees what is needed no more', async (t) => {
    const site = open(t, 1, 'apart'); // a lock that cannot be removed is that of a process that has ended
    site.succeed('init');
    for (let night = 0; night < 8; night += 1) {
      writeFileSync(`${homeOf(site)}/public_html/menu.pdf`, randomBytes(400_000));
      giveAway(homeOf(site), 20_001);
      site.succeed('nightly');
    }
    await makeBucket(server, 'guarded');
    const client = plainClient(server);
    const permit = (...deletable: string[]): Promise<void> => permitNight(server, 'guarded', deletable);
    await permit();
    const ofNight = { ...server, ...(await server.addUser('night')) };
    appendFileSync(`${site.folder}/larder.toml`, '[retention]\nlast = 8\n');
    const prefix = addS3(ofNight, site.folder, ['bucket = "guarded"', 'keep = { last = 8 }']);
    assert.deepEqual(copied(site), ['done', 8]);
    const kept = readFileSync(`${site.folder}/larder.toml`, 'utf8').replace('keep = { last = 8', 'keep = { last = 1');
    writeFileSync(`${site.folder}/larder.toml`, kept);
    assert.deepEqual(copied(site), ['done', 8], 'nothing can be forgotten');

    await permit(...['locks', 'snapshots'].map((name) => `arn:aws:s3:::guarded/${prefix}/*/${name}/*`));
    assert.deepEqual(copied(site), ['done', 1]);
    site.succeed('nightly');
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'guarded', Prefix: prefix }));
    const data = Contents.filter(({ Key = '' }) => /\/(data|index|keys)\/|config$/.test(Key));
    assert.ok(data.length > 8);
    for (const { Key } of data) {
      const destroy = new DeleteObjectCommand({ Bucket: 'guarded', Key });
      await assert.rejects(plainClient(ofNight).send(destroy), `${Key}`);
    }

    const other = openOtherHost(t, site, kept);
    const { repositories } = other.json('prune', '--destination', 'cloud') as {
      repositories: { account: string; bytesFreed: number }[];
    };
    assert.equal(repositories[0]?.account, 'u1');
    assert.ok((repositories[0]?.bytesFreed ?? 0) >= 3 * 400_000, JSON.stringify(repositories));
    site.succeed('check', '--read-data', '--from', 'cloud');
    assert.deepEqual(copied(site), ['done', 2]); // that of the night came since
  });

  test('an upload whose process was killed is ended by itself when the night is over; one of somebody else stays', async (t) => {
    const site = open(t);
    fill(homeOf(site), 20_001, 40_000_000);
    const prefix = addS3(server, site.folder, ['role = "archives"'], proxy.endpoint);
    site.succeed('init');
    const client = plainClient(server);
    const uploadsOpen = async (): Promise<string[]> => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'copies' }));
      return Uploads.filter(({ Key = '' }) => Key.startsWith(`${prefix}/`)).map(({ UploadId = '' }) => UploadId);
    };
    proxy.fail({ kind: 'stall', afterBytes: 0 }, 1000, /partNumber=/);
    proxy.takeRequests();
    const child = site.start('--account', 'u1', 'archive');
    const exited = once(child, 'exit');
    for (let seen: string[] = []; !seen.some((line) => line.includes('partNumber=')); await wait(50)) {
      seen = proxy.takeRequests();
      assert.equal(child.exitCode, null);
    }
    const [ours = '', ...more] = await uploadsOpen();
    assert.deepEqual([ours !== '', more], [true, []]);
    assert.equal(
      globSync(`${site.folder}/state/uploads/*.json`).length,
      1,
      'it was written down before its first part',
    );

    proxy.fail({ kind: 'none' }, 0);
    const { Uploads: [{ Key } = {}] = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket: 'copies', Prefix: `${prefix}/` }),
    );
    const same = { Bucket: 'copies', Key };
    const { UploadId: theirs = '' } = await client.send(new CreateMultipartUploadCommand(same));
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await exited;
    assert.deepEqual((await uploadsOpen()).toSorted(), [ours, theirs].toSorted());
    assert.equal((await runBeside(site, 'rotate')).status, 0);
    assert.deepEqual(await uploadsOpen(), [theirs]);
    assert.deepEqual(globSync(`${site.folder}/state/uploads/*`), []);
  });

  test('the repositories and the metadata are gone: every account comes back from the archives alone, and from the copy alone', async (t) => {
    const site = open(t, 2);
    const keys = await server.addUser('vault');
    const second = { ...server, ...keys, endpoint: server.endpoint.replace('127.0.0.1', 'localhost') };
    await makeBucket(second, 'vault');
    addS3(server, site.folder);
    addS3(second, site.folder, ['bucket = "vault"', 'role = "archives"']);
    site.succeed('init');
    site.succeed('nightly');
    rmSync(`${site.folder}/backup`, { recursive: true });
    for (const name of readdirSync(`${site.folder}/state`)) {
      if (/^metadata|^catalog|^cache|^copies|^plans|^destinations/.test(name))
        rmSync(`${site.folder}/state/${name}`, { recursive: true });
    }
    for (const destination of ['vault', 'cloud']) {
      const { repositories } = site.json('recover', '--destination', destination) as {
        repositories: { account: string; outcome: string; points: number }[];
      };
      assert.deepEqual(
        repositories.map(({ account, outcome, points }) => [account, outcome, points]),
        [
          ['u1', 'attached', 1],
          ['u2', 'attached', 1],
        ],
      );
      for (const [index, home] of site.homes.entries()) {
        const back = `${site.folder}/${destination}-${index}`;
        const words = ['restore', 'public_html', '--at', 'latest', '--to', back, '--from', destination];
        site.succeed('--account', `u${index + 1}`, ...words);
        assert.deepEqual(compareTrees(join(home, 'public_html'), join(back, 'public_html')), []);
      }
      const again = site.json('recover', '--destination', destination)['repositories'] as { outcome: string }[];
      assert.deepEqual(
        again.map(({ outcome }) => outcome),
        ['known', 'known'],
      );
    }
  });

  test('archives of another customer, or of no account, are given to nobody', async (t) => {
    const site = open(t, 2);
    const prefix = addS3(server, site.folder, ['role = "archives"']);
    site.succeed('init');
    site.succeed('nightly');
    const client = plainClient(server);
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: 'copies', Prefix: `${prefix}/u2-` }),
    );
    const [own = ''] = Contents.map(({ Key = '' }) => Key.split('/')[1] ?? '');
    for (const { Key = '' } of Contents) {
      for (const folder of [own.replace('u2-', 'u1-'), `u1-${'0'.repeat(12)}`, own.replace('u2-', 'u3-')]) {
        const CopySource = `copies/${Key}`;
        await client.send(new CopyObjectCommand({ Bucket: 'copies', CopySource, Key: Key.replace(own, folder) }));
      }
    }
    for (const name of ['metadata.db', 'metadata.db-wal', 'metadata.db-shm'])
      rmSync(`${site.folder}/state/${name}`, { force: true });
    const { status, stdout } = site.run('recover', '--destination', 'vault', '--json');
    const { repositories } = JSON.parse(stdout) as { repositories: { folder: string; outcome: string }[] };
    const outcomes = new Map(repositories.map(({ folder, outcome }) => [folder, outcome]));
    assert.equal(status, 3);
    assert.equal(outcomes.get(own), 'attached');
    assert.equal(outcomes.get(own.replace('u2-', 'u1-')), 'damaged');
    assert.equal(outcomes.get(own.replace('u2-', 'u3-')), 'damaged');
    assert.equal(outcomes.get(`u1-${'0'.repeat(12)}`), 'no-key');
    assert.deepEqual([...outcomes.values()].filter((outcome) => outcome === 'attached').length, 2);
  });
}
