import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import test, { suite } from 'node:test';
import { binarySizes, Chunker, looksLikeText, textSizes, type ChunkSizes } from '../../../plugin/engine/chunker.ts';

const chunker = new Chunker('3da3358b4dc173');

const inputs = [
  { title: 'random bytes', bytes: randomBytes(12_000_000) },
  { title: 'zeros', bytes: Buffer.alloc(12_000_000) },
  { title: 'one line again and again', bytes: Buffer.alloc(12_000_000, 'INSERT INTO t VALUES (1);\n') },
  { title: 'nothing', bytes: Buffer.alloc(0) },
  { title: 'one byte', bytes: Buffer.alloc(1) },
];

for (const [kind, sizes] of Object.entries({ binary: binarySizes, text: textSizes })) {
  suite(`${kind} chunks`, () => {
    for (const { title, bytes } of inputs) {
      test(`of ${title} keep to their sizes and together are the input`, () => {
        const lengths = cutAll(chunker, bytes, sizes);
        assert.equal(
          lengths.reduce((sum, length) => sum + length, 0),
          bytes.length,
        );
        for (const length of lengths.slice(0, -1)) {
          assert.ok(length >= sizes.smallest && length <= sizes.largest, String(length));
        }
        assert.ok((lengths.at(-1) ?? 1) > 0 && (lengths.at(-1) ?? 0) <= sizes.largest);
      });
    }

    test('are on average about as large as they should be', () => {
      const count = cutAll(chunker, randomBytes(sizes.average * 40), sizes).length;
      assert.ok(count > 20 && count < 60, `${count} instead of 40`);
    });
  });
}

test('an insertion, a deletion or a change moves only the cuts near it', () => {
  const bytes = randomBytes(8_000_000);
  const before = chunkIds(bytes);
  for (let round = 0; round < 10; round++) {
    const at = randomInt(bytes.length - 100);
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    for (const changed of [
      Buffer.concat([head, randomBytes(57), tail]),
      Buffer.concat([head, tail.subarray(91)]),
      Buffer.concat([head, randomBytes(10), tail.subarray(10)]),
    ]) {
      const isNew = [...chunkIds(changed)].filter((id) => !before.has(id));
      assert.ok(isNew.length <= 6, `${isNew.length} of ${before.size} chunks are new`);
    }
  }
});

test('the same secret cuts the same way, another secret another way', () => {
  const bytes = randomBytes(4_000_000);
  const cuts = cutAll(chunker, bytes, textSizes);
  assert.deepEqual(cutAll(new Chunker('3da3358b4dc173'), bytes, textSizes), cuts);
  assert.notDeepEqual(cutAll(new Chunker('2f1b1c6e6f5a4d'), bytes, textSizes), cuts);
});

test('a cut depends on nothing before the chunk', () => {
  const bytes = randomBytes(2_000_000);
  const first = chunker.cut(bytes, 0, bytes.length, textSizes);
  const shifted = Buffer.concat([randomBytes(12_345), bytes]);
  assert.equal(chunker.cut(shifted, 12_345, shifted.length, textSizes), first + 12_345);
});

const texts: readonly { readonly title: string; readonly bytes: Buffer; readonly isText: boolean }[] = [
  { title: 'SQL', bytes: Buffer.from('INSERT\t1;\r\n'), isText: true },
  { title: 'Greek', bytes: Buffer.from('ελληνικά'), isText: true },
  { title: 'a zero byte', bytes: Buffer.from('a\0b'), isText: false },
  { title: 'an escape', bytes: Buffer.from('\u001b[0m'), isText: false },
  {
    title: 'a zero byte after the beginning',
    bytes: Buffer.concat([Buffer.alloc(4096, 'a'), Buffer.of(0)]),
    isText: true,
  },
];
for (const { title, bytes, isText } of texts) {
  test(`${title} ${isText ? 'is' : 'is not'} taken for text`, () =>
    assert.equal(looksLikeText(bytes, 0, bytes.length), isText));
}

function cutAll(by: Chunker, bytes: Buffer, sizes: ChunkSizes): number[] {
  const lengths: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = by.cut(bytes, at, bytes.length, sizes);
    lengths.push(end - at);
    at = end;
  }
  return lengths;
}

function chunkIds(bytes: Buffer): Set<string> {
  const ids = new Set<string>();
  let at = 0;
  for (const length of cutAll(chunker, bytes, textSizes)) {
    ids.add(
      createHash('sha256')
        .update(bytes.subarray(at, at + length))
        .digest('hex'),
    );
    at += length;
  }
  return ids;
}
