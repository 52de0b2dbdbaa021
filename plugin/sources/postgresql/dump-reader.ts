import type { DumpedRow, DumpReader } from '../../contracts/dump-reader.ts';
import { Failure } from '../../domain/failure.ts';
import { readScript, type ScriptRows } from './script-item.ts';

/** A row is held whole. */
const mostRowBytes = 1024 * 1024 * 1024;

/** Reads the file of one table. */
export const postgresqlDumpReader: DumpReader = {
  async readDefinition(content) {
    for await (const item of readScript(content)) {
      if (item.kind === 'rows') return undefined;
      if (item.kind === 'definition') return item.sql.replaceAll(/^-- ?/gm, '');
    }
    return undefined;
  },
  async *readRows(content) {
    for await (const item of readScript(content)) if ('content' in item) yield* rowsOf(item);
  },
  columnsOf(definition) {
    const lines = definition.slice(definition.indexOf('(\n') + 2).split('\n');
    const end = lines.findIndex((line) => line.startsWith(')'));
    return lines.slice(0, Math.max(end, 0)).flatMap((line) => {
      const [, quoted, plain] = /^ {4}(?:"((?:[^"]|"")+)"|(?!CONSTRAINT )([a-z_][\w$]*)) /.exec(line) ?? [];
      return quoted?.replaceAll('""', '"') ?? plain ?? [];
    });
  },
};

async function* rowsOf({ columns, content }: ScriptRows): AsyncGenerator<DumpedRow, void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, start)) {
      yield { columns, values: readRow(rest.toString('utf8', start, end)) };
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > mostRowBytes) throw damaged();
  }
  if (rest.length > 0) throw damaged();
}

/** Text of `COPY`: https://www.postgresql.org/docs/15/sql-copy.html, “Text Format”. */
function readRow(line: string): (string | null)[] {
  return line === '' ? [''] : line.split('\t').map((value) => (value === '\\N' ? null : unescape(value)));
}

const escapes: { readonly [letter: string]: string | undefined } = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([^])/g, (_, letter: string) => escapes[letter] ?? letter) : text;
}

function damaged(): Failure<'repository-damaged'> {
  return new Failure('repository-damaged', { object: 'a table of a database', problem: 'a row does not read as one' });
}
