/** One database, as of one moment, as the files that a restore point keeps of it. */
import type { StoredStream, StreamNote } from '../../contracts/stream-folder.ts';
import type { ServerAddress } from '../../domain/configuration.ts';
import { toFileName } from '../../domain/database-name.ts';
import { Failure } from '../../domain/failure.ts';
import { storedNames, type DumpDescription, type StoredTable } from '../../domain/stored-database.ts';
import { definitionsOf } from './definitions-of.ts';
import type { SystemUser } from './peer-socket.ts';
import { planLayout, type Layout, type TableLayout } from './plan-layout.ts';
import {
  nextNumbers,
  readSequences,
  readTables,
  text,
  type CatalogSequence,
  type CatalogTable,
} from './read-catalog.ts';
import { readSchema } from './read-schema.ts';
import { readUsers } from './read-users.ts';
import { itemText, rowsEnd, rowsHead, settingsItem, type ScriptItem } from './script-item.ts';
import { isSqlError, type PgSession, type SqlLogin } from './session.ts';
import { quoteName, quoteTable, quoteText } from './sql-text.ts';
import { UnexpectedDump } from './unexpected-dump.ts';

export interface DatabaseReading {
  /** To the database. */
  readonly session: PgSession;
  readonly server: ServerAddress;
  readonly login: SqlLogin;
  readonly database: string;
  /** Whose process the program is; undefined: this one's own user. */
  readonly user?: SystemUser | undefined;
  readonly now: () => Date;
  /** How long to wait for a table that somebody changes. */
  readonly lockSeconds?: number | undefined;
}

/** @throws {Failure} `database-unreachable`, `database-dump-failed`, `database-changing`. */
export async function* dumpDatabase(
  reading: DatabaseReading,
  signal: AbortSignal,
  note: StreamNote,
): AsyncGenerator<StoredStream, void> {
  try {
    yield* dump(reading, signal, note);
  } catch (error) {
    if (error instanceof Error) throw explain(reading.database, error);
    throw error;
  }
}

/** Whoever reads rows meets what goes wrong with them, not who gave the stream. */
async function* explained(content: AsyncIterable<Buffer>, database: string): AsyncGenerator<Buffer, void> {
  try {
    yield* content;
  } catch (error) {
    if (error instanceof Error) throw explain(database, error);
    throw error;
  }
}

function explain(database: string, error: Error): Error {
  // The last: what is replayed on a replica takes something away under the dump.
  if (isSqlError(error, '42P01', '42703', '3F000', 'XX000', '40001')) {
    return new Failure('database-changing', { database, problem: error.message }, { cause: error });
  }
  if (isSqlError(error)) {
    const problem = error.state === '55P03' ? `somebody holds a table locked: ${error.message}` : error.message;
    return new Failure('database-dump-failed', { database, problem }, { cause: error });
  }
  if (!(error instanceof UnexpectedDump)) return error;
  const problem = `pg_dump wrote something that is not understood: ${error.message}`;
  return new Failure('database-dump-failed', { database, problem }, { cause: error });
}

interface Moment {
  readonly layout: Layout;
  readonly programVersion: string;
  readonly tables: ReadonlyMap<string, CatalogTable>;
  readonly sequences: readonly CatalogSequence[];
  readonly facts: { readonly [column: string]: string | null };
}

async function* dump(
  reading: DatabaseReading,
  signal: AbortSignal,
  note: StreamNote,
): AsyncGenerator<StoredStream, void> {
  const moment = await beginMoment(reading, signal);
  if (moment.facts['largeObjects'] !== '0') note('large-objects-left-out', []);
  const { before, tables, after } = moment.layout;
  yield file(storedNames.before, script(before));
  const stored: StoredTable[] = [];
  const numbers = nextNumbers(moment.sequences);
  for (const table of tables) {
    const reader = new TableReading(reading.session, table, found(reading, moment, table));
    const path = [storedNames.tables, `${toFileName(table.title)}.sql`];
    yield { path, content: explained(reader.content(), reading.database), isText: true };
    stored.push(reader.described(numbers.get(table.title)?.next));
  }
  yield file(storedNames.after, script([...moment.sequences.map(sequenceItem), ...after]));
  yield file(storedNames.definitions, json(definitionsOf(moment.layout)));
  yield file(storedNames.users, json({ users: await readUsers(reading) }));
  await reading.session.run('COMMIT');
  yield file(storedNames.description, json(describe(reading, moment, stored)));
}

function found({ database }: DatabaseReading, { tables }: Moment, { title }: TableLayout): CatalogTable {
  const table = tables.get(title);
  if (table !== undefined) return table;
  throw new Failure('database-changing', { database, problem: `${title} is new` });
}

/**
 * All tables are locked against changes of their form, and only then the moment is chosen: rows of a table that is emptied
 * or rewritten in between would be missing.
 */
async function beginMoment(reading: DatabaseReading, signal: AbortSignal): Promise<Moment> {
  const { session, login, database, user, lockSeconds = 60 } = reading;
  await session.run(`SET lock_timeout = '${lockSeconds}s'`);
  const known = await readTables(session);
  await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  for (const table of known.values()) await session.run(`LOCK TABLE ONLY ${quoteTable(table)} IN ACCESS SHARE MODE`);
  const [facts = {}] = await session.rows(`SELECT pg_export_snapshot() AS snapshot, version() AS version,
      current_setting('server_version') AS "serverVersion", pg_encoding_to_char(d.encoding) AS charset,
      d.datcollate AS collation, (SELECT count(*) FROM pg_largeobject_metadata) AS "largeObjects",
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn,
      pg_is_in_recovery() AS "isReplica"
    FROM pg_database d WHERE d.datname = current_database()`);
  const tables = await readTables(session);
  const added = [...tables.keys()].find((name) => !known.has(name));
  if (added !== undefined) throw new Failure('database-changing', { database, problem: `${added} is new` });
  const order = { server: session.server, login, database, user, snapshot: text(facts, 'snapshot') };
  const { entries, programVersion } = await readSchema(order, signal);
  return { layout: planLayout(entries), programVersion, tables, sequences: await readSequences(session), facts };
}

class TableReading {
  readonly #session: PgSession;
  readonly #table: TableLayout;
  readonly #catalog: CatalogTable;
  #rows = 0;
  #bytes = 0;

  constructor(session: PgSession, table: TableLayout, catalog: CatalogTable) {
    this.#session = session;
    this.#table = table;
    this.#catalog = catalog;
  }

  async *content(): AsyncGenerator<Buffer, void> {
    for await (const part of this.#parts()) {
      this.#bytes += part.length;
      yield part;
    }
  }

  async *#parts(): AsyncGenerator<Buffer, void> {
    const { title, definition, head, foot } = this.#table;
    const told: ScriptItem = { kind: 'definition', name: title, table: title, sql: asComment(definition) };
    yield script([told, ...head]);
    if (this.#catalog.hasRows) yield* this.#rowParts();
    if (foot.length > 0) yield Buffer.from(foot.map(itemText).join(''));
  }

  async *#rowParts(): AsyncGenerator<Buffer, void> {
    const { columns } = this.#catalog;
    const what = `${quoteTable(this.#catalog)} (${columns.map(quoteName).join(', ')})`;
    yield Buffer.from(rowsHead({ table: this.#table.title, columns, sql: `COPY ${what} FROM stdin` }));
    const copy = this.#session.copyOut(`COPY ${what} TO STDOUT`);
    yield* copy.content();
    this.#rows = copy.rows;
    yield Buffer.from(rowsEnd);
  }

  /** When it was read to its end. */
  described(nextNumber: string | undefined): StoredTable {
    const { title, access, definitionSha256 } = this.#table;
    const { name, kind, isConsistent } = { name: title, kind: 'table', isConsistent: true } as const;
    return {
      name,
      kind,
      engine: access,
      rows: this.#rows,
      bytes: this.#bytes,
      definitionSha256,
      isConsistent,
      nextNumber,
    };
  }
}

/** No line of it is a statement, and none ends the comment. */
export function asComment(definition: string): string {
  return definition
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n');
}

function sequenceItem({ schema, name, table, last, isCalled }: CatalogSequence): ScriptItem {
  const sequence = quoteText(quoteTable({ schema, name }));
  const sql = `SELECT pg_catalog.setval(${sequence}, ${BigInt(last)}, ${isCalled});`;
  return { kind: 'SEQUENCE SET', name, table, sql };
}

function describe(
  { database, now }: DatabaseReading,
  { layout, programVersion, facts }: Moment,
  tables: readonly StoredTable[],
): DumpDescription {
  const { routines, views, triggers } = definitionsOf(layout);
  return {
    format: 1,
    engine: 'postgresql',
    name: database,
    dumpedAt: now().toISOString(),
    serverVersion: text(facts, 'serverVersion'),
    program: `pg_dump ${programVersion}`,
    position: { gtid: undefined, binlog: undefined, lsn: text(facts, 'lsn') },
    isFromReplica: facts['isReplica'] === 't',
    charset: text(facts, 'charset'),
    collation: text(facts, 'collation'),
    counts: {
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
      views: views.length,
      routines: routines.length,
      triggers: triggers.length,
      events: 0,
    },
    tables: tables.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    brokenViews: [],
  };
}

function script(items: readonly ScriptItem[]): Buffer {
  return Buffer.from([settingsItem, ...items].map(itemText).join(''));
}

function file(name: string, content: Buffer): StoredStream {
  return { path: [name], content: [content], isText: true };
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}
