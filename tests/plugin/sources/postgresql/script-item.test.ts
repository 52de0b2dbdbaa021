import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { postgresqlDumpReader } from '../../../../plugin/sources/postgresql/dump-reader.ts';
import {
  itemText,
  readScript,
  rowsEnd,
  rowsHead,
  settingsItem,
  type ScriptItem,
} from '../../../../plugin/sources/postgresql/script-item.ts';
import { nameOf, relationOf } from '../../../../plugin/sources/postgresql/sql-text.ts';
import { failsWith } from '../../../support/failures.ts';

/** In pieces of a few bytes, as they may come out of a repository. */
async function* inPieces(text: string, size: number): AsyncGenerator<Buffer, void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

interface Read {
  readonly kind: string;
  readonly table: string | undefined;
  readonly sql: string;
  readonly rows?: string;
}

async function readAll(text: string, size: number): Promise<Read[]> {
  const found: Read[] = [];
  for await (const item of readScript(inPieces(text, size))) {
    const { kind, table, sql } = item;
    if (!('content' in item)) found.push({ kind, table, sql });
    else {
      const parts: Buffer[] = [];
      for await (const part of item.content) parts.push(Buffer.from(part));
      found.push({ kind, table, sql, rows: Buffer.concat(parts).toString() });
    }
  }
  return found;
}

/** Text that looks like what stands around it. */
const lookalike = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '--larder {"kind":"TABLE","bytes":3}\nabc',
    '\\.',
    '\n\\.\n',
    'COPY x FROM stdin;',
    ';',
    '--',
    'Ω😀\n',
  ),
);
const sqlText = fc.array(lookalike, { minLength: 1, maxLength: 5 }).map((parts) => `SELECT ${parts.join('\n')};`);
const items = fc.record({ kind: fc.constantFrom('TABLE', 'FUNCTION', 'ACL'), name: lookalike, sql: sqlText });
/** As `COPY` writes rows: no end of line within one, and a backslash only before a letter or another. */
const rows = fc.array(
  lookalike.map((text) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')),
  { maxLength: 8 },
);

test('items and rows come out of a file as they went in, whatever they look like and however the bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(items, { maxLength: 4 }),
      rows,
      fc.integer({ min: 1, max: 50 }),
      async (made, lines, size) => {
        const all: ScriptItem[] = made.map((item) => ({ ...item, table: item.name === '' ? undefined : item.name }));
        const copied = lines.map((line) => `${line}\n`).join('');
        const head = rowsHead({ table: 't', columns: ['a"b'], sql: 'COPY public."a\nb" ("a""b") FROM stdin' });
        const text = `${itemText(settingsItem)}${all.map(itemText).join('')}${head}${copied}${rowsEnd}${all.map(itemText).join('')}`;
        const [settings, ...found] = await readAll(text, size);
        assert.equal(settings?.kind, 'settings');
        const expected = all.map(({ kind, table, sql }) => ({ kind, table, sql: sql.trimEnd() }));
        const between = { kind: 'rows', table: 't', sql: 'COPY public."a\nb" ("a""b") FROM stdin', rows: copied };
        assert.deepEqual(found, [...expected, between, ...expected]);
      },
    ),
    { numRuns: 60 },
  );
});

suite('what is no file of a database is damaged', () => {
  const whole = itemText({ kind: 'TABLE', name: 't', table: 't', sql: 'CREATE TABLE t (id int);' });
  const head = rowsHead({ table: 't', columns: ['id'], sql: 'COPY t (id) FROM stdin' });
  const cases = {
    'statements without items': 'DROP TABLE t;\n',
    'a statement behind an item': `${whole}DROP TABLE t;\n`,
    'an item that is cut': whole.slice(0, -5),
    'an item that is longer than it says': whole.replace('"bytes":24', '"bytes":20'),
    'a length below zero': '--larder {"kind":"TABLE","bytes":-1}\n\n',
    'a length that is none': '--larder {"kind":"TABLE","bytes":"9"}\n\n',
    'no length': '--larder {"kind":"TABLE"}\n\n',
    'an enormous length': '--larder {"kind":"TABLE","bytes":9007199254740991}\n\n',
    'a head that is no JSON': '--larder {\n',
    'a head that is a list': '--larder []\n',
    'columns that are none': '--larder {"kind":"rows","table":"t","columns":[1],"bytes":3}\nabc\n',
    'rows that begin as something else': `${head.replace('COPY t', 'DROP t')}${rowsEnd}`,
    'rows that do not end': `${head}1\n2\n`,
    'rows whose end is not at the beginning of a line': `${head}1\n2\\.\n`,
  };
  for (const [what, text] of Object.entries(cases)) {
    for (const size of [1, 7, 1000]) {
      test(`${what}, in pieces of ${size}`, async () => {
        await failsWith('repository-damaged', () => readAll(text, size));
      });
    }
  }
});

test('rows are read as people see them, with columns that are named', async () => {
  const head = rowsHead({ table: 't', columns: ['a', 'b'], sql: 'COPY public.t (a, b) FROM stdin' });
  const text = `${head}1\t\\N\n\\\\N\ttab\\there\\nnew line \\\\.\n\t\n${rowsEnd}`;
  const found: unknown[] = [];
  for await (const { columns, values } of postgresqlDumpReader.readRows(inPieces(text, 3))) {
    assert.deepEqual(columns, ['a', 'b']);
    found.push(values);
  }
  assert.deepEqual(found, [
    ['1', null],
    ['\\N', 'tab\there\nnew line \\.'],
    ['', ''],
  ]);
});

test('columns are found in a definition, also where a default looks like one', () => {
  const definition = `CREATE TABLE public.t (
    id integer NOT NULL,
    "a""b" text DEFAULT 'x,
    fake text'::text,
    CONSTRAINT c CHECK ((id > 0))
);
ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);`;
  const columns = postgresqlDumpReader.columnsOf(definition);
  assert.deepEqual(columns.slice(0, 2), ['id', 'a"b']);
  assert.ok(!columns.includes('c'));
});

test('a table is called so that its schema and name are found again, and no two are called alike', () => {
  const part = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constantFrom('public', 'a.b', '"', '"a".b', '.'));
  fc.assert(
    fc.property(part, part, (schema, name) => {
      assert.deepEqual(relationOf(nameOf({ schema, name })), { schema, name });
    }),
  );
  assert.equal(nameOf({ schema: 'public', name: 'orders' }), 'orders');
  assert.equal(nameOf({ schema: 'sales', name: 'days' }), 'sales.days');
});
