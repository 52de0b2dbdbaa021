import type { ZipSink } from '../contracts/zip-writer.ts';
import { parseDatabaseRef } from '../domain/database-name.ts';
import { Failure } from '../domain/failure.ts';
import { storedNames } from '../domain/stored-database.ts';
import { csvLine } from '../domain/csv-line.ts';
import type { StoredDatabase } from '../engine/stored-database.ts';
import type { DatabaseDownload } from '../protocol/databases.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { firstEngine } from './account-databases.ts';
import { findPointOf, openStored } from './database-ground.ts';
import { findAccount } from './find-account.ts';
import { onPlanGround } from './plan-ground.ts';
import { toPointLine } from './restore-points.ts';
import { sendFrom } from './send-from.ts';
import type { Performing, Services } from './services.ts';

/** Clients of before 2024 do not know the first line of a dump, and stop there. */
const sandboxLine = /^\/\*M?!999999\\- enable the sandbox mode \*\/ ?\r?\n/;

/**
 * Sends a database, or some of its tables, as one compressed file of SQL, one table as CSV, or an instance of Redis. The same request on the
 * same restore point makes the same bytes; with `offset` those before it are made again and dropped.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `unknown-database`, `not-found`, `invalid-input`, `cancelled`.
 */
export async function downloadDatabase(
  performing: Performing,
  request: Extract<Request, { kind: 'download' }>,
  wanted: DatabaseDownload,
  sink: ZipSink,
): Promise<Answer<'download'>> {
  if (wanted.format === 'rdb') {
    const { downloadRedis } = await import('./download-redis.ts');
    return downloadRedis(performing, request, wanted.name, sink);
  }
  const { services, signal } = performing;
  const account = await findAccount(services, request.account);
  return onPlanGround(services, account, async (ground) => {
    const ref = parseDatabaseRef(wanted.name, firstEngine(services));
    const snapshot = await findPointOf(ground, request.point, ref);
    const stored = await openStored(ground, snapshot, ref);
    const tables = tablesOf(stored, wanted);
    const content = await formatted(services, stored, { wanted, tables });
    const bytes = await sendFrom(content, { offset: request.offset, sink, signal });
    return {
      account: account.name,
      point: toPointLine(snapshot),
      bytes,
      files: tables.length,
      problems: [],
      problemCount: 0,
    };
  });
}

/** @throws {Failure} `not-found`, `invalid-input`. */
function tablesOf({ description }: StoredDatabase, { name, tables, format }: DatabaseDownload): readonly string[] {
  if (format === 'csv' && tables.length !== 1) {
    throw new Failure('invalid-input', {
      field: 'tables',
      text: String(tables.length),
      hint: 'one table, such as db:shop/orders',
    });
  }
  const there = description.tables.filter(({ kind }) => kind === 'table').map((table) => table.name);
  for (const table of tables) {
    if (!there.includes(table)) throw new Failure('not-found', { path: `${name}/${table}` });
  }
  return tables.length === 0 ? there : there.filter((table) => tables.includes(table));
}

async function formatted(
  services: Services,
  stored: StoredDatabase,
  { wanted, tables }: { readonly wanted: DatabaseDownload; readonly tables: readonly string[] },
): Promise<AsyncIterable<Uint8Array>> {
  const { format, forOldClients } = wanted;
  if (format === 'csv') return csv(services, stored, tables[0] ?? '');
  const sql = sqlOf(stored, tables, { isWhole: wanted.tables.length === 0, forOldClients });
  return services.compressStream(sql, format === 'sql.gz' ? 'gz' : 'zst');
}

/** In the order in which they are loaded. */
async function* sqlOf(
  stored: StoredDatabase,
  tables: readonly string[],
  options: { readonly isWhole: boolean; readonly forOldClients: boolean },
): AsyncGenerator<Uint8Array, void> {
  const whole = (name: string) => (options.isWhole ? [stored.file(name)] : []);
  const files = [
    ...[storedNames.before, storedNames.sequences].flatMap(whole),
    ...tables.map((table) => stored.table(table)),
    ...[storedNames.routines, storedNames.views, storedNames.triggers, storedNames.events, storedNames.after].flatMap(
      whole,
    ),
  ];
  for (const file of files) yield* options.forOldClients ? withoutSandboxLine(file) : file;
}

async function* withoutSandboxLine(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let isFirst = true;
  for await (const chunk of content) {
    const line = isFirst ? sandboxLine.exec(chunk.subarray(0, 200).toString('latin1')) : null;
    isFirst = false;
    yield line === null ? chunk : chunk.subarray(line[0].length);
  }
}

async function* csv(services: Services, stored: StoredDatabase, table: string): AsyncGenerator<Uint8Array, void> {
  const reader = await services.dumpReader(stored.engine);
  const definition = await reader.readDefinition(stored.table(table));
  const all = reader.columnsOf(definition ?? '');
  let isFirst = true;
  for await (const { columns, values } of reader.readRows(stored.table(table))) {
    if (isFirst) yield Buffer.from(csvLine(columns ?? all));
    isFirst = false;
    yield Buffer.from(csvLine(values));
  }
  if (isFirst) yield Buffer.from(csvLine(all));
}
