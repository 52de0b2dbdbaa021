import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { indexedPackJson, indexFileJson, parseIndexFile, type IndexedPack } from '../../../plugin/engine/index-file.ts';
import { parseEntries, writeEntry, type PackEntry } from '../../../plugin/engine/pack-header.ts';
import { isFailure } from '../../../plugin/domain/failure.ts';
import { failsWith } from '../../support/failures.ts';

const uint32 = fc.nat(0xffff_ffff);
const hexId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
/** Objects like those of the code. */
const plain = { noNullPrototype: true } as const;
const blobType = fc.constantFrom('data' as const, 'tree' as const);

suite('a pack header', () => {
  test('lists what was written into it, each blob where the one before ends', () => {
    const blobs = fc.array(fc.record({ type: blobType, id: hexId, length: uint32, plainLength: uint32 }, plain), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(blobs, (wanted) => {
        const entries = place(wanted);
        assert.deepEqual(parseEntries(headerOf(entries), 'x'), entries);
      }),
    );
  });

  test('that is cut anywhere within an entry is damaged', async () => {
    const header = headerOf(place([{ type: 'data', id: 'ab'.repeat(32), length: 100, plainLength: 7 }]));
    for (let length = 1; length < header.length; length++) {
      await failsWith('repository-damaged', () => parseEntries(header.subarray(0, length), 'x'));
    }
  });

  test('of random bytes is damaged or parsed, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        onlyDamaged(() => parseEntries(Buffer.from(bytes), 'x'));
      }),
    );
  });
});

function place(
  blobs: readonly { type: 'data' | 'tree'; id: string; length: number; plainLength: number }[],
): PackEntry[] {
  let offset = 0;
  return blobs.map((blob) => {
    const entry = { ...blob, id: Buffer.from(blob.id, 'hex'), offset };
    offset += blob.length;
    return entry;
  });
}

function headerOf(entries: readonly PackEntry[]): Buffer {
  const header = Buffer.alloc(entries.length * 41);
  let at = 0;
  for (const entry of entries) at += writeEntry(header, at, entry);
  return header.subarray(0, at);
}

suite('an index file', () => {
  const blob = fc.record({ id: hexId, type: blobType, offset: uint32, length: uint32, plainLength: uint32 }, plain);
  const pack = fc.record({ id: hexId, blobs: fc.array(blob, { maxLength: 5 }) }, plain);

  test('lists what was written into it', () => {
    fc.assert(
      fc.property(fc.array(pack, { maxLength: 5 }), (packs: IndexedPack[]) => {
        assert.deepEqual(parseIndexFile('x', indexFileJson(packs.map(indexedPackJson))), packs);
      }),
    );
  });

  const id = randomBytes(32).toString('hex');
  const good = { id, type: 'data', offset: 0, length: 40 };
  const hostile: readonly (readonly [string, unknown])[] = [
    ['nothing', ''],
    ['a number', 5],
    ['null', null],
    ['a list', []],
    ['packs that are no list', { packs: { 0: 'x' } }],
    ['packs that are numbers', { packs: [1] }],
    ['a pack without id', { packs: [{ blobs: [] }] }],
    ['a pack whose id is a path', { packs: [{ id: `../${id.slice(3)}`, blobs: [] }] }],
    ['a pack whose id is upper case', { packs: [{ id: 'AB'.repeat(32), blobs: [] }] }],
    ['blobs that are no list', { packs: [{ id, blobs: 'x' }] }],
    ['a blob that is null', { packs: [{ id, blobs: [null] }] }],
    ['a blob of unknown type', { packs: [{ id, blobs: [{ ...good, type: 'index' }] }] }],
    ['a blob with a short id', { packs: [{ id, blobs: [{ ...good, id: 'ab' }] }] }],
    ['a negative offset', { packs: [{ id, blobs: [{ ...good, offset: -1 }] }] }],
    ['half an offset', { packs: [{ id, blobs: [{ ...good, offset: 0.5 }] }] }],
    ['an offset beyond 32 bits', { packs: [{ id, blobs: [{ ...good, offset: 2 ** 32 }] }] }],
    ['a huge length', { packs: [{ id, blobs: [{ ...good, length: 1e300 }] }] }],
    ['a length that is text', { packs: [{ id, blobs: [{ ...good, length: '40' }] }] }],
    ['no length', { packs: [{ id, blobs: [{ ...good, length: undefined }] }] }],
    ['a plain length that is true', { packs: [{ id, blobs: [{ ...good, uncompressed_length: true }] }] }],
  ];
  for (const [title, value] of hostile) {
    test(`with ${title} is damaged`, async () => {
      await failsWith('repository-damaged', () => parseIndexFile('x', value === '' ? '' : JSON.stringify(value)));
    });
  }

  test('that nests a hundred thousand lists is damaged', async () => {
    await failsWith('repository-damaged', () => parseIndexFile('x', `{"packs":${'['.repeat(100_000)}`));
  });

  test('with fields that nobody knows is read', () => {
    const text = JSON.stringify({
      supersedes: [id],
      packs: [{ id, blobs: [{ ...good, more: 1 }], later: {} }],
      x: null,
    });
    assert.equal(parseIndexFile('x', text)[0]?.blobs[0]?.length, 40);
  });

  test('of any JSON is damaged or read, and nothing else', () => {
    const shape = fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ packs: [{ id, blobs: [value] }] })),
    );
    fc.assert(fc.property(shape, (text) => onlyDamaged(() => parseIndexFile('x', text))));
  });
});

function onlyDamaged(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    assert.ok(isFailure(error, 'repository-damaged'), String(error));
  }
}
