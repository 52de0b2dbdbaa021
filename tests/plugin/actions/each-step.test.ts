import assert from 'node:assert/strict';
import test from 'node:test';
import { eachStep } from '../../../plugin/actions/each-step.ts';

test('a step that fails is told and keeps no other from its turn', async () => {
  const told: unknown[] = [];
  const done: string[] = [];
  const tell = (event: string, { step }: { readonly step?: unknown }) => void told.push([event, step]);
  const sum = await eachStep(
    { info: tell, warn: tell, error: tell },
    {
      first: async () => void done.push('first'),
      second: () => Promise.reject(new Error('no')),
      third: () => {
        throw new Error('at once');
      },
      fourth: async () => done.push('fourth'),
      fifth: async () => 3,
    },
  );
  assert.deepEqual(done, ['first', 'fourth']);
  assert.equal(sum, 5);
  assert.deepEqual(told, [
    ['house-not-kept', 'second'],
    ['house-not-kept', 'third'],
  ]);
});
