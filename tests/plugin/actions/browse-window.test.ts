import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { takeWindow, type MarkedNode } from '../../../plugin/actions/browse-window.ts';

const entry = (name: string, type: 'dir' | 'file', mark: MarkedNode['mark']): MarkedNode => ({
  node: { name: Buffer.from(name), type } as MarkedNode['node'],
  mark,
});
const names = (nodes: readonly MarkedNode[]): string[] => nodes.map(({ node }) => node.name.toString());
const folder = [
  entry('a', 'file', 'changed'),
  entry('b', 'file', 'gone'),
  entry('c', 'file', 'same'),
  entry('d', 'dir', 'changed'),
  entry('e', 'file', undefined),
  entry('z', 'dir', 'gone'),
];

suite('a part of a folder', () => {
  test('has folders first, each by name, and says how many there are of what', () => {
    const { nodes, seen } = takeWindow(folder, { offset: 0, limit: 3, only: 'all' });
    assert.deepEqual(names(nodes), ['d', 'z', 'a']);
    assert.deepEqual(seen, { offset: 0, total: 6, all: 6, gone: 2, changed: 1 });
  });

  test('past the end is the last one', () => {
    const { nodes, seen } = takeWindow(folder, { offset: 900, limit: 4, only: 'all' });
    assert.deepEqual([names(nodes), seen.offset], [['c', 'e'], 4]);
    assert.deepEqual(takeWindow([], { offset: 9, limit: 4, only: 'all' }).seen.offset, 0);
  });

  test('of what is marked has nothing else, and a folder that is there is not called changed', () => {
    assert.deepEqual(names(takeWindow(folder, { offset: 0, limit: 9, only: 'gone' }).nodes), ['z', 'b']);
    assert.deepEqual(names(takeWindow(folder, { offset: 0, limit: 9, only: 'changed' }).nodes), ['a']);
  });

  test('follows on the one before: all parts together are the folder', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (all, limit) => {
          const marked = all.map((name, index) => entry(name, index % 3 === 0 ? 'dir' : 'file', 'same'));
          const parts = Array.from({ length: Math.ceil(all.length / limit) }, (_, part) =>
            names(takeWindow(marked, { offset: part * limit, limit, only: 'all' }).nodes),
          );
          assert.deepEqual(parts.flat().toSorted(), all.map((name) => Buffer.from(name).toString()).toSorted());
        },
      ),
    );
  });
});
