import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { visitReferences } from '../../../../plugin/engine/tree-ids.ts';
import { nameToJson } from '../../../../plugin/engine/go-text.ts';
import { failsWith } from '../../../support/failures.ts';

const id = (digit: string): string => digit.repeat(64);

function references(tree: string): string[] {
  const found = new Set<string>();
  visitReferences(Buffer.from(tree), 'tree', (type, reference) => found.add(`${type} ${reference}`));
  return [...found].toSorted();
}

/** What a reader of nodes sees. */
function parsedReferences(tree: string): string[] {
  const nodes = (JSON.parse(tree) as { nodes: { content?: string[] | null; subtree?: string }[] }).nodes;
  const found = nodes.flatMap(({ content, subtree }) => [
    ...(content ?? []).map((reference) => `data ${reference}`),
    ...(subtree === undefined ? [] : [`tree ${subtree}`]),
  ]);
  return [...new Set(found)].toSorted();
}

const meta = '"mode":420,"mtime":"2026-11-20T10:00:00.5Z","uid":20001,"gid":20001,"user":"maria","inode":77';
const file = (name: string, content: readonly string[], more = ''): string =>
  `{"name":"${name}","type":"file",${meta}${more},"content":[${content.map((item) => `"${item}"`).join(',')}]}`;
const folder = (name: string, subtree: string): string =>
  `{"name":"${name}","type":"dir",${meta},"content":null,"subtree":"${subtree}"}`;
const tree = (...nodes: readonly string[]): string => `{"nodes":[${nodes.join(',')}]}\n`;

suite('every reference of a tree is found', () => {
  const trees: Readonly<Record<string, string>> = {
    'no node at all': tree(),
    'a file without content': tree(file('empty', [])),
    'files and folders': tree(file('a', [id('a')]), folder('b', id('b')), file('c', [id('c'), id('d'), id('a')])),
    'extended attributes': tree(
      file('a', [id('a')], ',"extended_attributes":[{"name":"user.x","value":"QUJD"},{"name":"user.y","value":null}]'),
      folder('b', id('b')),
    ),
    'other fields, as newer software writes them': tree(
      file('a', [id('a')], ',"generic_attributes":{"windows.file_attributes":32}'),
      folder('b', id('b')),
    ),
    'spaces and line breaks': JSON.stringify(JSON.parse(tree(file('a', [id('a')]), folder('b', id('b')))), null, 2),
    'another order of fields': `{"nodes":[{"subtree":"${id('b')}","type":"dir","name":"b"},{"content":["${id('a')}"],"type":"file","name":"a"}]}`,
    'keys and ids in escapes': tree(`{"name":"a","type":"dir","sub\\u0074ree":"\\u0061${id('a').slice(1)}"}`),
    'something after the nodes': `{"nodes":[${folder('b', id('b'))}],"more":{"x":1}}`,
    'no nodes, as Go writes an empty list': '{"nodes":null}',
    'a link and a device': tree(
      `{"name":"l","type":"symlink",${meta},"linktarget":"../\\"x","content":null}`,
      folder('b', id('b')),
    ),
  };
  for (const [title, text] of Object.entries(trees)) {
    const expected = text.includes('null}') && !text.includes('[') ? [] : parsedReferences(text);
    test(title, () => assert.deepEqual(references(text), expected));
  }
});

suite('a name like a piece of a tree adds nothing and hides nothing', () => {
  const names = [
    `","subtree":"${id('e')}`,
    `\\","subtree":"${id('e')}","x":"`,
    `","content":["${id('e')}"],"x":"`,
    `x","content":null,"subtree":"${id('e')}"},{"name":"y`,
    '\\',
    '\\\\"',
    `]}\n{"nodes":[`,
    `"content":[`,
    id('e'),
  ];
  for (const name of names) {
    test(JSON.stringify(name), () => {
      const written = nameToJson(Buffer.from(name));
      const text = tree(file(written, [id('a')]), folder(written, id('b')), file('z', [id('c')]));
      assert.deepEqual(references(text), [`data ${id('a')}`, `data ${id('c')}`, `tree ${id('b')}`]);
      const link = `{"name":"l","type":"symlink",${meta},"linktarget":${JSON.stringify(name)},"content":null}`;
      assert.deepEqual(references(tree(link, folder('b', id('b')))), [`tree ${id('b')}`]);
    });
  }
});

const anyId = fc.stringMatching(/^[0-9a-f]{64}$/);
const pieces = fc.constantFrom(
  '"',
  '\\',
  ',',
  '{',
  '}',
  '[',
  ']',
  ':',
  'subtree',
  'content',
  id('e'),
  '\n',
  'é',
  '\xff',
  'name',
);
const anyName = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);
const anyNode = fc.oneof(
  fc
    .record({ name: anyName, content: fc.array(anyId, { maxLength: 3 }) })
    .map(({ name, content }) => file(nameToJson(Buffer.from(name)), content)),
  fc
    .record({ name: anyName, subtree: anyId })
    .map(({ name, subtree }) => folder(nameToJson(Buffer.from(name)), subtree)),
  fc.record({ name: anyName, target: anyName }).map(({ name, target }) => {
    return `{"name":"${nameToJson(Buffer.from(name))}","type":"symlink",${meta},"linktarget":${JSON.stringify(target)},"content":null}`;
  }),
);

test('whatever names and links a tree holds: the references are those that a JSON parser sees', () => {
  fc.assert(
    fc.property(fc.array(anyNode, { maxLength: 8 }), (nodes) => {
      assert.deepEqual(references(tree(...nodes)), parsedReferences(tree(...nodes)));
    }),
    { numRuns: 2000 },
  );
});

test('a file of a hundred thousand pieces is no burden', () => {
  const text = tree(
    file(
      'large',
      Array.from({ length: 100_000 }, () => id('a')),
    ),
    folder('b', id('b')),
  );
  assert.deepEqual(references(text), [`data ${id('a')}`, `tree ${id('b')}`]);
});

suite('what is no tree is refused', () => {
  const broken = [
    '',
    '[]',
    '{}',
    '{"nodes":{}}',
    '{"nodes":[1]}',
    tree(file('a', ['short'])),
    tree(file('a', [id('g')])),
    tree(`{"name":"a","type":"dir","subtree":"${id('A')}"}`),
    tree('{"name":"a","type":"dir"}'),
    tree('{"name":"a","type":"dir","content":null}'),
    tree(file('a', [])).slice(0, -4),
    tree(`{"name":"a","type":"file","content":"${id('a')}"}`),
  ];
  for (const text of broken) {
    test(JSON.stringify(text.slice(0, 60)), async () => {
      await failsWith('repository-damaged', () => references(text));
    });
  }
});
