import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { sniffImage } from '../../../plugin/domain/sniff-image.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const png = (width: number, height: number) => {
  const bytes = hex('89504e470d0a1a0a 0000000d 49484452 00000000 00000000');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

suite('images are known by their bytes', () => {
  const known = [
    ['image/png', 640, 480, png(640, 480)],
    ['image/gif', 3, 2, hex('474946383961 0300 0200')],
    ['image/jpeg', 0x320, 0x258, hex('ffd8 ffe0 0004 0000 ffff c2 0011 08 0258 0320')],
    ['image/webp', 16, 9, hex('52494646 00000000 57454250 56503820 00000000 000000 9d012a 1000 0900')],
    ['image/webp', 5, 4, hex('52494646 00000000 57454250 5650384c 00000000 2f 04c00000')],
    ['image/webp', 256, 2, hex('52494646 00000000 57454250 56503858 0a000000 00000000 ff0000 010000')],
  ] as const;
  for (const [mediaType, width, height, bytes] of known) {
    test(`${mediaType} ${width} × ${height}`, () => {
      assert.deepEqual(sniffImage(bytes), { mediaType, width, height });
      assert.equal(sniffImage(bytes.subarray(0, bytes.length - 4)), undefined);
    });
  }

  test('one that would fill a browser is none', () => {
    assert.notEqual(sniffImage(png(8000, 5000)), undefined);
    assert.equal(sniffImage(png(65_000, 65_000)), undefined);
    assert.equal(sniffImage(png(0, 10)), undefined);
  });

  test('drawings and documents are none', () => {
    for (const text of ['<svg/>', '<?xml version="1.0"?>', '%PDF-1.7', '<!doctype html>', 'GIF89', '']) {
      assert.equal(sniffImage(Buffer.from(text)), undefined, text);
    }
  });

  test('no bytes break it', () =>
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.uint8Array({ maxLength: 60 }), ([, , , head], tail) => {
        sniffImage(Buffer.concat([head.subarray(0, 12), tail]));
        sniffImage(tail);
      }),
    ));
});
