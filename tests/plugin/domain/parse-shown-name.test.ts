import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShownName } from '../../../plugin/domain/parse-shown-name.ts';
import { showName } from '../../../plugin/domain/show-name.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const awkward = [
  bytes('caf\xe9'),
  bytes('\x85'),
  bytes('\xc2\x85'),
  bytes('\\x41'),
  bytes('\\\\u202e'),
  bytes('a\\'),
  bytes('\xe2\x80\xae'),
  bytes('\xef\xbb\xbfbom'),
  bytes('\xed\xa0\x80'),
];
for (const name of awkward) {
  test(`the shown name ${showName(name)} is read back`, () => assert.deepEqual(parseShownName(showName(name)), name));
}

test('every name that is shown is read back to the same bytes', () => {
  const piece = fc.constantFrom('\\', 'x41', 'u0041', '\u0085', '\u202e', 'é', '🎉', '\xff', '/');
  const utf8 = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(piece).map((list) => list.join('')),
  );
  const name = fc.oneof(
    fc.uint8Array(),
    utf8.map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(fc.property(name, (given) => assert.deepEqual(parseShownName(showName(given)), given)));
});

test('no two names look the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (a, b) => {
      assert.equal(showName(a) === showName(b), Buffer.from(a).equals(b));
    }),
  );
});

test('a lone backslash that begins no escape stands for itself', () => {
  assert.deepEqual(parseShownName('a\\b\\'), bytes('a\\b\\'));
});
