import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../../plugin/domain/failure.ts';
import { nameToJson, textToJson } from '../../../plugin/engine/go-text.ts';
import { detach, PlainNode } from '../../../plugin/engine/tree-plain-node.ts';
import { nodesOfTree, parseTree } from '../../../plugin/engine/tree-reader.ts';
import type { TreeNode } from '../../../plugin/domain/tree-node.ts';

const id = 'ab'.repeat(32);
const blob = (digit: string): string => digit.repeat(64);
const times = '"mtime":"2026-11-18T20:10:05.5Z","atime":"2026-11-18T20:10:05.5Z","ctime":"2026-11-19T20:10:05Z"';
const file = (name: string, more = ''): string =>
  `{"name":"${name}","type":"file","mode":420,${times},"uid":1,"gid":2,"user":"maria","group":"web","inode":77` +
  `,"size":9,"links":1,"content":["${blob('1')}","${blob('2')}"]${more}}`;
const empty = `{"name":"b","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":7,"links":1,"content":[]}`;
const none = empty.replace('"b"', '"b2"').replace('[]', 'null');
const linked = `{"name":"c","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":7,"device_id":9,"size":1,"links":2,"content":["${blob('3')}"]}`;
const folder = `{"name":"d","type":"dir","mode":2147484141,${times},"uid":0,"gid":0,"inode":8,"content":null,"subtree":"${blob('4')}"}`;
const link = `{"name":"e","type":"symlink","mode":134218239,${times},"uid":0,"gid":0,"inode":9,"links":1,"linktarget":"../ά","content":null}`;
const attributes = ',"extended_attributes":[{"name":"user.α","value":"QUI="},{"name":"b","value":""}]';
const tree = (...nodes: string[]): Buffer => Buffer.from(`{"nodes":[${nodes.join(',')}]}\n`);

/** The nodes, or that there are none. */
function outcome(read: () => TreeNode[]): unknown {
  try {
    return read().map(detach);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function agree(bytes: Buffer): void {
  const scanned = outcome(() => nodesOfTree(Buffer.from(bytes), id));
  assert.deepEqual(
    scanned,
    outcome(() => parseTree(bytes.toString('utf8'), id)),
  );
}

const plain = {
  'no entry': tree(),
  'files, empty ones, a hard link, a folder, a link': tree(file('a'), empty, none, linked, folder, link),
  'a name in Greek': tree(file('α')),
  'no newline at its end': tree(file('a')).subarray(0, -1),
  'a size of a terabyte': tree(file('a').replace('"size":9', '"size":1099511627776')),
  'extended attributes': tree(
    file('a').replace(',"content"', `${attributes},"content"`),
    link.replace(',"content"', `${attributes},"content"`),
  ),
  'a time before 1970': tree(file('a').replace('2026-11-18', '1960-01-01')),
};
suite('a tree as restic and Larder write it is read without a JSON parser, and as its JSON says', () => {
  for (const [title, bytes] of Object.entries(plain)) {
    test(title, () => {
      assert.ok(nodesOfTree(bytes, id).every((node) => node instanceof PlainNode));
      agree(bytes);
    });
  }
});

const unusual = {
  'a name with an escape': file('a\\\\xe9'),
  'a name with a zero that is escaped twice': file('a\\\\x00'),
  'a slash in an escape': file('a\\u002fb'),
  'no extended attributes in a list': file('a').replace(',"content"', ',"extended_attributes":[],"content"'),
  'an extended attribute without a value': file('a').replace(
    ',"content"',
    `${attributes.replace('""', 'null')},"content"`,
  ),
  'another time zone': file('a').replace('19T20:10:05Z', '19T20:10:05+02:00'),
  'an unknown field': file('a', ',"more":1'),
  'a field twice': file('a', ',"name":"b"'),
  'spaces between its fields': file('a').replaceAll(',"', ', "'),
  'a folder without a tree': folder.replace(/,"subtree":"\d+"/, ''),
  'a file with a tree': file('a', `,"subtree":"${blob('4')}"`),
  'a number of twenty digits': file('a').replace('"inode":77', '"inode":18446744073709551615'),
  'a number that begins with zero': file('a').replace('"inode":77', '"inode":077'),
  'a number with a fraction': file('a').replace('"size":9', '"size":9.5'),
  'a time that is none': file('a').replaceAll('2026-11-18T20:10:05.5Z', '2026-11-18T25:10:05.5Z'),
  'a time of ten digits': file('a').replaceAll('05.5Z', '05.0123456789Z'),
  'a time without digits after the point': file('a').replaceAll('05.5Z', '05.Z'),
  'a backslash in a time that hides a quote': file('a').replace('"atime":"2026-11-18T20:10:05.5Z"', '"atime":"x\\"'),
  'a content that is no id': file('a').replace('1'.repeat(64), 'A'.repeat(64)),
  'contents without a comma': file('a').replace('","', '""'),
  'contents with a comma at the end': file('a').replace('"]', '",]'),
  'the name of a folder above': file('..'),
  'a name of 256 bytes': file('a'.repeat(256)),
  'a name with a slash': file('a/b'),
  'no name': file(''),
  'a link with bytes that are no text': link.replace('"content"', '"linktarget_raw":"/w==","content"'),
};
suite('a node that is written otherwise is read as its JSON says', () => {
  for (const [title, node] of Object.entries(unusual)) {
    test(title, () => {
      agree(tree(node));
      agree(tree(file('.x'), node, file('zz')));
    });
  }
});

const broken = {
  nothing: Buffer.alloc(0),
  'something after its end': Buffer.concat([tree(file('a')), Buffer.from('x')]),
  'nodes twice': Buffer.from(`{"nodes":[${file('a')}],"nodes":[${file('b')}]}\n`),
  'nodes twice, the first broken': Buffer.from(`{"nodes":[{}],"nodes":[${file('b')}]}\n`),
  'more after its nodes': Buffer.from(`{"nodes":[${file('a')}],"more":1}\n`),
  'spaces between its nodes': Buffer.from(`{"nodes":[${file('a')} , ${file('b')} ] }\n`),
  'a comma at the end': Buffer.from(`{"nodes":[${file('a')},]}\n`),
  'a comma at the beginning': Buffer.from(`{"nodes":[,${file('a')}]}\n`),
  'a missing comma': Buffer.from(tree(file('a'), empty).toString().replace('},{', '}{')),
  'something that is no node': tree(file('a'), '5'),
  'a list for a node': tree(file('a'), '[]'),
  'a cut end': tree(file('a')).subarray(0, 100),
  'names out of order': tree(file('b'), file('a')),
  'names out of order, the second with an escape': tree(file('b'), file('a\\u0026')),
  'a name twice': tree(file('a'), file('a')),
  'a name twice, once in escapes': tree(file('a'), file('\\u0061')),
  'bytes in a name that are no text': Buffer.from(tree(file('a~b')).toString('latin1').replace('~', '\xff'), 'latin1'),
  'half a character before a quote': Buffer.from(tree(file('a~')).toString('latin1').replace('~', '\xce'), 'latin1'),
  'a surrogate in a name': Buffer.from(tree(file('a~')).toString('latin1').replace('~', '\xed\xa0\x80'), 'latin1'),
  'a long form in a name': Buffer.from(tree(file('a~')).toString('latin1').replace('~', '\xc0\xae'), 'latin1'),
};
suite('a tree in another form, or none, is what its JSON says', () => {
  for (const [title, bytes] of Object.entries(broken)) test(title, () => agree(bytes));
});

test('a long tree is what its JSON says, however many of its entries are unusual', () => {
  for (const share of [1, 2, 3, 100]) {
    const names = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(4, '0')}`);
    agree(tree(...names.map((name, index) => file(index % share === 0 ? `${name}\\u0026` : name))));
  }
});

const anyTime = fc
  .tuple(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), fc.constantFrom('', '.5', '.000000001', '.120'))
  .map(([seconds, fraction]) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`);
const anyName = fc.oneof(
  fc.stringMatching(/^[a-z.]{1,6}$/).map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);
const anyCount = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 2 ** 53, 2 ** 64, 999_999_999_999_999));
const anyIds = fc.array(fc.stringMatching(/^[0-9a-f]{64}$/), { maxLength: 3 });
const optional = fc.boolean();
const anyNode = fc
  .record({
    name: anyName,
    type: fc.constantFrom('file', 'file', 'dir', 'symlink', 'fifo'),
    modified: anyTime,
    changed: anyTime,
    counts: fc.tuple(anyCount, anyCount, anyCount, anyCount),
    ids: anyIds,
    some: fc.tuple(optional, optional, optional, optional, optional),
    user: fc.string({ maxLength: 4 }),
  })
  .map(({ name, type, modified, changed, counts: [size, inode, device, uid], ids, some, user }) => {
    const contents: { readonly [type: string]: string } = {
      file: `"content":[${ids.map((item) => `"${item}"`).join(',')}]`,
      dir: `"content":null,"subtree":"${ids[0] ?? blob('7')}"`,
      symlink: `"linktarget":"${textToJson(user)}","content":null`,
      fifo: '"content":null',
    };
    const json =
      `{"name":"${nameToJson(name)}","type":"${type}","mode":420,"mtime":"${modified}","atime":"${modified}"` +
      `,"ctime":"${changed}","uid":${uid},"gid":5${some[0] ? `,"user":"${textToJson(user)}"` : ''},"inode":${inode}` +
      `${some[1] ? `,"device_id":${device}` : ''}${some[2] ? `,"size":${size}` : ''}${some[3] ? ',"links":1' : ''}` +
      `${some[4] ? attributes : ''},${contents[type] ?? ''}}`;
    return { name, json };
  });
const anyTree = fc.array(anyNode, { maxLength: 6 }).map((nodes) => {
  const ordered = nodes.toSorted((left, right) => Buffer.compare(left.name, right.name));
  return tree(...ordered.map(({ json }) => json));
});

test('whatever entries a tree holds, they are read as its JSON says', () => {
  fc.assert(fc.property(anyTree, agree), { numRuns: 1500 });
});

const anyPiece = fc.oneof(
  fc.constantFrom('"', '\\', ',', '{', '}', '[', ']', ':', '0', '-', ' ', '\n', '\\"', '"],"nodes":[', ',{}', 'null'),
  fc.constantFrom(
    '.',
    '..',
    '/',
    '\xff',
    '\xce',
    '\xed\xa0\x80',
    '\x00',
    '\x7f',
    'Z',
    'e5',
    '"subtree":"',
    '"content":[',
  ),
);
const anyDamage = fc.record({ at: fc.nat(), removed: fc.integer({ min: 0, max: 3 }), put: anyPiece });

test('whatever is done to the bytes of a tree, it is what its JSON says, or refused as that is', () => {
  const property = fc.property(anyTree, fc.array(anyDamage, { minLength: 1, maxLength: 3 }), (bytes, damages) => {
    let text = bytes.toString('latin1');
    for (const { at, removed, put } of damages) {
      const place = at % (text.length + 1);
      text = text.slice(0, place) + put + text.slice(place + removed);
    }
    agree(Buffer.from(text, 'latin1'));
  });
  fc.assert(property, { numRuns: 4000 });
});
