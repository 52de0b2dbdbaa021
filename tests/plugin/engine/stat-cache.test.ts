import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import type { Arena } from '../../../plugin/contracts/codec.ts';
import type { ScratchReader, ScratchWriter } from '../../../plugin/contracts/scratch-file.ts';
import { blockPieces, StatBlock, type BlockParts } from '../../../plugin/engine/stat-block.ts';
import { StatCacheReader, StatCacheWriter, type CacheHeader } from '../../../plugin/engine/stat-cache.ts';
import { digits64, isRacy, row, sameStatus, signed64, unsigned64 } from '../../../plugin/engine/stat-row.ts';
import { statusWords } from '../../../plugin/contracts/file-system.ts';

const entry = fc.record({
  status: fc.int32Array({ minLength: 16, maxLength: 16 }),
  name: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  content: fc.uint8Array({ maxLength: 96 }),
});
const entries = fc.array(entry, { maxLength: 20 });

test('a block gives back every row, name and content', () => {
  fc.assert(
    fc.property(entries, fc.boolean(), (wanted, incomplete) => {
      const parts = partsOf(wanted, incomplete);
      const block = parse(bytesOf(parts));
      assert.ok(block);
      assert.deepEqual(
        [block.rows, block.incomplete, block.tree()],
        [wanted.length, incomplete, parts.tree.toString('hex')],
      );
      wanted.forEach(({ status, name, content }, index) => {
        assert.ok(sameStatus(block.words, block.rowAt(index), Int32Array.from(status)));
        assert.equal(block.compareName(index, Buffer.from(name), 0, name.length), 0);
        assert.deepEqual(block.content(index), Buffer.from(content));
        assert.deepEqual(block.attributes(index), Buffer.from(content.subarray(0, 3)));
      });
    }),
  );
});

test('a block with any byte altered, or cut anywhere, is no block', () => {
  const bytes = bytesOf(partsOf(fc.sample(entries, { numRuns: 1, seed: 5 })[0] ?? [], false));
  assert.equal(bytes.length % 8, 0);
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
    assert.equal(parse(altered), undefined, `byte ${at}`);
    assert.equal(parse(bytes.subarray(0, at)), undefined, `cut at ${at}`);
  }
});

test('a cache gives back its header and every block, however many', () => {
  const file = memoryFile();
  const writer = new StatCacheWriter(file.writer);
  const written = fc
    .sample(entries, { numRuns: 200, seed: 7 })
    .map((some) => ({ some, place: writer.add(partsOf(some, false)) }));
  const large = writer.add(partsOf(manyEntries(5000), true));
  writer.commit(headerWith(large));
  const reader = StatCacheReader.open(file.reader());
  assert.ok(reader);
  assert.deepEqual(reader.header, headerWith(large));
  for (const { some, place } of written) assert.equal(reader.load(place, arenaOf(4096), arenaOf)?.rows, some.length);
  assert.equal(reader.load(large, arenaOf(64), arenaOf)?.rows, 5000);
});

test('a cache whose header has any byte altered is not opened, and its file is closed', () => {
  const file = memoryFile();
  const writer = new StatCacheWriter(file.writer);
  writer.commit(headerWith(writer.add(partsOf([], false))));
  for (let at = 0; at < 256; at++) {
    const original = file.bytes()[at] ?? 0;
    file.bytes()[at] = original ^ 0x10;
    assert.equal(StatCacheReader.open(file.reader()), undefined, `byte ${at}`);
    file.bytes()[at] = original;
  }
  assert.equal(file.open(), 0);
});

test('a cache whose ids of index files are altered or cut is not opened, and its file is closed', () => {
  const file = memoryFile();
  const writer = new StatCacheWriter(file.writer);
  writer.commit(headerWith(writer.add(partsOf([], false))));
  const end = file.bytes().length;
  for (let at = end - 64; at < end; at++) {
    const original = file.bytes()[at] ?? 0;
    file.bytes()[at] = original ^ 0x10;
    assert.equal(StatCacheReader.open(file.reader()), undefined, `byte ${at}`);
    file.bytes()[at] = original;
    const whole = file.reader();
    assert.equal(StatCacheReader.open({ ...whole, sizeBytes: at }), undefined, `cut at ${at}`);
  }
  assert.equal(file.open(), 0);
});

test('a place outside the file, or of no length, holds no block', () => {
  const file = memoryFile();
  const writer = new StatCacheWriter(file.writer);
  writer.commit(headerWith(writer.add(partsOf([], false))));
  const reader = StatCacheReader.open(file.reader());
  for (const [offset, length] of [
    [0, 0],
    [256, -8],
    [1_000_000, 64],
    [256, 1_000_000],
    [0, 64],
    [257, 56],
  ] as const) {
    assert.equal(reader?.load({ offset, length }, arenaOf(4096), arenaOf), undefined);
  }
});

test('64-bit numbers come back from two words', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const words = new Int32Array(new BigInt64Array([value]).buffer);
      assert.equal(digits64(words, 0), BigInt.asUintN(64, value).toString());
      if (value >= 0n && value <= 2n ** 53n) assert.equal(unsigned64(words, 0), Number(value));
      if (value >= -(2n ** 53n) && value <= 2n ** 53n) assert.equal(signed64(words, 0), Number(value));
    }),
  );
});

test('an entry that changed in or after the moment is racy, whatever its modification time says', () => {
  const words = new Int32Array(16);
  for (const [changed, modified, racy] of [
    [99, 5_000_000, false],
    [100, 5, true],
    [101, 5, true],
    [-5, -5, false],
  ] as const) {
    words[statusWords.changedSeconds] = changed;
    words[statusWords.changedSeconds + 1] = changed < 0 ? -1 : 0;
    words[statusWords.modifiedSeconds] = modified;
    assert.equal(isRacy(words, 0, 100), racy);
  }
});

test('a status differs by each of its words but the device, which may be renumbered', () => {
  for (let word = 0; word < statusWords.count; word++) {
    const [left, right] = [new Int32Array(16), new Int32Array(16)];
    right[word] = 1;
    assert.equal(sameStatus(left, 0, right), word >= statusWords.deviceMinor);
  }
});

interface Entry {
  readonly status: Int32Array;
  readonly name: Uint8Array;
  readonly content: Uint8Array;
}

function partsOf(wanted: readonly Entry[], incomplete: boolean): BlockParts {
  const rowWords = new Int32Array(wanted.length * row.words);
  const names: Buffer[] = [];
  const contents: Buffer[] = [];
  let nameAt = 0;
  let contentAt = 0;
  wanted.forEach(({ status, name, content }, index) => {
    const at = index * row.words;
    rowWords.set(status, at);
    rowWords.set(
      [nameAt, name.length, contentAt, content.length, contentAt, Math.min(3, content.length)],
      at + row.nameOffset,
    );
    names.push(Buffer.from(name), Buffer.of(0));
    contents.push(Buffer.from(content));
    nameAt += name.length + 1;
    contentAt += content.length;
  });
  return {
    rowWords,
    rows: wanted.length,
    names: Buffer.concat(names),
    content: Buffer.concat(contents),
    tree: randomBytes(32),
    incomplete,
  };
}

function manyEntries(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => ({
    status: new Int32Array(16).fill(index),
    name: Buffer.from(`name ${index}`),
    content: randomBytes(32),
  }));
}

const bytesOf = (parts: BlockParts): Buffer => Buffer.concat(blockPieces(parts));

function parse(bytes: Buffer): StatBlock | undefined {
  const arena = arenaOf(bytes.length);
  bytes.copy(arena.bytes);
  return StatBlock.parse(arena, bytes.length);
}

const arenaOf = (sizeBytes: number): Arena => ({ bytes: Buffer.alloc(Math.ceil(sizeBytes / 8) * 8), address: 0 });

function headerWith(root: CacheHeader['root']): CacheHeader {
  return {
    snapshotId: '12'.repeat(32),
    tree: '34'.repeat(32),
    homeTree: '56'.repeat(32),
    coverage: 0xdead_beef,
    startedSeconds: 1_790_000_000,
    scope: 0xffff_fffe,
    root,
    rootStatus: Int32Array.from({ length: 16 }, (_, index) => -index),
    indexes: ['78'.repeat(32), '9a'.repeat(32)],
  };
}

/** A scratch file in memory. */
function memoryFile(): { writer: ScratchWriter; reader(): ScratchReader; bytes(): Buffer; open(): number } {
  let bytes = Buffer.alloc(0);
  let open = 0;
  return {
    writer: {
      append: (more) => (bytes = Buffer.concat([bytes, more])),
      overwrite: (part, offset) => void part.copy(bytes, offset),
      commit: () => {},
      discard: () => {},
    },
    reader() {
      open++;
      return {
        sizeBytes: bytes.length,
        read: (target, offset, length) => bytes.copy(target, 0, offset, offset + length),
        close: () => open--,
      };
    },
    bytes: () => bytes,
    open: () => open,
  };
}
