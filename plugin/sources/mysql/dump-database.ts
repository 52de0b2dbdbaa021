/** One database, as of one moment, as the files that a restore point keeps of it. */
import { createHash } from 'node:crypto';
import type { StoredStream, StreamNote } from '../../contracts/stream-folder.ts';
import { toFileName } from '../../domain/database-name.ts';
import { Failure } from '../../domain/failure.ts';
import {
  storedNames,
  type BrokenView,
  type DumpDescription,
  type StoredDefinitions,
  type StoredEvent,
  type StoredTable,
} from '../../domain/stored-database.ts';
import { tableDefinition } from '../../domain/table-definition.ts';
import { isSqlError, type SqlSession } from './admin-session.ts';
import { definitionFiles, inFrame } from './definition-sql.ts';
import { readPosition } from './dump-position.ts';
import { runDump, type DumpOrder } from './dump-process.ts';
import { DumpSplitter, type TableSection } from './dump-splitter.ts';
import { listTables, type ListedTable } from './list-tables.ts';
import { readDefinitions, text } from './read-definitions.ts';
import { readUsers } from './read-users.ts';
import { quoteTable } from './sql-text.ts';
import { UnexpectedDump } from './unexpected-dump.ts';

export interface DatabaseReading {
  /** To the server that rows are read from. */
  readonly session: SqlSession;
  readonly order: Omit<DumpOrder, 'leftOut'>;
  readonly isFromReplica: boolean;
  readonly now: () => Date;
  /** Events as the primary has them, where this is a replica. */
  readonly events: readonly StoredEvent[] | undefined;
}

/** @throws {Failure} `unknown-database`, `database-unreachable`, `database-dump-failed`, `database-changing`. */
export async function* dumpDatabase(
  reading: DatabaseReading,
  signal: AbortSignal,
  note: StreamNote,
): AsyncGenerator<StoredStream, void> {
  try {
    yield* dump(reading, signal, note);
  } catch (error) {
    throw explain(reading.order.database, error);
  }
}

/** Whoever reads rows meets what goes wrong with them, not who gave the stream. */
async function* explained(content: AsyncIterable<Buffer>, database: string): AsyncGenerator<Buffer, void> {
  try {
    yield* content;
  } catch (error) {
    throw explain(database, error);
  }
}

function explain(database: string, error: unknown): unknown {
  if (isSqlError(error))
    return new Failure('database-dump-failed', { database, problem: error.message }, { cause: error });
  if (!(error instanceof UnexpectedDump)) return error;
  const problem = `mariadb-dump wrote something that is not understood: ${error.message}`;
  return new Failure('database-dump-failed', { database, problem }, { cause: error });
}

async function* dump(
  reading: DatabaseReading,
  signal: AbortSignal,
  note: StreamNote,
): AsyncGenerator<StoredStream, void> {
  const before = await look(reading);
  before.broken.forEach(({ name }) => note('view-broken', [name]));
  const splitter = new DumpSplitter(runDump({ ...reading.order, leftOut: before.views }, signal));
  try {
    const read: ReadTables = { tables: [], sequences: [] };
    yield* readTables(reading, before, splitter, read);
    read.tables.filter(({ isConsistent }) => !isConsistent).forEach(({ name }) => note('not-transactional', [name]));
    yield* readTheRest(reading, before, read.sequences);
    yield file(storedNames.description, json(describe(reading, before, splitter, read.tables)));
  } finally {
    await splitter.close();
  }
}

interface ReadTables {
  readonly tables: StoredTable[];
  readonly sequences: string[];
}

async function* readTables(
  { session, order: { database } }: DatabaseReading,
  before: Before,
  splitter: DumpSplitter,
  read: ReadTables,
): AsyncGenerator<StoredStream, void> {
  for await (const section of splitter.sections()) {
    const listed = before.tables.get(section.name);
    if (listed === undefined) throw changing(database, `${section.name} is new`);
    if (section.kind === 'sequence') read.sequences.push(await collect(section.content));
    else yield tableStream({ name: section.name, content: explained(section.content, database) }, listed);
    read.tables.push(await describeTable(session, database, section, listed));
  }
  const known = new Set(read.tables.map(({ name }) => name));
  const missing = [...before.tables.keys()].find((name) => !known.has(name));
  if (missing !== undefined) throw changing(database, `${missing} is gone`);
}

async function* readTheRest(
  { session, order: { database } }: DatabaseReading,
  { definitions }: Before,
  sequences: readonly string[],
): AsyncGenerator<StoredStream, void> {
  if (sequences.length > 0) yield file(storedNames.sequences, inFrame(sequences));
  for (const [name, content] of definitionFiles(definitions)) yield file(name, content);
  yield file(storedNames.definitions, json(definitions));
  yield file(storedNames.users, json({ users: await readUsers(session, database) }));
}

interface Before {
  readonly tables: ReadonlyMap<string, ListedTable>;
  readonly views: readonly string[];
  readonly definitions: StoredDefinitions;
  readonly broken: readonly BrokenView[];
  readonly schema: { readonly version: string; readonly charset: string; readonly collation: string };
}

async function look({ session, order: { database }, events }: DatabaseReading): Promise<Before> {
  const [schema] = await session.rows(
    `SELECT DEFAULT_CHARACTER_SET_NAME AS charset, DEFAULT_COLLATION_NAME AS collation, VERSION() AS version
      FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?`,
    [database],
  );
  if (schema === undefined) throw new Failure('unknown-database', { database, hint: 'larder accounts' });
  const { tables, views } = await listTables(session, database);
  const read = await readDefinitions(session, database);
  const broken = await findBrokenViews(session, database, views);
  const names = new Set(broken.map(({ name }) => name));
  return {
    tables,
    views,
    definitions: {
      ...read,
      events: events ?? read.events,
      views: read.views.map((view) => (names.has(view.name) ? { ...view, columns: [] } : view)),
    },
    broken,
    schema: {
      version: text(schema, 'version'),
      charset: text(schema, 'charset'),
      collation: text(schema, 'collation'),
    },
  };
}

async function findBrokenViews(session: SqlSession, database: string, views: readonly string[]): Promise<BrokenView[]> {
  const broken: BrokenView[] = [];
  for (const name of views) {
    const said = await session.rows(`CHECK TABLE ${quoteTable(database, name)}`);
    const problem = said.find((row) => row['Msg_type']?.toLowerCase() === 'error');
    if (problem !== undefined) broken.push({ name, problem: problem['Msg_text'] ?? '' });
  }
  return broken;
}

function tableStream(
  { name, content }: Pick<TableSection, 'name' | 'content'>,
  { modified }: ListedTable,
): StoredStream {
  return { path: [storedNames.tables, `${toFileName(name)}.sql`], content, isText: true, modified };
}

async function describeTable(
  session: SqlSession,
  database: string,
  { kind, name, facts }: TableSection,
  { engine, isConsistent }: ListedTable,
): Promise<StoredTable> {
  if (kind === 'table') return { name, kind, engine, isConsistent, ...facts };
  const [shown = {}] = await session.rows(`SHOW CREATE TABLE ${quoteTable(database, name)}`);
  const definition = tableDefinition(shown['Create Table'] ?? shown['Table'] ?? '');
  const definitionSha256 = createHash('sha256').update(definition).digest('hex');
  return { name, kind, engine, isConsistent, rows: 0, bytes: 0, definitionSha256, nextNumber: undefined };
}

function describe(
  { order, isFromReplica, now }: DatabaseReading,
  { definitions, broken, schema }: Before,
  { header }: DumpSplitter,
  tables: readonly StoredTable[],
): DumpDescription {
  const { routines, views, triggers, events } = definitions;
  return {
    format: 1,
    engine: 'mysql',
    name: order.database,
    dumpedAt: now().toISOString(),
    serverVersion: schema.version,
    program: (header.comments[0] ?? '').replace(/^-- /, ''),
    position: readPosition([...header.comments, header.gtidComment]),
    isFromReplica,
    charset: schema.charset,
    collation: schema.collation,
    counts: {
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
      views: views.length,
      routines: routines.length,
      triggers: triggers.length,
      events: events.length,
    },
    tables: tables.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    brokenViews: broken,
  };
}

function file(name: string, content: Buffer): StoredStream {
  return { path: [name], content: [content], isText: true };
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}

async function collect(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function changing(database: string, problem: string): Failure {
  return new Failure('database-changing', { database, problem });
}
