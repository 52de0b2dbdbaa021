import type { Knex } from 'knex';
import type { RunRecord } from '../contracts/records.ts';
import { parseGeneration, parseSnapshotId, type Generation } from '../domain/ids.ts';
import type { AccountBook } from './accounts.ts';

export interface RunRow {
  readonly generation: string;
  readonly finished_at: number;
  readonly run_id: string;
  readonly started_at: number;
  readonly destination: string;
  readonly kind: RunRecord['kind'];
  readonly snapshot_id: string | null;
  readonly failure_code: string | null;
  readonly files_total: number;
  readonly bytes_total: number;
  readonly bytes_added: number;
  readonly skipped: number;
}

export async function addRun({ connection, randomBytes }: AccountBook, run: RunRecord): Promise<void> {
  await connection<RunRow>('runs').insert(toRunRow(run, randomBytes(16).toString('hex')));
}

export function toRunRow(run: RunRecord, id: string): RunRow {
  return {
    generation: run.generation,
    finished_at: run.finishedAt.getTime(),
    run_id: id,
    started_at: run.startedAt.getTime(),
    destination: run.destination,
    kind: run.kind,
    snapshot_id: run.snapshotId ?? null,
    failure_code: run.failureCode ?? null,
    files_total: run.filesTotal,
    bytes_total: run.bytesTotal,
    bytes_added: run.bytesAdded,
    skipped: run.skipped,
  };
}

/** The newest successful run of each account of this server. */
export async function lastRuns({ connection, server }: AccountBook): Promise<Map<Generation, RunRecord>> {
  const newestFirst = (window: Knex.QueryBuilder): void => {
    void window.partitionBy('generation').orderBy([
      { column: 'finished_at', order: 'desc' },
      { column: 'started_at', order: 'desc' },
      { column: 'run_id', order: 'desc' },
    ]);
  };
  const ranked = connection('runs')
    .select('*')
    .rowNumber('place', newestFirst)
    .whereNull('failure_code')
    .whereNotIn('kind', ['database', 'partial'])
    .whereIn('generation', connection('accounts').where({ server }).select('generation'));
  const rows: RunRow[] = await connection.with('ranked', ranked).select('*').from('ranked').where({ place: 1 });
  return new Map(rows.map((row) => [parseGeneration(row.generation), toRunRecord(row)]));
}

/** Oldest first. */
export async function listRuns({ connection, server }: AccountBook, since: Date): Promise<RunRecord[]> {
  const rows: RunRow[] = await connection('runs')
    .where('finished_at', '>=', since.getTime())
    .whereIn('generation', connection('accounts').where({ server }).select('generation'))
    .orderBy([{ column: 'finished_at' }, { column: 'run_id' }])
    .select('*');
  return rows.map(toRunRecord);
}

/** Of each account the newest stays, whatever became of it, and the newest that succeeded. */
export async function removeRunsBefore(book: AccountBook, time: Date): Promise<void> {
  const { connection, server } = book;
  const own = () => connection('accounts').where({ server }).select('generation');
  const newest: { readonly generation: string; readonly newest: number }[] = await connection('runs')
    .whereIn('generation', own())
    .groupBy('generation')
    .select('generation', connection.raw('MAX(finished_at) AS newest'));
  const good = await lastRuns(book);
  const old: Pick<RunRow, 'generation' | 'finished_at' | 'run_id'>[] = await connection('runs')
    .where('finished_at', '<', time.getTime())
    .whereIn('generation', own())
    .select('generation', 'finished_at', 'run_id');
  const kept = new Set([
    ...newest.map((row) => `${row.generation} ${row.newest}`),
    ...[...good].map(([generation, run]) => `${generation} ${run.finishedAt.getTime()}`),
  ]);
  const gone = old.filter((row) => !kept.has(`${row.generation} ${row.finished_at}`)).map(({ run_id }) => run_id);
  for (let from = 0; from < gone.length; from += rowsPerStatement) {
    await connection('runs')
      .whereIn('run_id', gone.slice(from, from + rowsPerStatement))
      .delete();
  }
}

const rowsPerStatement = 200;

export function toRunRecord(row: RunRow): RunRecord {
  return {
    generation: parseGeneration(row.generation),
    destination: row.destination,
    kind: row.kind,
    startedAt: new Date(row.started_at),
    finishedAt: new Date(row.finished_at),
    snapshotId: row.snapshot_id === null ? undefined : parseSnapshotId(row.snapshot_id),
    failureCode: row.failure_code ?? undefined,
    filesTotal: row.files_total,
    bytesTotal: row.bytes_total,
    bytesAdded: row.bytes_added,
    skipped: row.skipped,
  };
}
