import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { TreeNode } from '../../../plugin/domain/tree-node.ts';
import { KeptTrees } from '../../../plugin/engine/kept-trees.ts';

const folderOf = (nodes: number): TreeNode[] =>
  Array.from({ length: nodes }, (_, index) => ({ sizeBytes: index }) as TreeNode);

suite('long folders that were read', () => {
  test('are found again in their own repository alone', () => {
    const trees = new KeptTrees(1_000_000);
    const nodes = folderOf(1000);
    trees.keep('one', 'id', nodes, 1000);
    assert.equal(trees.find('one', 'id'), nodes);
    assert.equal(trees.find('other', 'id'), undefined);
    assert.equal(trees.find('one', 'another'), undefined);
  });

  test('are kept only when they are long and there is room', () => {
    const trees = new KeptTrees(1000);
    trees.keep('one', 'short', folderOf(999), 10);
    trees.keep('one', 'large', folderOf(1000), 501);
    assert.deepEqual([trees.find('one', 'short'), trees.find('one', 'large')], [undefined, undefined]);
  });

  test('make room for the next, the one that nobody asked for longest first', () => {
    const trees = new KeptTrees(1000);
    for (const id of ['a', 'b']) trees.keep('one', id, folderOf(1000), 200);
    assert.ok(trees.find('one', 'a'));
    trees.keep('one', 'c', folderOf(1000), 200);
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => trees.find('one', id) !== undefined),
      [true, false, true],
    );
    trees.keep('one', 'd', folderOf(1000), 500);
    assert.deepEqual(
      ['a', 'c', 'd'].map((id) => trees.find('one', id) !== undefined),
      [false, false, true],
    );
  });
});
