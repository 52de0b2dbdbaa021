import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import { parseBlobId } from '../../../plugin/domain/ids.ts';
import type { TreeNode } from '../../../plugin/domain/tree-node.ts';
import { BlobReader } from '../../../plugin/engine/blob-reader.ts';
import { listTree } from '../../../plugin/engine/listing.ts';
import { PackBlocks } from '../../../plugin/engine/pack-blocks.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import type { Repository } from '../../../plugin/engine/repository.ts';
import { diffTrees, type DiffVisitor } from '../../../plugin/engine/tree-diff.ts';
import { makeSite } from '../../support/backup-site.ts';
import { failsWith } from '../../support/failures.ts';
import { file, folder, HostileTree, symlink } from '../../support/hostile-tree.ts';

interface Told {
  readonly lines: string[];
  readonly treesRead: number;
}

interface Wish {
  readonly alone?: boolean;
  readonly unreadable?: 'again' | 'skip';
  readonly signal?: AbortSignal;
}

async function begin(t: TestContext): Promise<{ trees: HostileTree; repository: Repository }> {
  const site = await makeSite(t);
  const repository = await site.open();
  return { trees: await HostileTree.begin(repository), repository };
}

/** What a diff of two trees tells: `+path`, `-path`, `~path`, `!before path`. */
async function diff(repository: Repository, before: string, after: string, wish: Wish = {}): Promise<Told> {
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), new PackBlocks(repository.store));
  let treesRead = 0;
  const read = reader.read.bind(reader);
  reader.read = (type, id) => {
    treesRead++;
    return read(type, id);
  };
  const lines: string[] = [];
  const path: string[] = [];
  const nameOf = (node: TreeNode | undefined): string => [...path, node?.name.toString('latin1')].join('/');
  const visitor: DiffVisitor = {
    differs(old, now) {
      lines.push(old === undefined ? `+${nameOf(now)}` : now === undefined ? `-${nameOf(old)}` : `~${nameOf(now)}`);
    },
    entersAlone: () => wish.alone !== false,
    enter: (name) => path.push(name.toString('latin1')),
    leave: () => path.pop(),
    unreadable(side) {
      lines.push(`!${side} ${path.join('/')}`);
      return wish.unreadable ?? 'skip';
    },
  };
  const open = (tree: string) => () => listTree(reader, parseBlobId(tree));
  await diffTrees({ before: open(before), after: open(after) }, visitor, wish.signal ?? new AbortController().signal);
  reader.close();
  return { lines, treesRead };
}

suite('the difference of two trees', () => {
  test('is what was added, removed and changed, in the order of names', async (t) => {
    const { trees, repository } = await begin(t);
    const one = await trees.data(Buffer.from('one'));
    const two = await trees.data(Buffer.from('two'));
    const inner = await trees.tree([file('x', [one])]);
    const before = await trees.tree([file('a', [one]), file('b', [one]), folder('d', inner), symlink('l', 'old')]);
    const other = await trees.tree([file('x', [two]), file('y', [two])]);
    const after = await trees.tree([file('b', [two]), folder('d', other), file('e', []), symlink('l', 'new')]);
    await trees.home(after);
    const { lines } = await diff(repository, before, after);
    assert.deepEqual(lines, ['-a', '~b', '~d/x', '+d/y', '+e', '~l']);
  });

  test('does not read what is the same on both sides', async (t) => {
    const { trees, repository } = await begin(t);
    const same = await trees.tree(Array.from({ length: 50 }, (_, index) => file(`f${index + 10}`, [])));
    const folders = Array.from({ length: 100 }, (_, index) => folder(`s${index + 100}`, same));
    const before = await trees.tree([...folders, file('z', [])]);
    const after = await trees.tree([...folders, file('z', [], { size: 9 })]);
    await trees.home(after);
    assert.deepEqual(await diff(repository, before, after), { lines: ['~z'], treesRead: 2 });
  });

  test('goes into a folder that only one side has where that is wanted', async (t) => {
    const { trees, repository } = await begin(t);
    const inner = await trees.tree([file('x', [])]);
    const full = await trees.tree([folder('d', inner)]);
    const empty = await trees.tree([]);
    await trees.home(full);
    assert.deepEqual((await diff(repository, empty, full)).lines, ['+d', '+d/x']);
    assert.deepEqual((await diff(repository, full, empty)).lines, ['-d', '-d/x']);
    assert.deepEqual((await diff(repository, full, empty, { alone: false })).lines, ['-d']);
  });

  test('of a folder that became a file is both', async (t) => {
    const { trees, repository } = await begin(t);
    const before = await trees.tree([folder('d', await trees.tree([file('x', [])]))]);
    const after = await trees.tree([file('d', [])]);
    await trees.home(after);
    assert.deepEqual((await diff(repository, before, after)).lines, ['~d', '-d/x']);
  });
});

suite('a hostile tree', () => {
  const bad: readonly [string, readonly object[]][] = [
    ['leads out', [file('../x', [])]],
    ['has a name twice', [file('x', []), file('x', [])]],
    ['is out of order', [file('y', []), file('x', [])]],
    ['has a name that is too long', [file('x'.repeat(256), [])]],
    ['refers to a tree that is not there', [folder('d', 'ab'.repeat(32))]],
  ];
  for (const [kind, nodes] of bad) {
    test(`that ${kind} is told and left, and the rest is compared`, async (t) => {
      const { trees, repository } = await begin(t);
      const inner = await trees.tree(nodes);
      const good = await trees.tree([file('ok', [])]);
      const before = await trees.tree([folder('bad', good), file('z', [])]);
      const after = await trees.tree([folder('bad', inner), file('z', [], { size: 9 })]);
      await trees.home(after);
      const { lines } = await diff(repository, before, after);
      assert.ok(
        lines.some((line) => line.startsWith('!after bad')),
        lines.join(),
      );
      assert.equal(lines.at(-1), '~z');
      assert.ok(!lines.some((line) => line.includes('..')), lines.join());
    });
  }

  test('before is gone through again without it where that is wanted', async (t) => {
    const { trees, repository } = await begin(t);
    const inner = await trees.tree([file('x', []), file('y', [])]);
    const broken = await trees.text('{"nodes":[{]}');
    const before = await trees.tree([folder('d', broken)]);
    const after = await trees.tree([folder('d', inner)]);
    await trees.home(after);
    const { lines } = await diff(repository, before, after, { unreadable: 'again' });
    assert.deepEqual(lines, ['!before d', '+d/x', '+d/y']);
  });

  test('of 12,000 levels ends, and costs no more than its listings', async (t) => {
    const { trees, repository } = await begin(t);
    let tree = await trees.tree([file('bottom', [])]);
    for (let level = 0; level < 12_000; level++) tree = await trees.tree([folder('d', tree)]);
    const empty = await trees.tree([]);
    await trees.home(tree);
    const { lines } = await diff(repository, empty, tree);
    assert.equal(lines.filter((line) => line.startsWith('!after')).length, 1);
  });

  test('ends when it is asked to', async (t) => {
    const { trees, repository } = await begin(t);
    const tree = await trees.tree([file('x', [])]);
    const empty = await trees.tree([]);
    await trees.home(tree);
    await assert.rejects(diff(repository, empty, tree, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});

test('a store that fails is no damage', async (t) => {
  const { trees, repository } = await begin(t);
  const tree = await trees.tree([file('x', [])]);
  const empty = await trees.tree([]);
  await trees.home(tree);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), new PackBlocks(repository.store));
  const { Failure } = await import('../../../plugin/domain/failure.ts');
  reader.read = () => Promise.reject(new Failure('destination-unreachable', { destination: 'x', problem: 'y' }));
  const visitor = { differs() {}, entersAlone: () => true, enter() {}, leave() {}, unreadable: () => 'skip' as const };
  const open = (id: string) => () => listTree(reader, parseBlobId(id));
  const sides = { before: open(empty), after: open(tree) };
  await failsWith('destination-unreachable', () => diffTrees(sides, visitor, new AbortController().signal));
});
