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
    .whereNot({ kind: 'database' })
    .whereIn('generation', connection('accounts').where({ server }).select('generation'));
  const rows: RunRow[] = await connection.with('ranked', ranked).select('*').from('ranked').where({ place: 1 });
  return new Map(rows.map((row) => [parseGeneration(row.generation), toRunRecord(row)]));
}

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
