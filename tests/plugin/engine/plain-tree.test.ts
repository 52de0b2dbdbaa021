import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePlainTree } from '../../../plugin/engine/plain-tree.ts';
import { parseTree } from '../../../plugin/engine/tree-reader.ts';

const id = 'ab'.repeat(32);
const blob = (digit: string): string => digit.repeat(64);
const times = '"mtime":"2026-11-18T20:10:05.5Z","atime":"2026-11-18T20:10:05.5Z","ctime":"2026-11-19T20:10:05Z"';
const file = (name: string, more = ''): string =>
  `{"name":"${name}","type":"file","mode":420,${times},"uid":1,"gid":2,"user":"maria","group":"web","inode":77` +
  `,"size":9,"links":1,"content":["${blob('1')}","${blob('2')}"]${more}}`;
const empty = `{"name":"b","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":7,"links":1,"content":[]}`;
const linked = `{"name":"c","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":7,"device_id":9,"size":1,"links":2,"content":["${blob('3')}"]}`;
const folder = `{"name":"d","type":"dir","mode":2147484141,${times},"uid":0,"gid":0,"inode":8,"content":null,"subtree":"${blob('4')}"}`;
const tree = (...nodes: string[]): Buffer => Buffer.from(`{"nodes":[${nodes.join(',')}]}\n`);

const plain = [
  { title: 'no entry', bytes: tree() },
  { title: 'files, an empty one, a hard link, a folder', bytes: tree(file('a'), empty, linked, folder) },
];
for (const { title, bytes } of plain) {
  test(`a plain tree with ${title} is read as its JSON says`, () => {
    assert.deepEqual(parsePlainTree(bytes), parseTree(bytes.toString(), id));
  });
}

const others = [
  { title: 'a name with an escape', bytes: tree(file('a\\\\xe9')) },
  { title: 'a name in Greek', bytes: tree(file('α')) },
  { title: 'extended attributes', bytes: tree(file('a').replace(',"content"', ',"extended_attributes":[],"content"')) },
  { title: 'another time zone', bytes: tree(file('a').replace('19T20:10:05Z', '19T20:10:05+02:00')) },
  { title: 'an unknown field', bytes: tree(file('a', ',"more":1')) },
  { title: 'a folder without a tree', bytes: tree(folder.replace(/,"subtree":"\d+"/, '')) },
  { title: 'a number of twenty digits', bytes: tree(file('a').replace('"inode":77', '"inode":18446744073709551615')) },
  { title: 'something after its end', bytes: Buffer.concat([tree(file('a')), Buffer.from('x')]) },
  { title: 'a missing comma', bytes: Buffer.from(tree(file('a'), empty).toString().replace('},{', '}{')) },
  { title: 'a cut end', bytes: tree(file('a')).subarray(0, 100) },
];
for (const { title, bytes } of others) {
  test(`a tree with ${title} is left to the JSON parser`, () => {
    const isAnotherZone = title === 'another time zone';
    assert.equal(parsePlainTree(bytes) === undefined, !isAnotherZone);
    if (isAnotherZone) assert.deepEqual(parsePlainTree(bytes), parseTree(bytes.toString(), id));
  });
}

test('names do not change when the memory they came from is used again', () => {
  const bytes = tree(file('a'));
  const nodes = parsePlainTree(bytes);
  bytes.fill(0);
  assert.equal(nodes?.[0]?.name.toString(), 'a');
});
