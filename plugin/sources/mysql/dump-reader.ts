import type { DumpReader } from '../../contracts/dump-reader.ts';
import { Failure } from '../../domain/failure.ts';

/** Definitions are held whole, and so is a row with its long values. */
const mostDefinitionBytes = 16 * 1024 * 1024;
const mostRowBytes = 1024 * 1024 * 1024;

/** Reads the text of one table as `mariadb-dump` writes it, a row a line. */
export const mysqlDumpReader: DumpReader = {
  async readDefinition(content) {
    const lines: string[] = [];
    let bytes = 0;
    for await (const line of linesOf(content)) {
      const text = line.toString();
      if (lines.length === 0 && !text.startsWith('CREATE TABLE ')) {
        if (text.startsWith('INSERT INTO ')) return undefined;
        continue;
      }
      lines.push(text);
      bytes += line.length;
      if (bytes > mostDefinitionBytes) throw damaged('its definition is too long');
      if (text.endsWith(';')) return lines.join('\n').slice(0, -1);
    }
    return undefined;
  },
  async *readRows(content) {
    const longValues = new LongValues();
    let columns: readonly string[] | undefined;
    let isInInsert = false;
    for await (const line of linesOf(content)) {
      const text = line.toString();
      if (!isInInsert && longValues.take(text)) continue;
      const found: RegExpExecArray | null | undefined = isInInsert ? undefined : insertPattern.exec(text);
      if (found === null) continue;
      const row: string = found === undefined ? text : text.slice(found[0].length);
      if (found !== undefined) columns = found[1] === undefined ? undefined : splitNames(found[1]);
      if (row !== '') yield { columns, values: readRow(row, longValues) };
      isInInsert = row === '' || row.endsWith(',');
    }
  },
  columnsOf(definition) {
    return definition.split('\n').flatMap((line) => {
      const name = /^ {2}`((?:[^`]|``)*)` /.exec(line)?.[1];
      return name === undefined ? [] : [name.replaceAll('``', '`')];
    });
  },
};

/** What stands before the first row, which may follow on the same line. */
const insertPattern = /^INSERT INTO `(?:[^`]|``)*` (?:\(((?:`(?:[^`]|``)*`(?:, )?)+)\) )?VALUES ?/;

function splitNames(names: string): string[] {
  return [...names.matchAll(/`((?:[^`]|``)*)`/g)].map(([, name = '']) => name.replaceAll('``', '`'));
}

async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    const rest = Buffer.from(chunk.subarray(start));
    bytes += rest.length;
    if (bytes > mostRowBytes) throw damaged('a line is too long');
    parts.push(rest);
  }
  if (bytes > 0) yield Buffer.concat(parts);
}

const value = /(?:_\w+ )?'((?:[^'\\]|''|\\[^])*)'|(NULL)|([^,'()]+)/y;

/** What `long-row.ts` puts together in variables. */
class LongValues {
  /** Of bytes only the first piece keeps its `0x`. */
  readonly #values = new Map<string, string>();

  /** Takes a line that is about such a value. @returns whether it is. */
  take(line: string): boolean {
    if (!line.startsWith('SET @larder_')) return false;
    const [, name = '', expression = ''] = /^SET (@larder_\w+)=([^]*);$/.exec(line) ?? [];
    if (expression.startsWith('NULL')) this.#values.clear();
    else if (!expression.startsWith('IF(')) this.#set(name, expression);
    return true;
  }

  #set(name: string, expression: string): void {
    const [, before, added = expression] = /^CONCAT\((@larder_\w+),([^]*)\)$/.exec(expression) ?? [];
    const value = before === undefined ? '' : this.read(before);
    const [more] = readRow(`(${added})`, this);
    const isBytes = added.startsWith('0x') || (added.startsWith('@') && this.#isBytes);
    if (added.startsWith('0x') || added.startsWith("'")) this.#isBytes = added.startsWith('0x');
    this.#values.set(name, value !== '' && isBytes ? value + (more ?? '').slice(2) : value + (more ?? ''));
  }

  #isBytes = false;

  /** A value that is no variable stands for itself. */
  read(plain: string): string {
    return this.#values.get(plain) ?? plain;
  }
}

/** `(1,'text',NULL,0x00ff),` */
function readRow(line: string, longValues: LongValues): (string | null)[] {
  const row: (string | null)[] = [];
  let at = 1;
  if (line[0] !== '(') throw damaged('something else stands where a row should');
  for (;;) {
    value.lastIndex = at;
    const found = value.exec(line);
    if (found === null) throw damaged('a row does not read as one');
    const [whole, text, isNull, plain] = found;
    row.push(text !== undefined ? unescape(text) : isNull !== undefined ? null : longValues.read(plain ?? ''));
    at += whole.length;
    if (line[at] === ')') return row;
    if (line[at] !== ',') throw damaged('a row does not read as one');
    at += 1;
  }
}

const escapes: { readonly [letter: string]: string | undefined } = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
};

function unescape(text: string): string {
  return text.replaceAll(/\\([^])|''/g, (_, letter?: string) => {
    return letter === undefined ? "'" : (escapes[letter] ?? letter);
  });
}

function damaged(problem: string): Failure<'repository-damaged'> {
  return new Failure('repository-damaged', { object: 'a table of a database', problem });
}
