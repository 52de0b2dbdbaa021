import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { Codec, Sealer } from '../../../plugin/contracts/codec.ts';
import { openNativeCodec } from '../../../plugin/platform/native/native-codec.ts';
import { openNodeCodec } from '../../../plugin/platform/node-codec.ts';
import { openCodec, openSystem } from '../../../plugin/platform/open-native.ts';
import { probeCodec } from '../../../plugin/platform/probe-codec.ts';

test('both codecs know the answers of the probe', () => {
  probeCodec(openNativeCodec());
  probeCodec(openNodeCodec());
});

test('without native steps the same promises are kept by modules of Node', async () => {
  const { codec, files, problem } = await openSystem('node');
  assert.deepEqual([codec.kind, files.kind, problem], ['node', 'node', undefined]);
});

test('where native steps work they are used', async () => {
  const { codec, files, problem } = await openSystem();
  assert.deepEqual([codec.kind, files.kind, problem], ['native', 'native', undefined]);
  assert.equal((await openCodec()).kind, 'native');
});

const right = openNodeCodec();

/** The right codec with another sealer. */
function withSealer(change: (sealer: Sealer) => Partial<Sealer>): Codec {
  return {
    ...right,
    sealer(key) {
      const sealer = right.sealer(key);
      const kept: Sealer = {
        seal: (arena, offset, length) => sealer.seal(arena, offset, length),
        open: (arena, offset, length) => sealer.open(arena, offset, length),
      };
      return { ...kept, ...change(sealer) };
    },
  };
}

const wrongCodecs: readonly (readonly [string, Codec])[] = [
  ['hashes nothing', { ...right, hash: () => {} }],
  ['unpacks nothing', { ...right, decompress: () => true }],
  ['packs something else', { ...right, compress: () => 20 }],
  ['opens without looking at the MAC', withSealer(() => ({ open: (_arena, _offset, length) => length - 32 }))],
  ['never opens', withSealer(() => ({ open: () => -1 }))],
  ['leaves what it seals in plain', withSealer(() => ({ seal: (_arena, _offset, length) => length + 32 }))],
];
suite('the probe refuses a codec that', () => {
  for (const [title, codec] of wrongCodecs) {
    test(title, () => assert.throws(() => probeCodec(codec), /give other bytes/));
  }
});
