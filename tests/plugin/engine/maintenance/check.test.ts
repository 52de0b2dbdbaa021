import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { Failure } from '../../../../plugin/domain/failure.ts';
import type { CheckFinding } from '../../../../plugin/engine/check-findings.ts';
import { FullIndex } from '../../../../plugin/engine/full-index.ts';
import { indexFileJson, indexedPackJson, type IndexedPack } from '../../../../plugin/engine/index-file.ts';
import { saveSnapshot } from '../../../../plugin/engine/snapshot.ts';
import { BlobWriter } from '../../../../plugin/engine/blob-writer.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import { PackContents } from '../../../../plugin/engine/pack-contents.ts';
import { makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { checkSite, keepDays, snapshotIds } from '../../../support/maintenance.ts';
import { watchStore } from '../../../support/watch-store.ts';

interface PackFile {
  readonly id: string;
  readonly file: string;
  readonly type: 'data' | 'tree';
  readonly size: number;
}

async function siteOfDays(t: TestContext, days = 3): Promise<BackupSite> {
  const site = await makeSite(t);
  await keepDays(site, days);
  return site;
}

/** Largest first. */
async function packsOf(site: BackupSite, type: 'data' | 'tree'): Promise<PackFile[]> {
  const full = await FullIndex.load(await site.open());
  const contents = new PackContents(full);
  const packs = full.index.packs.map((id, number): PackFile => {
    const file = path.join(site.location, 'data', id.slice(0, 2), id);
    return { id, file, type: contents.blobs(number)[0]?.type ?? 'data', size: statSync(file).size };
  });
  return packs.filter((pack) => pack.type === type).toSorted((left, right) => right.size - left.size);
}

async function largest(site: BackupSite, type: 'data' | 'tree'): Promise<PackFile> {
  const [pack] = await packsOf(site, type);
  assert.ok(pack !== undefined);
  return pack;
}

function change(file: string, edit: (bytes: Buffer) => Buffer): void {
  chmodSync(file, 0o600);
  writeFileSync(file, edit(readFileSync(file)));
}

function flipBit(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 4;
    return bytes;
  };
}

const first = (site: BackupSite, folder: string): string => {
  const [name = ''] = readdirSync(path.join(site.location, folder)).toSorted();
  return path.join(site.location, folder, name);
};

const kinds = (findings: readonly CheckFinding[]): string[] =>
  [...new Set(findings.map(({ kind }) => kind))].toSorted();
const find = (findings: readonly CheckFinding[], kind: string): CheckFinding => {
  const found = findings.find((finding) => finding.kind === kind);
  assert.ok(found !== undefined, `no ${kind} among ${kinds(findings).join(', ')}`);
  return found;
};

/** Every file that no finding names is restored by stock restic as it was. */
function othersAreReadable(site: BackupSite, snapshot: string, lost: readonly string[]): void {
  for (const name of ['web/page-1.php', 'web/page-39.php', 'web/img/3.jpg', 'mail/large.mbox']) {
    if (lost.some((shown) => `/files/${name}`.startsWith(shown))) continue;
    assert.notEqual(site.restic('dump', snapshot, `/files/${name}`), '');
  }
}

test('a whole repository has no finding, read in full or not', async (t) => {
  const site = await siteOfDays(t);
  const quick = await checkSite(site);
  assert.deepEqual([quick.points, quick.bytesRead, quick.damage, quick.hints], [3, 0, [], []]);
  const full = await checkSite(site, true);
  assert.deepEqual([full.points, full.damage, full.hints], [3, [], []]);
  const stored = [...(await packsOf(site, 'data')), ...(await packsOf(site, 'tree'))];
  assert.deepEqual([full.packs, full.bytesRead], [stored.length, stored.reduce((sum, { size }) => sum + size, 0)]);
});

test('what stock restic wrote is as whole to us', async (t) => {
  const site = await siteOfDays(t, 1);
  site.restic('backup', site.home);
  const { points, damage, hints } = await checkSite(site, true);
  assert.deepEqual({ points, damage, hints }, { points: 2, damage: [], hints: [] });
});

suite('damage is found, named with what it costs, and everything else is still readable', () => {
  test('a flipped bit in a pack of data, when packs are read', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largest(site, 'data');
    change(pack.file, flipBit(1000));
    assert.deepEqual((await checkSite(site)).damage, []);
    const { damage } = await checkSite(site, true);
    assert.deepEqual(kinds(damage), ['damaged-blob', 'damaged-pack']);
    const blob = find(damage, 'damaged-blob');
    const whole = find(damage, 'damaged-pack');
    assert.equal(whole.object, `pack ${pack.id}`);
    assert.ok(
      blob.points.length > 0 && blob.paths.length > 0 && blob.paths.every((shown) => shown.startsWith('/files/')),
    );
    assert.deepEqual([whole.points, whole.paths], [blob.points, blob.paths]);
    othersAreReadable(site, blob.points[0] ?? '', blob.paths);
  });

  test('a flipped bit in a pack of trees, with the folders below it', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largest(site, 'tree');
    change(pack.file, flipBit(-300));
    const { damage } = await checkSite(site, true);
    const finding = damage.find(({ kind }) => kind === 'damaged-tree' || kind === 'damaged-pack');
    assert.match(finding?.object ?? '', /^(?:pack|tree) [0-9a-f]{64}$/);
    change(pack.file, flipBit(-300));
    assert.deepEqual((await checkSite(site, true)).damage, []);
    change(pack.file, flipBit(20));
    const again = find((await checkSite(site)).damage, 'damaged-tree');
    assert.deepEqual(again.points, await snapshotIds(site));
    assert.ok(again.paths.length > 0 && again.paths.every((shown) => shown.endsWith('/')));
  });

  test('a flipped bit in the header of a pack, which costs nothing yet', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largest(site, 'data');
    change(pack.file, flipBit(-20));
    const { damage } = await checkSite(site, true);
    assert.deepEqual(damage, [{ kind: 'damaged-pack', object: `pack ${pack.id}`, points: [], paths: [] }]);
  });

  test('a missing pack', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largest(site, 'data');
    rmSync(pack.file);
    for (const readData of [false, true]) {
      const { damage } = await checkSite(site, readData);
      assert.deepEqual(kinds(damage), ['missing-pack']);
      const finding = find(damage, 'missing-pack');
      assert.equal(finding.object, `pack ${pack.id}`);
      assert.equal(finding.points.length, 3);
      assert.equal(finding.paths.length, 20);
    }
  });

  test('a missing pack of few files', async (t) => {
    const site = await siteOfDays(t);
    const pack = (await packsOf(site, 'data')).at(-1);
    assert.ok(pack !== undefined);
    rmSync(pack.file);
    const { points, paths } = find((await checkSite(site)).damage, 'missing-pack');
    assert.ok(points.length < 3 && paths.length < 10);
    othersAreReadable(site, points[0] ?? '', paths);
  });

  test('a pack that was cut short', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largest(site, 'data');
    chmodSync(pack.file, 0o600);
    truncateSync(pack.file, pack.size - 500_000);
    for (const readData of [false, true]) {
      const { damage } = await checkSite(site, readData);
      const finding = find(damage, 'pack-size');
      assert.equal(finding.object, `pack ${pack.id}`);
      assert.ok(finding.points.length > 0 && finding.paths.length > 0);
      assert.ok(damage.length === 1 || readData);
    }
  });

  test('a pack with something after its end', async (t) => {
    const site = await siteOfDays(t, 1);
    const pack = await largest(site, 'data');
    change(pack.file, (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]));
    const { damage } = await checkSite(site);
    assert.deepEqual(damage, [{ kind: 'pack-size', object: `pack ${pack.id}`, points: [], paths: [] }]);
  });

  test('an index file that was cut short', async (t) => {
    const site = await siteOfDays(t);
    const file = first(site, 'index');
    change(file, (bytes) => bytes.subarray(0, bytes.length / 2));
    const { damage } = await checkSite(site, true);
    assert.equal(find(damage, 'damaged-index').object, `index ${path.basename(file)}`);
    assert.ok(find(damage, 'missing-blob').points.length > 0);
  });

  test('a missing index file: its packs are unknown and its blobs are missed', async (t) => {
    const site = await siteOfDays(t);
    rmSync(first(site, 'index'));
    const { damage, hints } = await checkSite(site);
    assert.deepEqual(kinds(damage), ['missing-blob']);
    assert.deepEqual(kinds(hints), ['unindexed-pack']);
  });

  test('a flipped bit in a snapshot', async (t) => {
    const site = await siteOfDays(t);
    const file = first(site, 'snapshots');
    change(file, flipBit(30));
    const { damage, points } = await checkSite(site);
    const id = path.basename(file);
    assert.equal(points, 3);
    assert.deepEqual(damage, [{ kind: 'damaged-snapshot', object: `snapshot ${id}`, points: [id], paths: [] }]);
  });

  test('a missing key file', async (t) => {
    const site = await siteOfDays(t, 1);
    rmSync(first(site, 'keys'));
    assert.deepEqual(kinds((await checkSite(site)).damage), ['missing-key']);
  });

  test('a key file that is altered', async (t) => {
    const site = await siteOfDays(t, 1);
    change(first(site, 'keys'), flipBit(30));
    assert.deepEqual(kinds((await checkSite(site)).damage), ['damaged-key', 'missing-key']);
  });

  test('a config that went missing or was altered while the repository was open', async (t) => {
    const site = await siteOfDays(t, 1);
    const readConfig = 'read config';
    for (const [kind, work] of [
      ['damaged-config', (file: string) => change(file, flipBit(30))],
      ['missing-config', (file: string) => rmSync(file)],
    ] as const) {
      let opened = false;
      const { store } = watchStore(openLocalStore(site.location), (call) => {
        if (call === readConfig && opened) work(path.join(site.location, 'config'));
        if (call === readConfig) opened = true;
      });
      const backup = readFileSync(path.join(site.location, 'config'));
      assert.deepEqual(kinds((await checkSite(site, false, store)).damage), [kind]);
      rmSync(path.join(site.location, 'config'), { force: true });
      writeFileSync(path.join(site.location, 'config'), backup);
    }
  });

  test('all at once', async (t) => {
    const site = await siteOfDays(t, 4);
    const [one, two] = await packsOf(site, 'data');
    assert.ok(one !== undefined && two !== undefined);
    change(one.file, flipBit(2000));
    rmSync(two.file);
    change(first(site, 'snapshots'), flipBit(50));
    rmSync(first(site, 'keys'));
    const { damage } = await checkSite(site, true);
    assert.deepEqual(kinds(damage), [
      'damaged-blob',
      'damaged-pack',
      'damaged-snapshot',
      'missing-key',
      'missing-pack',
    ]);
  });

  test('every pack missing: what is told stays bounded', async (t) => {
    const site = await siteOfDays(t, 4);
    rmSync(path.join(site.location, 'data'), { recursive: true });
    const { damage } = await checkSite(site, true);
    assert.ok(damage.length <= 101 && damage.every(({ paths }) => paths.length <= 20));
    assert.ok(damage.some(({ kind, points }) => kind === 'missing-pack' && points.length > 0));
  });
});

test('a pack that one disk sector hides is damage; a destination that is gone altogether is not', async (t) => {
  const site = await siteOfDays(t, 2);
  const pack = await largest(site, 'data');
  const unreachable = (): never => {
    throw new Failure('destination-unreachable', { destination: site.location, problem: 'EIO' });
  };
  const sector = watchStore(openLocalStore(site.location), (call) => {
    if (call === `read data/${pack.id.slice(0, 2)}/${pack.id}`) unreachable();
  });
  const { damage } = await checkSite(site, true, sector.store);
  assert.equal(find(damage, 'damaged-pack').object, `pack ${pack.id}`);
  assert.ok(find(damage, 'damaged-pack').points.length > 0);
  let isGone = false;
  const whole = watchStore(openLocalStore(site.location), (call) => {
    isGone ||= call.startsWith('read data');
    if (isGone && !call.includes('locks')) unreachable();
  });
  await failsWith('destination-unreachable', () => checkSite(site, true, whole.store));
});

suite('a hostile repository gives findings, never a crash', () => {
  const id = (digit: string): string => digit.repeat(64);

  test('an index that claims blobs of 2 GiB, beyond the end, over one another, and bombs', async (t) => {
    const site = await siteOfDays(t, 1);
    const repository = await site.open();
    const pack = await largest(site, 'data');
    const blobs = [
      { id: id('1'), type: 'data', offset: 0, length: 2 ** 31, plainLength: 0 },
      { id: id('2'), type: 'data', offset: 2 ** 32 - 1, length: 2 ** 32 - 1, plainLength: 2 ** 32 - 1 },
      { id: id('3'), type: 'data', offset: 10, length: 5, plainLength: 0 },
      { id: id('4'), type: 'tree', offset: 20, length: 1000, plainLength: 2 ** 31 },
      { id: id('5'), type: 'data', offset: 30, length: 0, plainLength: 1 },
    ] as const;
    const packs: IndexedPack[] = [
      { id: pack.id, blobs },
      { id: id('f'), blobs },
    ];
    await repository.saveUnpacked('index', indexFileJson(packs.map(indexedPackJson)));
    const rss = process.memoryUsage().rss;
    const { damage } = await checkSite(site, true);
    assert.equal(find(damage, 'damaged-index').object, `pack ${pack.id}`);
    assert.equal(find(damage, 'missing-pack').object, `pack ${id('f')}`);
    assert.ok(process.memoryUsage().rss - rss < 500 * 1024 * 1024);
  });

  const indexes = [
    'null',
    '[]',
    '{"packs":7}',
    '{"packs":[{"id":"x"}]}',
    '{"packs":[{"id":"' + id('a') + '","blobs":[{"id":1}]}]}',
    '{',
  ];
  for (const json of indexes) {
    test(`an index that is ${json.slice(0, 30)}`, async (t) => {
      const site = await siteOfDays(t, 1);
      const name = await (await site.open()).saveUnpacked('index', json);
      assert.equal(find((await checkSite(site, true)).damage, 'damaged-index').object, `index ${name}`);
    });
  }

  const dir = (name: string): string =>
    `{"name":${JSON.stringify(name)},"type":"dir","content":null,"subtree":"${id('7')}"}`;
  const trees: Readonly<Record<string, { readonly json: string; readonly kind: string }>> = {
    'that is no JSON': { json: '{"nodes":[', kind: 'damaged-tree' },
    'with a name that leads out': { json: `{"nodes":[${dir('..')}]}`, kind: 'damaged-tree' },
    'with a name twice': { json: `{"nodes":[${dir('a')},${dir('a')}]}`, kind: 'damaged-tree' },
    'with names out of order': { json: `{"nodes":[${dir('b')},${dir('a')}]}`, kind: 'damaged-tree' },
    'with an id that is none': { json: '{"nodes":[{"name":"a","type":"dir","subtree":"x"}]}', kind: 'damaged-tree' },
    'that names a folder no index knows': { json: `{"nodes":[${dir('a\u202eb')}]}`, kind: 'missing-blob' },
  };
  for (const [title, { json, kind }] of Object.entries(trees)) {
    test(`a tree ${title}`, async (t) => {
      const site = await siteOfDays(t, 1);
      const snapshot = await snapshotOf(site, json);
      const { damage } = await checkSite(site, true);
      assert.deepEqual(kinds(damage), [kind]);
      assert.deepEqual(damage[0]?.points, [snapshot]);
      assert.deepEqual(damage[0]?.paths, [kind === 'missing-blob' ? '/a\\u202eb/' : '/']);
    });
  }

  /** A snapshot whose root is that text. */
  async function snapshotOf(site: BackupSite, json: string): Promise<string> {
    const repository = await site.open();
    const writer = new BlobWriter(repository, () => RepositoryIndex.load(repository));
    await writer.ready();
    const arena = repository.workspace.codec.allocate(4096);
    writer.store('tree', arena, 0, arena.bytes.write(json));
    const tree = writer.id.toString('hex');
    await writer.finish();
    const now = new Date();
    const zeros = { filesNew: 0, filesChanged: 0, filesUnmodified: 0, bytesAdded: 0, filesTotal: 0, bytesTotal: 0 };
    return saveSnapshot(repository, {
      time: now,
      parent: undefined,
      tree,
      paths: ['/files'],
      hostname: 'h',
      username: 'u',
      tags: [],
      programVersion: 'x',
      summary: { startedAt: now, finishedAt: now, ...zeros },
    });
  }
});
