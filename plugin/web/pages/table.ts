import { showName } from '../../domain/show-name.ts';
import type { DatabaseDownload } from '../../protocol/databases.ts';
import { nameFromAddress, nameToAddress, visible } from '../paths.ts';
import { toRow } from '../presenters/databases.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { attachment } from './downloads.ts';
import { errorWords } from './error.ts';

/** What is in a database, which staff may not see. */
export const tableRoutes: readonly Route[] = [
  { method: 'GET', path: '/databases/table', access: 'customer', answer: showTable },
  { method: 'GET', path: '/databases/download', access: 'customer', answer: sendDatabase },
];

interface Asked {
  readonly point: string;
  readonly database: string;
  readonly table: string | undefined;
}

function readAsked({ query }: AccountVisit): Asked | undefined {
  const [point, database] = [query('at'), nameFromAddress(query('db'))];
  const table = query('table');
  if (point === undefined || database === undefined) return undefined;
  if (table === undefined) return { point, database, table };
  const name = nameFromAddress(table);
  return name === undefined ? undefined : { point, database, table: name };
}

/** One table: its first rows, and whether it is still made as it was. */
async function showTable(visit: AccountVisit): Promise<Reply> {
  const asked = readAsked(visit);
  if (asked?.table === undefined) return errorWords('missing', 404, visit);
  const { account, ask, link } = visit;
  const { point, database, table } = asked;
  const report = await ask({ kind: 'table', account, point, database, table });
  const at = report.point.id;
  const db = nameToAddress(database);
  return page('table', {
    title: visible(showName(table)),
    row: toRow(report.table, new Set()),
    name: visible(showName(table)),
    database: visible(showName(database)),
    time: report.point.time,
    isSameDefinition: report.table.isSameDefinition,
    columns: report.columns.map((column) => showName(column)),
    sample: report.sample.map((values) => values.map((value) => (value === null ? null : showName(value)))),
    place: { at, db, draft: visit.query('draft') },
    here: link('/databases/table', { at, db, table: nameToAddress(table) }),
  });
}

/** Made while it is sent. Of one table as CSV when `as` says so. */
async function sendDatabase(visit: AccountVisit): Promise<Reply> {
  const asked = readAsked(visit);
  if (asked === undefined) return errorWords('missing', 404, visit);
  const { account, ask, download, query, formats } = visit;
  const { point, database, table } = asked;
  const listed = await ask({ kind: 'databases', account, point });
  if (!listed.databases.some(({ name }) => name === database)) return errorWords('missing', 404, visit);
  const isCsv = query('as') === 'csv' && table !== undefined;
  const wanted: DatabaseDownload = {
    name: database,
    tables: table === undefined ? [] : [table],
    format: isCsv ? 'csv' : 'sql.gz',
    forOldClients: false,
  };
  const name = [database, table, formats.day(listed.point.time)].filter((part) => part !== undefined).join('-');
  return {
    kind: 'bytes',
    headers: {
      'Content-Type': isCsv ? 'text/csv; charset=utf-8' : 'application/gzip',
      'Content-Disposition': attachment(fileName(name, isCsv ? 'csv' : 'sql.gz')),
    },
    async write(sink, signal) {
      const request = { kind: 'download', account, point, paths: [], offset: 0, database: wanted } as const;
      await download(request, sink, signal);
    },
  };
}

/** Harmless wherever it is saved. */
function fileName(name: string, ending: string): string {
  return `${showName(name)
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .slice(0, 120)}.${ending}`;
}
