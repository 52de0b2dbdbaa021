import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { changeDraft, emptyDraft, type Draft, type DraftChange } from '../../../plugin/domain/draft.ts';
import { isBelow } from '../../../plugin/domain/planned-entry.ts';

const none = { add: [], remove: [], leaveOut: [] };
const change = (draft: Draft, wanted: Partial<DraftChange>): Draft => {
  const changed = changeDraft(draft, { ...none, ...wanted });
  assert.ok(changed !== undefined);
  return changed;
};
const empty = emptyDraft('d');

test('a folder takes the place of what lies below it', () => {
  const files = change(empty, { add: ['a/b', 'a/c', 'd'] });
  assert.deepEqual(change(files, { add: ['a'] }).paths, ['d', 'a']);
});

test('what is below a chosen folder needs not be chosen', () => {
  assert.deepEqual(change(change(empty, { add: ['a'] }), { add: ['a/b'] }).paths, ['a']);
});

test('what is left out is left out until its folder is chosen anew or no longer', () => {
  const draft = change(change(empty, { add: ['a'] }), { leaveOut: ['a/b'] });
  assert.deepEqual(draft.except, ['a/b']);
  assert.deepEqual(change(draft, { add: ['a'] }).except, []);
  assert.deepEqual(change(draft, { remove: ['a'] }).except, []);
});

test('leaving out what was chosen by itself takes it out of the choice', () => {
  const draft = change(change(empty, { add: ['a', 'b'] }), { leaveOut: ['a'] });
  assert.deepEqual([draft.paths, draft.except], [['b'], []]);
});

test('more than can be planned at once is refused', () => {
  const add = Array.from({ length: 501 }, (_, index) => `file-${index}`);
  assert.equal(changeDraft(empty, { ...none, add }), undefined);
  assert.equal(changeDraft(empty, { ...none, add: ['x'.repeat(30_001)] }), undefined);
});

test('no path of a draft lies below another, whatever was done', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const paths = fc.array(path, { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.record({ add: paths, remove: paths, leaveOut: paths })), (changes) => {
      const { paths: chosen, except } = changes.reduce(change, empty);
      for (const one of chosen) assert.ok(!chosen.some((other) => isBelow(one, other)));
      for (const one of except) assert.ok(chosen.some((other) => isBelow(one, other)));
    }),
  );
});
