import { Failure } from '../domain/failure.ts';
import type { DumpReader } from '../contracts/dump-reader.ts';
import type { TableReport } from '../protocol/databases.ts';
import type { Request } from '../protocol/requests.ts';
import { onDatabaseGround } from './database-ground.ts';
import { findAccount } from './find-account.ts';
import { compareTables } from './list-tables.ts';
import { toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';

const mostRows = 20;
const mostCharacters = 200;

/**
 * One table of a restore point: its definition then and now, and its first rows. Reads only the beginning of its file.
 * @throws {Failure} as `listTables`; `not-found` when neither then nor now there is such a table.
 */
export async function lookAtTable(
  { services }: Performing,
  request: Extract<Request, { kind: 'table' }>,
): Promise<TableReport> {
  const account = await findAccount(services, request.account);
  return onDatabaseGround(services, account, request, async (ground) => {
    const table = (await compareTables(ground)).find(({ name }) => name === request.table);
    if (table === undefined) throw new Failure('not-found', { path: `${ground.ref.name}/${request.table}` });
    const reader = await services.dumpReader(ground.ref.engine);
    const isThen = table.mark !== 'new';
    const definition = isThen ? await reader.readDefinition(ground.stored.table(request.table)) : undefined;
    return {
      account: account.name,
      point: toPointLine(ground.snapshot),
      database: ground.ref.name,
      table,
      definition,
      definitionNow: ground.live?.tables.find(({ name }) => name === request.table)?.definition,
      ...(isThen
        ? await sampleOf(reader, ground.stored.table(request.table), definition)
        : { columns: [], sample: [] }),
    };
  });
}

async function sampleOf(reader: DumpReader, content: AsyncIterable<Uint8Array>, definition = '') {
  const sample: (string | null)[][] = [];
  let columns = reader.columnsOf(definition);
  for await (const row of reader.readRows(content)) {
    columns = row.columns ?? columns;
    sample.push(row.values.map((value) => (value === null ? null : cut(value))));
    if (sample.length === mostRows) break;
  }
  return { columns, sample };
}

function cut(value: string): string {
  return value.length <= mostCharacters ? value : `${value.slice(0, mostCharacters).toWellFormed()}…`;
}
