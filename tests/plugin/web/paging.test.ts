import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { askedPage, cutPage } from '../../../plugin/web/paging.ts';

suite('a page of a list', () => {
  for (const [text, page] of [
    [undefined, 1],
    ['', 1],
    ['3', 3],
    ['0', 1],
    ['-2', 1],
    ['2x', 1],
    ['1e3', 1],
    ['99999', 1],
  ] as const) {
    test(`asked for as ${JSON.stringify(text)} is number ${page}`, () => assert.equal(askedPage(text), page));
  }

  test('past the end is the last, and of an empty list there is one', () => {
    assert.deepEqual(cutPage([1, 2, 3, 4, 5], 9, 2), { shown: [5], page: 3, pages: 3 });
    assert.deepEqual(cutPage([], 4, 2), { shown: [], page: 1, pages: 1 });
  });

  test('follows on the one before: all together are the list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 7 }), (items, perPage) => {
        const { pages } = cutPage(items, 1, perPage);
        const all = Array.from({ length: pages }, (_, index) => cutPage(items, index + 1, perPage).shown);
        assert.deepEqual(all.flat(), items);
      }),
    );
  });
});
