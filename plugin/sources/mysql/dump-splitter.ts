/**
 * Takes what `mariadb-dump` writes apart: one complete `.sql` text for each table. Statements are told apart as the
 * server does, by quotes and not by comments or lines, so that no name and no row can pose as another table. What is
 * not expected ends it: a dump is understood or refused.
 */
import { createHash } from 'node:crypto';
import { nextNumberOf, tableDefinition } from '../../domain/table-definition.ts';
import { DumpInput } from './dump-input.ts';
import { InsertRows } from './insert-rows.ts';
import { sqlBegin, sqlEnd } from './sql-frame.ts';
import { unexpectedDump } from './unexpected-dump.ts';

export interface TableSection {
  readonly kind: 'table' | 'sequence';
  readonly name: string;
  /** A complete `.sql` text; of a sequence only its statements. To be read to its end before the next section. */
  readonly content: AsyncIterable<Buffer>;
  /** Known when the content was read. */
  readonly facts: { rows: number; bytes: number; definitionSha256: string; nextNumber: string | undefined };
}

export interface DumpHeader {
  /** Comment lines in front of the first table, without their ends. */
  readonly comments: string[];
  /** The last comment that says a GTID: names of tables stand in earlier ones. */
  gtidComment: string;
}

export class DumpSplitter {
  readonly #input: DumpInput;
  readonly header: DumpHeader = { comments: [], gtidComment: '' };
  /** A statement that was taken and belongs to what follows. */
  #next: Buffer | undefined;
  #completed = false;
  #isInSection = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#input = new DumpInput(source);
  }

  /** @throws {UnexpectedDump} also when the dump does not say at its end that it is complete. */
  async *sections(): AsyncGenerator<TableSection, void> {
    await this.#readHeader();
    for (let next = this.#next; next !== undefined; next = this.#next) {
      const dropped = parseDrop(next.toString());
      if (dropped === undefined) break;
      this.#isInSection = true;
      yield this.#section(dropped, next);
      if (this.#isInSection) throw new Error('a section was not read to its end');
    }
    await this.#readFooter();
    if (!this.#completed) throw unexpectedDump('it is not complete');
  }

  /** Ends what writes the dump. */
  close(): Promise<void> {
    return this.#input.close();
  }

  async #readHeader(): Promise<void> {
    for (;;) {
      const statement = await this.#take();
      if (statement === undefined) return;
      const text = statement.toString();
      if (text.startsWith('--')) this.header.comments.push(text.trimEnd());
      else if (parseDrop(text) !== undefined || isFooter(text)) {
        this.#next = Buffer.from(statement);
        return;
      } else if (!isSetting(text) && text !== '\n') throw unexpectedStatement(text);
    }
  }

  async #readFooter(): Promise<void> {
    for (let statement = this.#next; statement !== undefined; statement = await this.#take()) {
      const text = statement.toString();
      if (text.startsWith('-- Dump completed')) this.#completed = true;
      else if (!isSetting(text) && !text.startsWith('--') && text !== '\n') throw unexpectedStatement(text);
    }
  }

  #take(): Promise<Buffer | undefined> {
    return this.#input.takeStatement();
  }

  #section({ kind, quoted, name }: Dropped, drop: Buffer): TableSection {
    const facts: TableSection['facts'] = { rows: 0, bytes: 0, definitionSha256: '', nextNumber: undefined };
    const parts = kind === 'table' ? this.#table(quoted, drop, facts) : this.#sequence(quoted, drop, facts);
    return { kind, name, facts, content: this.#counted(parts, facts) };
  }

  async *#counted(parts: AsyncIterable<Buffer>, facts: TableSection['facts']): AsyncGenerator<Buffer, void> {
    for await (const part of parts) {
      facts.bytes += part.length;
      yield part;
    }
    if (facts.definitionSha256 === '') throw unexpectedDump('a table has no definition');
    this.#isInSection = false;
  }

  async *#table(quoted: string, drop: Buffer, facts: TableSection['facts']): AsyncGenerator<Buffer, void> {
    yield sqlBegin;
    yield drop;
    const insert = Buffer.from(`INSERT INTO ${quoted} `);
    for (;;) {
      if (await this.#input.startsWith(insert)) {
        const rows = await InsertRows.begin(this.#input);
        yield* rows.all();
        facts.rows += rows.count;
        continue;
      }
      const statement = await this.#takeWithin(quoted, 'table');
      if (statement === undefined) break;
      if (statement.subarray(0, createTable.length).equals(createTable)) noteDefinition(statement.toString(), facts);
      yield statement;
    }
    yield sqlEnd;
  }

  async *#sequence(quoted: string, drop: Buffer, facts: TableSection['facts']): AsyncGenerator<Buffer, void> {
    yield drop;
    for (;;) {
      const statement = await this.#takeWithin(quoted, 'sequence');
      if (statement === undefined) return;
      if (statement.toString().startsWith('CREATE SEQUENCE')) noteDefinition(statement.toString(), facts);
      yield statement;
    }
  }

  /** The next statement of a table; comments are left out. @returns undefined when what follows is not the table's. */
  async #takeWithin(quoted: string, kind: Dropped['kind']): Promise<Buffer | undefined> {
    for (;;) {
      const statement = await this.#take();
      if (statement === undefined) throw unexpectedDump('it is not complete');
      const text = statement.toString('utf8', 0, Math.min(statement.length, 4096));
      if (text.startsWith(gtidMark)) this.header.gtidComment = text.trimEnd();
      if (text.startsWith('--') || text === '\n') continue;
      if (isFooter(text) || text.startsWith('DROP ')) {
        this.#next = Buffer.from(statement);
        return undefined;
      }
      if (!isOf(text, quoted, kind)) throw unexpectedStatement(text);
      return statement;
    }
  }
}

interface Dropped {
  readonly kind: 'table' | 'sequence';
  /** With backticks. */
  readonly quoted: string;
  readonly name: string;
}

const gtidMark = '-- SET GLOBAL gtid_slave_pos=';
const createTable = Buffer.from('CREATE TABLE ');

function parseDrop(statement: string): Dropped | undefined {
  const found = /^DROP (TABLE|SEQUENCE) IF EXISTS (`((?:[^`]|``)+)`);\n$/.exec(statement);
  if (found === null) return undefined;
  const [, word, quoted = '', name = ''] = found;
  return { kind: word === 'TABLE' ? 'table' : 'sequence', quoted, name: name.replaceAll('``', '`') };
}

/** Whether a statement is one that a dump has for this table. */
function isOf(text: string, quoted: string, kind: Dropped['kind']): boolean {
  if (kind === 'sequence')
    return text.startsWith(`CREATE SEQUENCE ${quoted} `) || text.startsWith(`DO SETVAL(${quoted},`);
  return (
    text.startsWith(`CREATE TABLE ${quoted} (`) ||
    text === `LOCK TABLES ${quoted} WRITE;\n` ||
    text === 'UNLOCK TABLES;\n' ||
    text === `/*!40000 ALTER TABLE ${quoted} DISABLE KEYS */;\n` ||
    text === `/*!40000 ALTER TABLE ${quoted} ENABLE KEYS */;\n` ||
    /^\/\*!40101 SET (@saved_cs_client\s+= @@character_set_client|character_set_client = (\w+|@saved_cs_client)) \*\/;\n$/.test(
      text,
    )
  );
}

/** Settings around everything. */
function isSetting(text: string): boolean {
  return /^\/\*!\d{5} SET [^'`"]*(?:'[\w+:,]*')?[^'`"]* \*\/;\n$/.test(text) || text.startsWith('/*M!999999');
}

function isFooter(text: string): boolean {
  return text === '/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n';
}

function unexpectedStatement(text: string): Error {
  return unexpectedDump(`“${text.slice(0, 60).trimEnd()}” was not expected`);
}

function noteDefinition(statement: string, facts: TableSection['facts']): void {
  const sql = statement.replace(/;\n$/, '');
  facts.definitionSha256 = createHash('sha256').update(tableDefinition(sql)).digest('hex');
  facts.nextNumber = nextNumberOf(sql);
}
