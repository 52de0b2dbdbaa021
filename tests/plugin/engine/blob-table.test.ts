import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { BlobTable } from '../../../plugin/engine/blob-table.ts';

/** Ids of which many share their first word, so that they collide. */
const id = fc
  .tuple(fc.nat(300), fc.nat(7))
  .map(([number, first]) =>
    Buffer.concat([Buffer.of(first, 0, 0, 0), createHash('sha256').update(String(number)).digest().subarray(4)]),
  );

test('does what a Map does', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 500 }), fc.array(id, { maxLength: 100 }), (added, asked) => {
      const table = new BlobTable();
      const map = new Map<string, number>();
      for (const bytes of added) {
        const known = map.has(bytes.toString('hex'));
        const entry = table.add(wordsOf(bytes));
        assert.equal(entry, known ? -1 : map.size);
        if (known) continue;
        map.set(bytes.toString('hex'), entry);
        table.setPlace(entry, { pack: entry, offset: entry * 2, length: 0xffff_ffff - entry, plainLength: entry * 3 });
      }
      assert.equal(table.size, map.size);
      for (const bytes of [...added, ...asked]) {
        const entry = table.find(wordsOf(bytes));
        assert.equal(entry, map.get(bytes.toString('hex')) ?? -1);
        if (entry < 0) continue;
        assert.equal(table.idHex(entry), bytes.toString('hex'));
        assert.deepEqual(table.place(entry), {
          pack: entry,
          offset: entry * 2,
          length: 0xffff_ffff - entry,
          plainLength: entry * 3,
        });
      }
    }),
  );
});

test('200,000 blobs keep their numbers and places while it grows', () => {
  const table = new BlobTable();
  const words = new Int32Array(8);
  for (let number = 0; number < 200_000; number++) {
    assert.equal(table.add(fill(words, number)), number);
    table.setPlace(number, { pack: number % 97, offset: number, length: 1, plainLength: 0 });
  }
  for (let number = 0; number < 200_000; number += 7) {
    assert.equal(table.find(fill(words, number)), number);
    assert.equal(table.packOf(number), number % 97);
    assert.equal(table.place(number).offset, number);
  }
  assert.equal(table.find(fill(words, 200_000)), -1);
});

test('an id is taken from any place of a larger view', () => {
  const table = new BlobTable();
  const words = new Int32Array(24).map((_, index) => index - 12);
  assert.equal(table.add(words, 9), 0);
  assert.equal(table.find(words.slice(9, 17)), 0);
  assert.equal(table.find(words, 8), -1);
});

test('an entry that is not there has no place', () => {
  const table = new BlobTable();
  assert.throws(() => table.place(0), RangeError);
  assert.throws(() => table.idHex(0), RangeError);
  assert.throws(() => table.setPlace(0, { pack: 0, offset: 0, length: 0, plainLength: 0 }), RangeError);
});

function wordsOf(bytes: Buffer): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer);
}

/** Scattered, but the same for the same number. */
function fill(words: Int32Array, number: number): Int32Array {
  for (let index = 0; index < 8; index++) words[index] = Math.imul(number + 1, 0x9e37_79b1 + index * 2);
  words[7] = number;
  return words;
}
