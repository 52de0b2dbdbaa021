import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import test, { suite } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { Arena, Codec, CompressionEffort, SealKey } from '../../plugin/contracts/codec.ts';

const guard = 0xa5;
const key: SealKey = { encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) };

/** Contents of every kind and of lengths around the sizes of blocks. */
const contents: readonly Buffer[] = [
  ...[0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 4095, 4096, 4097, 100_000].map((length) => randomBytes(length)),
  Buffer.alloc(1_000_000),
  Buffer.from('INSERT INTO t VALUES (1);\n'.repeat(5000)),
];

export interface CodecOptions {
  readonly open: () => Codec;
  /** The other implementation: what one seals and packs the other must open. */
  readonly openOther: () => Codec;
}

/** What every implementation of `plugin/contracts/codec.ts` promises. */
export function testCodec(title: string, { open, openOther }: CodecOptions): void {
  const codec = open();
  const other = openOther();

  suite(`${title}: hash`, () => {
    test('leaves SHA-256 in the digest, as bytes and as words', () => {
      for (const content of contents) {
        codec.hash(arenaWith(codec, content, 7), 7, content.length);
        const expected = createHash('sha256').update(content).digest();
        assert.deepEqual(codec.digest, expected);
        assert.deepEqual(Buffer.from(new Int32Array(codec.digestWords).buffer), expected);
      }
    });
  });

  test(`${title}: works in memory that threads share`, () => {
    const shared = codec.share(new SharedArrayBuffer(300_000));
    const content = Buffer.from('INSERT INTO t VALUES (1);\n'.repeat(3000));
    content.copy(shared.bytes, 16);
    codec.hash(shared, 16, content.length);
    assert.deepEqual(codec.digest, createHash('sha256').update(content).digest());
    const sealer = codec.sealer(key);
    assert.equal(sealer.open(shared, 0, sealer.seal(shared, 0, content.length)), content.length);
    const packed = codec.compress(shared, 16, content.length, shared, 100_000);
    assert.ok(packed > 0 && codec.decompress(shared, 100_000, packed, shared, 200_000, content.length));
    assert.ok(shared.bytes.subarray(200_000, 200_000 + content.length).equals(content));
  });

  suite(`${title}: compress and decompress`, () => {
    test('undo each other and what the other implementation did', () => {
      for (const [packer, unpacker] of [
        [codec, codec],
        [codec, other],
        [other, codec],
      ] as const) {
        for (const content of contents) roundTrip(packer, unpacker, content);
      }
    });

    test('what would not get smaller gives 0', () => {
      for (const content of [Buffer.alloc(0), Buffer.of(1), randomBytes(100), randomBytes(100_000)]) {
        const target = codec.allocate(200_000);
        assert.equal(codec.compress(arenaWith(codec, content), 0, content.length, target, 0), 0);
      }
    });

    test('what has no room gives 0, and nothing is written beyond the arena', () => {
      const text = Buffer.from('some text '.repeat(10_000));
      const target = codec.allocate(4096);
      assert.equal(codec.compress(arenaWith(codec, text), 0, text.length, target, 4090), 0);
    });

    for (const expected of [0, 1, 99_999, 100_001, 200_000]) {
      test(`a frame of 100,000 bytes that should yield ${expected} is refused`, () => {
        assert.equal(unpackGuarded(codec, zstdCompressSync(Buffer.alloc(100_000, 'ab')), expected), false);
      });
    }

    test('a bomb is refused, and not a byte is written beyond what was expected', () => {
      const bomb = zstdCompressSync(Buffer.alloc(200_000_000));
      assert.ok(bomb.length < 100_000);
      assert.equal(unpackGuarded(codec, bomb, 4096), false);
    });

    test('a frame that claims another size than it holds is refused', () => {
      const frame = zstdCompressSync(Buffer.alloc(100_000, 'ab'));
      frame.writeUInt8((frame[6] ?? 0) ^ 0xff, 6);
      assert.equal(unpackGuarded(codec, frame, 100_000), false);
    });

    test('damage anywhere is refused or harmless, and never writes beyond what was expected', () => {
      const content = Buffer.from('a line of text that repeats\n'.repeat(40) + randomBytes(300).toString('base64'));
      const frame = zstdCompressSync(content);
      for (let at = 0; at < frame.length; at++) {
        const damaged = Buffer.from(frame);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << randomInt(8));
        unpackGuarded(codec, damaged, content.length);
        unpackGuarded(codec, damaged.subarray(0, at), content.length);
      }
    });

    test('random bytes are no frame', () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(5000), (bytes, expected) => {
          assert.equal(unpackGuarded(codec, Buffer.from(bytes), expected + 1), false);
        }),
      );
    });
  });

  suite(`${title}: seal and open`, () => {
    test('undo each other and what the other implementation did', () => {
      for (const [left, right] of [
        [codec, codec],
        [codec, other],
        [other, codec],
      ] as const) {
        for (const content of contents) sealedRoundTrip(left, right, content);
      }
    });

    test('a sealed piece is nonce, AES-256-CTR and a MAC over the ciphertext', () => {
      const content = randomBytes(1000);
      const { arena, length } = sealed(codec, content);
      const bytes = arena.bytes.subarray(0, length);
      const cipher = createCipheriv('aes-256-ctr', key.encrypt, bytes.subarray(0, 16));
      assert.deepEqual(bytes.subarray(16, -16), cipher.update(content));
      const aes = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
      const oneTime = aes.update(bytes.subarray(0, 16));
      assert.deepEqual(bytes.subarray(-16), poly1305(key.macR, oneTime, bytes.subarray(16, -16)));
    });

    test('a byte altered anywhere is found, and the bytes stay as they are', () => {
      const { arena, length } = sealed(codec, randomBytes(100));
      const sealer = codec.sealer(key);
      for (let at = 0; at < length; at++) {
        for (const bit of [1, 0x80]) {
          arena.bytes[at] = (arena.bytes[at] ?? 0) ^ bit;
          const before = Buffer.from(arena.bytes);
          assert.equal(sealer.open(arena, 0, length), -1);
          assert.deepEqual(arena.bytes, before);
          arena.bytes[at] = (arena.bytes[at] ?? 0) ^ bit;
        }
      }
      assert.equal(sealer.open(arena, 0, length), 100);
    });

    test('a piece that is cut, or shorter than a seal, is not authentic', () => {
      const { arena, length } = sealed(codec, randomBytes(100));
      for (const short of [length - 1, length - 16, 33, 32, 31, 1, 0]) {
        assert.equal(codec.sealer(key).open(arena, 0, short), -1);
      }
    });

    test('another key opens nothing', () => {
      const { arena, length } = sealed(codec, randomBytes(100));
      for (const part of ['encrypt', 'macK', 'macR'] as const) {
        const changed = { ...key, [part]: randomBytes(key[part].length) };
        const isMac = part !== 'encrypt';
        assert.equal(codec.sealer(changed).open({ ...copyOf(codec, arena) }, 0, length) === -1, isMac);
      }
    });

    test('the key is copied: wiping it afterwards changes nothing', () => {
      const mine = { encrypt: Buffer.from(key.encrypt), macK: Buffer.from(key.macK), macR: Buffer.from(key.macR) };
      const sealer = codec.sealer(mine);
      for (const part of Object.values(mine)) part.fill(0);
      const arena = arenaWith(codec, Buffer.from('text'), 16);
      assert.equal(codec.sealer(key).open(arena, 0, sealer.seal(arena, 0, 4)), 4);
    });

    test('100,000 seals have 100,000 different nonces, over two sealers', () => {
      const sealers = [codec.sealer(key), codec.sealer(key)];
      const arena = codec.allocate(4096);
      const nonces = new Set<string>();
      for (let index = 0; index < 100_000; index++) {
        sealers[index % 2]?.seal(arena, 0, 1);
        nonces.add(arena.bytes.toString('latin1', 0, 16));
      }
      assert.equal(nonces.size, 100_000);
    });
  });

  suite(`${title}: bytes outside an arena throw RangeError and change nothing`, () => {
    const sealer = codec.sealer(key);
    const spans: readonly (readonly [number, number])[] = [
      [-1, 10],
      [0, 4097],
      [4096, 1],
      [4090, 10],
      [5000, 0],
      [0, -1],
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, Infinity],
    ];
    const calls: readonly {
      readonly title: string;
      readonly call: (arena: Arena, at: number, length: number) => unknown;
    }[] = [
      { title: 'hash', call: (arena, at, length) => codec.hash(arena, at, length) },
      {
        title: 'compress from',
        call: (arena, at, length) => codec.compress(arena, at, length, codec.allocate(4096), 0),
      },
      {
        title: 'decompress from',
        call: (arena, at, length) => codec.decompress(arena, at, length, codec.allocate(4096), 0, 5),
      },
      {
        title: 'decompress to',
        call: (arena, at, length) => codec.decompress(arenaWith(codec, frame), 0, frame.length, arena, at, length),
      },
      { title: 'seal', call: (arena, at, length) => sealer.seal(arena, at, length) },
      { title: 'open', call: (arena, at, length) => sealer.open(arena, at, length + 32) },
    ];
    for (const { title: name, call } of calls) {
      test(name, () => {
        for (const [at, length] of spans) {
          if (name === 'open' && length + 32 < 32) continue; // too short to be authentic
          const arena = codec.allocate(4096);
          arena.bytes.fill(guard);
          assert.throws(() => call(arena, at, length), RangeError, `${at}+${length}`);
          assert.ok(arena.bytes.every((byte) => byte === guard));
        }
      });
    }
  });
}

const frame = zstdCompressSync(Buffer.from('hello'));

function arenaWith(codec: Codec, content: Buffer, at = 0): Arena {
  const arena = codec.allocate(at + content.length + 16);
  content.copy(arena.bytes, at);
  return arena;
}

function copyOf(codec: Codec, arena: Arena): Arena {
  return arenaWith(codec, arena.bytes);
}

function sealed(codec: Codec, content: Buffer): { arena: Arena; length: number } {
  const arena = arenaWith(codec, content, 16);
  return { arena, length: codec.sealer(key).seal(arena, 0, content.length) };
}

function roundTrip(packer: Codec, unpacker: Codec, content: Buffer): void {
  for (const effort of [undefined, 'quick', 'dense'] as const) roundTripBy(packer, unpacker, content, effort);
}

function roundTripBy(packer: Codec, unpacker: Codec, content: Buffer, effort: CompressionEffort | undefined): void {
  const target = packer.allocate(content.length + 1000);
  const length = packer.compress(arenaWith(packer, content, 3), 3, content.length, target, 5, effort);
  if (length === 0) return;
  assert.ok(length < content.length);
  const source = arenaWith(unpacker, target.bytes.subarray(5, 5 + length), 9);
  const plain = unpacker.allocate(content.length + 20);
  assert.equal(unpacker.decompress(source, 9, length, plain, 11, content.length), true);
  assert.deepEqual(plain.bytes.subarray(11, 11 + content.length), content);
}

function sealedRoundTrip(left: Codec, right: Codec, content: Buffer): void {
  const { arena, length } = sealed(left, content);
  assert.equal(length, content.length + 32);
  const moved = arenaWith(right, arena.bytes.subarray(0, length), 3);
  assert.equal(right.sealer(key).open(moved, 3, length), content.length);
  assert.deepEqual(moved.bytes.subarray(19, 19 + content.length), content);
}

/** Unpacks into the middle of an arena and looks whether what lies around is untouched. */
function unpackGuarded(codec: Codec, bytes: Buffer, expected: number): boolean {
  const target = codec.allocate(expected + 10_000);
  target.bytes.fill(guard);
  const done = codec.decompress(arenaWith(codec, bytes), 0, bytes.length, target, 5000, expected);
  const around = [target.bytes.subarray(0, 5000), target.bytes.subarray(5000 + expected)];
  assert.ok(
    around.every((part) => part.every((byte) => byte === guard)),
    'bytes outside were written',
  );
  return done;
}

/** RFC 8439 section 2.5, by the book. */
export function poly1305(macR: Buffer, s: Buffer, message: Buffer): Buffer {
  const prime = (1n << 130n) - 5n;
  const r = littleEndian(macR) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.length))) * r) % prime;
  }
  const tag = (sum + littleEndian(s)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
}
