import assert from 'node:assert/strict';
import test from 'node:test';
import { lazily } from '../../../plugin/database/lazily.ts';

test('an object is made once, when it is first needed', () => {
  let made = 0;
  const lazy = lazily(() => ({ number: () => (made += 1) }));
  assert.equal(made, 0);
  assert.equal(lazy.number(), 1);
  assert.equal(lazy.number(), 2);
});

test('it is whole where somebody copies it to change a part', () => {
  const lazy = lazily(() => Object.freeze({ one: () => 1, two: () => 2 }));
  const changed = { ...lazy, two: () => 3 };
  assert.deepEqual([changed.one(), changed.two(), Object.keys(lazy), 'one' in lazy], [1, 3, ['one', 'two'], true]);
});
