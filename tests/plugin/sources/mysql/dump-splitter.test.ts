import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { mysqlDumpReader } from '../../../../plugin/sources/mysql/dump-reader.ts';
import { DumpSplitter } from '../../../../plugin/sources/mysql/dump-splitter.ts';

const head = `/*M!999999\\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: shop
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;
-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=451;
`;
const foot = `/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
-- Dump completed
`;

/** A table with its rows in so many statements, as the stock client writes it. */
function tableSql(name: string, statements: readonly (readonly string[])[], columns = ''): string {
  const quoted = `\`${name.replaceAll('`', '``')}\``;
  const inserts = statements.map((rows) => `INSERT INTO ${quoted}${columns} VALUES\n${rows.join(',\n')};\n`);
  return `--
-- Table structure for table ${quoted.replaceAll('\n', '\n-- ')}
--

DROP TABLE IF EXISTS ${quoted};
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE ${quoted} (
  \`id\` int(11) COMMENT 'a;\\n"'
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4;
LOCK TABLES ${quoted} WRITE;
${inserts.join('')}UNLOCK TABLES;
`;
}

interface Section {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly text: string;
}

async function split(dump: string, pieces: readonly number[] = [65_536]): Promise<Section[]> {
  const splitter = new DumpSplitter(cut(Buffer.from(dump), pieces));
  const sections: Section[] = [];
  for await (const { name, content, facts } of splitter.sections()) {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(Buffer.from(part));
    sections.push({ name, text: Buffer.concat(parts).toString(), ...facts });
  }
  return sections;
}

async function* cut(bytes: Buffer, pieces: readonly number[]): AsyncGenerator<Buffer, void> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = pieces[turn % pieces.length] ?? 1;
    yield await Promise.resolve(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
}

/** Rows of a section, whichever statements they stand in. */
const rowsOf = ({ text }: Section): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('('))
    .map((line) => line.slice(0, -1));

const insertsOf = ({ text }: Section): string[] => text.split('INSERT INTO').slice(1);

test('each table is a text of its own, with what dump.json says of it', async () => {
  const [one, two, ...more] = await split(head + tableSql('a', [['(1)', '(2)'], ['(3)']]) + tableSql('b', []) + foot);
  assert.deepEqual(more, []);
  assert.deepEqual([one?.name, one?.rows, two?.name, two?.rows], ['a', 3, 'b', 0]);
  assert.equal(one?.bytes, Buffer.byteLength(one?.text ?? ''));
  assert.match(one?.text ?? '', /INSERT INTO `a` VALUES\n\(1\),\n\(2\),\n\(3\);\n/);
  assert.match(one?.text ?? '', /^\/\*M!999999.*\n[^]*SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS \*\/;\n/);
});

const word = fc.string({
  unit: fc.constantFrom('`', "\\'", '"', ';', '(', ')', ',', '--', ' ', '\\\\', '\\n', 'x', 'ü', '/*', '*/'),
});
const row = fc.tuple(fc.nat(), word).map(([id, text]) => `(${id},'${text}')`);
const statements = fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 5 });
const name = fc
  .string({ unit: fc.constantFrom('a', '`', '\n', ' ', ';', '-', "'", '"', '/', '*', '('), maxLength: 12 })
  .map((text) => `t${text}t`);

test('however the bytes come, whatever rows and names look like, every row is in its table', async () => {
  const tables = fc.uniqueArray(fc.record({ name, statements }), { selector: (table) => table.name, maxLength: 4 });
  const pieces = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(tables, pieces, async (wanted, lengths) => {
      const dump = head + wanted.map((table) => tableSql(table.name, table.statements)).join('') + foot;
      const sections = await split(dump, lengths);
      assert.deepEqual(
        sections.map((section) => [section.name, section.rows]),
        wanted.map((table) => [table.name, table.statements.flat().length]),
      );
      for (const [index, section] of sections.entries()) {
        assert.equal(section.bytes, Buffer.byteLength(section.text));
        const { statements: own = [], name: table = '' } = wanted[index] ?? {};
        if (!table.includes('\n')) assert.deepEqual(rowsOf(section), own.flat());
      }
    }),
    { numRuns: 80 },
  );
});

test('a piece may end right behind a backslash, and the next be a single byte', async () => {
  const [section] = await split(head + tableSql('a', [['(1)']]) + foot, [1]);
  assert.equal(section?.rows, 1);
});

test('the same text comes out whatever pieces it came in', async () => {
  const rows = Array.from({ length: 3000 }, (_, id) => `(${id},'${'x'.repeat(id % 97)}')`);
  const dump = head + tableSql('a', [rows]) + foot;
  const [whole] = await split(dump);
  for (const pieces of [[1000], [7, 65_536], [31]]) assert.deepEqual(await split(dump, pieces), [whole]);
});

test('a changed row moves no other INSERT, wherever the server ends its own', async () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => `(${id},'${'text '.repeat(10)}${id * 7919}')`);
  const changed = rows.with(9000, `(9000,'${'longer than it was '.repeat(9)}')`);
  const [before] = await split(head + tableSql('a', [rows.slice(0, 7000), rows.slice(7000)]) + foot);
  const [after] = await split(head + tableSql('a', [changed.slice(0, 9500), changed.slice(9500)]) + foot);
  assert.ok(before !== undefined && after !== undefined);
  const known = new Set(insertsOf(before));
  assert.ok(known.size > 5, `${known.size} statements`);
  assert.equal(insertsOf(after).filter((text) => !known.has(text)).length, 1);
});

test('a long row without a long value stays as it is', async () => {
  const long = `(1,0x${'AB'.repeat(200_000)})`;
  const [section] = await split(head + tableSql('a', [['(0,0x)', long, '(2,0x)'], [long]]) + foot, [65_536, 1, 2]);
  assert.equal(section?.rows, 4);
  assert.deepEqual(rowsOf(section), ['(0,0x)', long, '(2,0x)', long]);
});

/** What a server does with the statements around a long row, as far as they are those of `long-row.ts`. */
async function readBack({ text }: Section): Promise<(readonly (string | null)[])[]> {
  const rows: (readonly (string | null)[])[] = [];
  for await (const { values } of mysqlDumpReader.readRows(cut(Buffer.from(text), [100_000, 1]))) rows.push(values);
  return rows;
}

suite('a value that no statement could hold', () => {
  const bytes = `0x${'00FF27'.repeat(12_000_000)}`;
  const words = `it\\'s 0x and \\\\ü€😀\\n`.repeat(180_000);
  const dump =
    head +
    tableSql('a', [[`(1,${bytes},'x')`, '(2,NULL,NULL)', `(3,0x,'${words}')`], [`(4,${bytes},'${words}')`]]) +
    foot;

  test('is put together piece by piece, in statements that every server takes', async () => {
    const [section] = await split(dump);
    assert.equal(section?.rows, 4);
    const lines = section?.text.split('\n') ?? [];
    assert.ok(lines.every((line) => line.length < 2 ** 20));
    assert.deepEqual(
      lines.filter((line) => line.startsWith('(')),
      ["(1,@larder_1,'x');", '(2,NULL,NULL);', '(3,0x,@larder_1);', '(4,@larder_1,@larder_2);'],
    );
    assert.equal(lines.filter((line) => line.startsWith('SET @larder_part=NULL')).length, 3);
    assert.ok(
      lines.includes(`SET @larder_1=IF(OCTET_LENGTH(@larder_1)=36000000,@larder_1,(SELECT 1 UNION ALL SELECT 2));`),
    );
  });

  test('is read back whole', async () => {
    const [section] = await split(dump);
    const text = `it's 0x and \\ü€😀\n`.repeat(180_000);
    assert.ok(section !== undefined);
    assert.deepEqual(await readBack(section), [
      ['1', bytes, 'x'],
      ['2', null, null],
      ['3', '0x', text],
      ['4', bytes, text],
    ]);
  });

  test('is the same whatever pieces it came in', async () => {
    const some = head + tableSql('a', [[`(1,0x${'00FF27'.repeat(900_000)},'${words}')`, "(2,0x,'')"]]) + foot;
    const [whole] = await split(some);
    assert.match(whole?.text ?? '', /\(1,@larder_1,@larder_2\);/);
    for (const pieces of [[1_000_003], [70_001, 1], [2 ** 23]]) assert.deepEqual(await split(some, pieces), [whole]);
  });
});

test('many values of which none is long make no statement longer than others', async () => {
  const value = `'${'v'.repeat(300_000)}'`;
  const [section] = await split(
    head + tableSql('a', [[`(${Array.from({ length: 9 }, () => value).join(',')})`]]) + foot,
  );
  const lines = section?.text.split('\n') ?? [];
  assert.ok(lines.every((line) => line.length < 2 ** 21));
  assert.deepEqual(section && (await readBack(section)), [Array.from({ length: 9 }, () => value.slice(1, -1))]);
});

test('columns may be named in front of the rows, and the first row stand behind them', async () => {
  const sql = tableSql('a', [['(1)', '(2)']], ' (`id) VALUES\n(9);\n`, `b`)').replace('VALUES\n(1)', 'VALUES (1)');
  const [section] = await split(head + sql + foot);
  assert.equal(section?.rows, 2);
});

const table = tableSql('a', [['(1)']]);
const refused: readonly [string, string][] = [
  ['without its last line', (head + table + foot).replace('-- Dump completed\n', '')],
  ['cut in a definition', head + table.slice(0, table.indexOf('ENGINE'))],
  ['cut in a row', head + table.slice(0, table.indexOf('(1)') + 2)],
  ['cut between tables', head + table],
  ['with a statement of another table', head + table.replace('UNLOCK TABLES;', 'INSERT INTO `b` VALUES\n(1);') + foot],
  ['with a statement that no dump has', head + table + 'SET GLOBAL x = 1;\n' + foot],
  ['with a statement behind the end', `${head}${table}${foot}DROP TABLE a;\n`],
  ['with something in front', `USE other;\n${head}${table}${foot}`],
  ['with a row that is none', head + table.replace('(1);', '(1);SELECT 1;') + foot],
  ['with a comment that is not one', head + table.replace('-- Table structure', '\\! id') + foot],
  ['that is empty', ''],
];

suite('a dump is refused', () => {
  for (const [what, dump] of refused) {
    test(what, async () => {
      await assert.rejects(split(dump), { name: 'UnexpectedDump' });
    });
  }
});
