import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseRange } from '../../../plugin/web/range.ts';

suite('a part of a download', () => {
  const asked = [
    ['bytes=0-99', { from: 0, to: 99 }],
    ['bytes=500-', { from: 500, to: 999 }],
    ['bytes=-100', { from: 900, to: 999 }],
    ['bytes=-5000', { from: 0, to: 999 }],
    ['bytes=990-5000', { from: 990, to: 999 }],
    ['bytes=1000-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=9-3', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['lines=0-9', undefined],
    [undefined, undefined],
  ] as const;
  for (const [header, range] of asked) {
    test(String(header), () => assert.deepEqual(parseRange(header, 1000), range));
  }
});
