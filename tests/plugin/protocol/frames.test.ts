import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, frameBytesLimit, type Fields } from '../../../plugin/protocol/frames.ts';
import { failsWith } from '../../support/failures.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('frames come out as they went in, however the bytes are cut', () => {
  const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }));
  const object = anyObject.filter((value) => !JSON.stringify(value).includes('"__proto__":')); // refused, see below
  fc.assert(
    fc.property(
      fc.array(object, { maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
      (frames, cuts) => {
        const whole = Buffer.concat(frames.map((frame) => encodeFrame(frame)));
        const decoder = new FrameDecoder();
        const found: Fields[] = [];
        for (let at = 0; at < whole.length;) {
          const length = Number(cuts.next().value);
          found.push(...decoder.read(whole.subarray(at, at + length)));
          at += length;
        }
        assert.equal(JSON.stringify(found), JSON.stringify(frames));
        assert.equal(decoder.isWithinFrame, false);
      },
    ),
  );
});

test('a frame may have 65,536 bytes with its line end, and not one more', async () => {
  const padding = (length: number): object => ({ a: 'x'.repeat(length - '{"a":""}\n'.length) });
  const longest = encodeFrame(padding(frameBytesLimit));
  assert.equal(longest.length, frameBytesLimit);
  assert.equal([...new FrameDecoder().read(longest)].length, 1);
  assert.throws(() => encodeFrame(padding(frameBytesLimit + 1)), RangeError);
  const tooLong = bytesOf(`${JSON.stringify(padding(frameBytesLimit + 1))}\n`);
  await failsWith('protocol-broken', () => [...new FrameDecoder().read(tooLong)]);
});

test('a line that never ends is given up at the limit, byte by byte too', async () => {
  const decoder = new FrameDecoder();
  const one = bytesOf('[');
  let taken = 0;
  await failsWith('protocol-broken', () => {
    for (; taken < 2 * frameBytesLimit; taken++) assert.equal([...decoder.read(one)].length, 0);
  });
  assert.equal(taken, frameBytesLimit - 1);
});

suite('a frame is refused', () => {
  const deep = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const refused: { readonly [why: string]: string | Uint8Array } = {
    'that is empty': '',
    'that is half': '{"id":1,"request":{"kind":"status"',
    'that claims a length of 4 GiB': new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x7b, 0x7d]),
    'that is a list': '[]',
    'that is a text': '"status"',
    'that is null': 'null',
    'with more after its end': '{} {}',
    'with a comma too many': '{"id":1,}',
    'with single quotes': "{'id':1}",
    'with a byte order mark': '\ufeff{}',
    'with a byte that is no UTF-8': new Uint8Array([...bytesOf('{"a":"'), 0xff, ...bytesOf('"}')]),
    'with a character written too long': new Uint8Array([...bytesOf('{"a":"'), 0xc0, 0xaf, ...bytesOf('"}')]),
    'with half a character in bytes': new Uint8Array([...bytesOf('{"a":"'), 0xed, 0xa0, 0x80, ...bytesOf('"}')]),
    'with half a character in a text': '{"a":"\\ud800"}',
    'with half a character in a name': '{"\\udfff":1}',
    'with a control character in a text': '{"a":"\u0001"}',
    'with the same field twice': '{"id":1,"id":2}',
    'with the same field twice, written differently': '{"id":1,"\\u0069d":2}',
    'with the same field twice, deep inside': '{"a":[{"b":{"c":1,"c":1}}],"d":":"}',
    'with the same field twice, and colons in texts': '{"a:":":","a:":"\\":"}',
    'with __proto__': '{"__proto__":{"role":"root"}}',
    'with __proto__, written differently': '{"request":{"\\u005f_proto__":1}}',
    'with NaN': '{"a":NaN}',
    'with a number in another notation': '{"a":0x10}',
    'of seventeen levels': deep(16),
    'of a thousand levels': deep(1000),
    'of thirty thousand levels': deep(30_000),
    'of thirty thousand levels that do not end': '{"a":'.repeat(10_000),
  };
  for (const [why, line] of Object.entries(refused)) {
    test(why, async () => {
      const bytes = typeof line === 'string' ? bytesOf(line) : line;
      await failsWith('protocol-broken', () => [...new FrameDecoder().read(Buffer.concat([bytes, bytesOf('\n')]))]);
    });
  }

  test('but not of sixteen levels', () => {
    assert.equal([...new FrameDecoder().read(bytesOf(`${deep(15)}\n`))].length, 1);
  });
});

test('names that objects have from the beginning are only names', () => {
  const [frame] = [...new FrameDecoder().read(bytesOf('{"constructor":1,"toString":2}\n'))];
  assert.deepEqual(Object.entries(frame ?? {}), [
    ['constructor', 1],
    ['toString', 2],
  ]);
});
