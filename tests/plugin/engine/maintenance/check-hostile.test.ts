import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { BlobWriter } from '../../../../plugin/engine/blob-writer.ts';
import { indexFileJson, indexedPackJson, type IndexedPack } from '../../../../plugin/engine/index-file.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import { saveSnapshot } from '../../../../plugin/engine/snapshot.ts';
import type { BackupSite } from '../../../support/backup-site.ts';
import { find, kinds, largestPack, siteOfDays } from '../../../support/damage.ts';
import { checkSite } from '../../../support/maintenance.ts';

suite('a hostile repository gives findings, never a crash', () => {
  const id = (digit: string): string => digit.repeat(64);

  test('an index that claims blobs of 2 GiB, beyond the end, over one another, and bombs', async (t) => {
    const site = await siteOfDays(t, 1);
    const repository = await site.open();
    const pack = await largestPack(site, 'data');
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
