import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import { parseBlobId } from '../../../plugin/domain/ids.ts';
import type { TreeNode } from '../../../plugin/domain/tree-node.ts';
import { BlobReader } from '../../../plugin/engine/blob-reader.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import { TreeCursor } from '../../../plugin/engine/tree-cursor.ts';
import { detach } from '../../../plugin/engine/tree-plain-node.ts';
import { readTree } from '../../../plugin/engine/tree-reader.ts';
import { makeSite } from '../../support/backup-site.ts';
import { failsWith } from '../../support/failures.ts';
import { HostileTree } from '../../support/hostile-tree.ts';

const blob = (digit: string): string => digit.repeat(64);
const time = '2026-11-18T20:10:05.5Z';
const times = `"mtime":"${time}","atime":"${time}","ctime":"${time}"`;
const owner = '"uid":1,"gid":2,"inode":77';
const number = (index: number): string => String(index).padStart(6, '0');
const kinds = [
  (name: string) =>
    `{"name":"${name}","type":"file","mode":420,${times},${owner},"size":9,"links":1,"content":["${blob('1')}"]}`,
  (name: string) =>
    `{"name":"${name}","type":"dir","mode":2147484141,${times},${owner},"content":null,"subtree":"${blob('2')}"}`,
  (name: string) =>
    `{"name":"${name}","type":"symlink","mode":134218239,${times},${owner},"linktarget":"x","content":null}`,
  (name: string) => `{"name":"${name}\\\\n","type":"fifo","mode":420,${times},${owner},"content":null}`,
];
const mixed = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.(number(index)) ?? '');

/** Stores each text as a tree. */
async function storeTrees(
  t: TestContext,
  texts: readonly string[],
): Promise<{ open: () => BlobReader; ids: string[] }> {
  const site = await makeSite(t);
  const repository = await site.open();
  const hostile = await HostileTree.begin(repository);
  const ids: string[] = [];
  for (const text of texts) ids.push(await hostile.text(text));
  await hostile.home(ids[0] ?? '');
  const index = await RepositoryIndex.load(repository);
  return { ids, open: () => new BlobReader(repository, index, 0) };
}

/** @param everyOther after so many nodes the cursor is told to forget what it holds. */
async function takeAll(reader: BlobReader, id: string, everyOther = Infinity): Promise<TreeNode[]> {
  const cursor = await TreeCursor.open(reader, parseBlobId(id));
  const nodes: TreeNode[] = [];
  for (let node = await cursor.next(); node !== undefined; node = await cursor.next()) {
    nodes.push(node);
    if (nodes.length % everyOther === 0) cursor.release();
  }
  return nodes;
}

const form = (nodes: readonly string[]): string => `{"nodes":[${nodes.join(',')}]}\n`;
const whole = {
  'an empty tree': form([]),
  'a long tree of all kinds': form(mixed(1000)),
  'exactly as many as are read at once': form(mixed(128)),
  'a tree with spaces': form(mixed(300)).replaceAll('},{', '} , {'),
  'a tree with more after its nodes': form(mixed(300)).replace(']}\n', '],"more":1}\n'),
};
suite('node by node a tree gives what it gives at once, also when it is forgotten meanwhile', () => {
  for (const [title, text] of Object.entries(whole)) {
    test(title, async (t) => {
      const { open, ids } = await storeTrees(t, [text]);
      const reader = open();
      const [id = ''] = ids;
      const expected = (await readTree(reader, id)).map(detach);
      for (const everyOther of [Infinity, 1, 100]) {
        assert.deepEqual(await takeAll(reader, id, everyOther), expected);
      }
    });
  }
});

const late = {
  'names out of order': form([...mixed(300), ...mixed(1)]),
  'a name that comes twice where the next part begins': form([...mixed(128), ...mixed(128).slice(-1)]),
  'nodes twice': form(mixed(300))
    .replace('\n', '')
    .replace(/\]\}$/, `],"nodes":[${mixed(1).join('')}]}\n`),
  'something that is no node': form([...mixed(300), '5']),
};
suite('what is wrong far into a tree is found when the cursor comes there', () => {
  for (const [title, text] of Object.entries(late)) {
    test(title, async (t) => {
      const { open, ids } = await storeTrees(t, [text]);
      const cursor = await TreeCursor.open(open(), parseBlobId(ids[0] ?? ''));
      const rest = async (): Promise<void> => {
        while ((await cursor.next()) !== undefined);
      };
      await failsWith('repository-damaged', rest);
    });
  }
});

test('what was read of a tree stays when the reader reads another', async (t) => {
  const { open, ids } = await storeTrees(t, [form(mixed(8)), form(mixed(9).slice(1))]);
  const reader = open();
  const [first = '', second = ''] = ids;
  const nodes = await readTree(reader, first);
  await readTree(reader, second);
  assert.deepEqual(nodes.map(detach), (await readTree(open(), first)).map(detach));
});
