import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import fc from 'fast-check';
import { BlobReader } from '../../../plugin/engine/blob-reader.ts';
import { nameToJson, quote, unquote } from '../../../plugin/engine/go-text.ts';
import { findHome } from '../../../plugin/engine/home-tree.ts';
import { loadSnapshot } from '../../../plugin/engine/snapshot.ts';
import { parseSnapshotId } from '../../../plugin/domain/ids.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import { readTree } from '../../../plugin/engine/tree-reader.ts';
import { makeSite, type BackupSite } from '../../support/backup-site.ts';
import { hostileNames } from '../../support/odd-names.ts';

test('a name comes back from its quoted form, whatever its bytes', () => {
  const name = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 255 }),
    fc.string({ unit: 'binary', minLength: 1 }).map((text) => Buffer.from(text)),
    fc.constantFrom(...hostileNames),
  );
  fc.assert(
    fc.property(name, (bytes) => {
      const buffer = Buffer.from(bytes);
      assert.deepEqual(unquote(quote(buffer)), buffer);
      assert.deepEqual(unquote(JSON.parse(`"${nameToJson(buffer)}"`) as string), buffer);
    }),
    { numRuns: 2000 },
  );
});

test('unquoting never fails, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.ok(unquote(text) instanceof Buffer)));
  for (const text of ['\\', 'a\\', '\\x', '\\xg0', '\\u12', '\\U00110000', '\\UFFFFFFFF', '\\9', '\\400'])
    unquote(text);
});

/** Go source, strconv/quote.go: what `strconv.Quote` makes of each. */
const quoted = [
  { name: Buffer.from('plain'), is: 'plain' },
  { name: Buffer.from('a"b\\c'), is: 'a\\"b\\\\c' },
  { name: Buffer.from('\x07\b\f\n\r\t\v'), is: '\\a\\b\\f\\n\\r\\t\\v' },
  { name: Buffer.from('\x00\x1f\x7f'), is: '\\x00\\x1f\\x7f' },
  { name: Buffer.from('\u0085\u00a0\u00ad'), is: '\\u0085\\u00a0\\u00ad' },
  { name: Buffer.from('\u2028\ufeff\u{e0001}'), is: '\\u2028\\ufeff\\U000e0001' },
  { name: Buffer.from('ελ🍋\ufffd'), is: 'ελ🍋\ufffd' },
  { name: Buffer.of(0x61, 0xff, 0xc3), is: 'a\\xff\\xc3' },
  { name: Buffer.of(0xed, 0xa0, 0x80), is: '\\xed\\xa0\\x80' },
];

suite('a name is quoted as Go quotes it', () => {
  for (const { name, is } of quoted) test(is, () => assert.equal(quote(name), is));
});

test('the names that restic wrote are read as the bytes they were', async (t) => {
  const { site, names } = await backUpWithRestic(t);
  const { nodes } = await treesOf(site);
  assert.deepEqual(
    nodes.map(({ name }) => name),
    names,
  );
});

/** restic 0.14 writes `device_id` for every node, newer ones and Larder only for hard links; and it has no `linktarget_raw`. */
test('a tree of odd names, modes, times and links that Larder writes is the tree that restic writes', async (t) => {
  const { site } = await backUpWithRestic(t);
  const theirs = (await treesOf(site)).json;
  const { snapshotId } = await site.backUp();
  const ours = (await treesOf(site, snapshotId)).json;
  assert.equal(ours.replace(/,"linktarget_raw":"[^"]+"/, ''), withoutDevices(theirs));
});

function withoutDevices(tree: string): string {
  return tree
    .split('{"name":')
    .map((node) => (/"links":(?!1\b)\d/.test(node) ? node : node.replace(/,"device_id":\d+/, '')))
    .join('{"name":');
}

async function backUpWithRestic(t: TestContext): Promise<{ site: BackupSite; names: Buffer[] }> {
  const site = await makeSite(t);
  const at = (name: Buffer): Buffer => Buffer.concat([Buffer.from(`${site.home}/`), name]);
  for (const name of hostileNames) writeFileSync(at(name), name);
  const more = [
    'zz-fifo',
    'zz-folder',
    'zz-hard',
    'zz-hard-2',
    'zz-link',
    'zz-link-bytes',
    'zz-modes',
    'zz-old',
    'zz-round',
    'zz-attributes',
  ];
  mkdirSync(join(site.home, 'zz-folder'));
  execFileSync('mkfifo', [join(site.home, 'zz-fifo')]);
  for (const name of ['zz-hard', 'zz-modes', 'zz-old', 'zz-round', 'zz-attributes'])
    writeFileSync(join(site.home, name), name);
  execFileSync('ln', [join(site.home, 'zz-hard'), join(site.home, 'zz-hard-2')]);
  symlinkSync('to <&> "\u2028" and \\ελ', join(site.home, 'zz-link'));
  symlinkSync(Buffer.of(0x61, 0xff, 0xc3, 0xa9, 0xed, 0xa0, 0x80, 0x3c), join(site.home, 'zz-link-bytes'));
  execFileSync('chmod', ['7123', join(site.home, 'zz-modes')]);
  execFileSync('touch', ['-d', '1960-01-01 00:00:00.120 UTC', join(site.home, 'zz-old')]);
  execFileSync('touch', ['-d', '2020-01-01 00:00:00 UTC', join(site.home, 'zz-round')]);
  execFileSync('setfattr', ['-n', 'user.one', '-v', 'value', join(site.home, 'zz-attributes')]);
  site.restic('backup', '--quiet', site.home);
  const names = [...hostileNames, ...more.map((name) => Buffer.from(name))];
  return { site, names: names.toSorted((left, right) => Buffer.compare(left, right)) };
}

interface HomeTree {
  readonly nodes: readonly { readonly name: Buffer }[];
  readonly json: string;
}

/** The tree of the home in a snapshot; in the only one unless told. */
async function treesOf(site: BackupSite, snapshotId?: string): Promise<HomeTree> {
  const repository = await site.open();
  const [only = ''] = await repository.listIds('snapshots');
  const snapshot = await loadSnapshot(repository, parseSnapshotId(snapshotId ?? only));
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const { subtree = '' } = await findHome(reader, snapshot);
  const nodes = await readTree(reader, subtree);
  return { nodes, json: (await reader.read('tree', subtree)).toString('utf8') };
}
