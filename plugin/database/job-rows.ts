import type { Knex } from 'knex';
import type { Job, OpenJob } from '../contracts/job-queue.ts';
import { parseAccountName, parseGeneration, type ServerId } from '../domain/ids.ts';
import { parseJobId } from '../domain/job.ts';

export interface JobBook {
  readonly connection: Knex;
  readonly server: ServerId;
  /** SQL for the database's time, in milliseconds since 1970. */
  readonly now: string;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (sizeBytes: number) => Buffer;
}

/** As much of table `jobs` as `open` reads: no text that can be long. */
interface OpenJobRow {
  readonly number: number;
  readonly id: string;
  readonly generation: string;
  readonly account_name: string;
  readonly kind: string;
  readonly weight: Job['weight'];
  readonly state: Job['state'];
  readonly fence: number;
  readonly attempts: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly is_cancel_wanted: number;
}

/** Table `jobs`. */
export interface JobRow extends OpenJobRow {
  readonly server: string;
  readonly label: string | null;
  readonly request: string;
  readonly asked_by: string;
  readonly unique_key: string | null;
  readonly turn: number | null;
  readonly held_from: number;
  readonly held_until: number;
  readonly finished_at: number | null;
  readonly holder: string | null;
  readonly progress: string | null;
  readonly result: string | null;
  readonly failure: string | null;
  readonly retry_reasons: string | null;
  readonly undo_until: number | null;
}

/** What `isDue` and `accountTurn` add. */
interface Asked {
  readonly is_due: number;
  readonly account_turn: number;
}

export type FoundOpenJob = OpenJobRow & Asked;
export type FoundJob = JobRow & Asked;

/** Jobs of this server. */
export function jobsOf({ connection, server }: JobBook): Knex.QueryBuilder<JobRow, JobRow[]> {
  return connection<JobRow>('jobs').where({ server });
}

/** The jobs that `choose` leaves, with all that a job tells. */
export async function readJobs(
  book: JobBook,
  choose: (jobs: Knex.QueryBuilder<JobRow, JobRow[]>) => Knex.QueryBuilder<JobRow, JobRow[]>,
): Promise<Job[]> {
  const rows: FoundJob[] = await choose(jobsOf(book)).select('*', isDue(book), accountTurn(book, 'jobs'));
  return rows.map(toJob);
}

/**
 * SQL: waits or runs, and nobody holds it by now. A lease or delay that ends later than twice its length from now was
 * given before the clock was set back: it keeps nobody away either.
 */
export function dueSql(now: string): string {
  return `(state IN ('waiting', 'running') AND (held_until <= ${now} OR 2 * held_from - held_until > ${now}))`;
}

export function isDue({ connection, now }: JobBook): Knex.Raw {
  return connection.raw(`${dueSql(now)} AS is_due`);
}

/** The last turn of the account and weight of each row of `table`. */
export function accountTurn({ connection }: JobBook, table: string): Knex.Raw {
  const same = ['server', 'generation', 'weight'].map((column) => `begun.${column} = ${table}.${column}`).join(' AND ');
  return connection.raw(`COALESCE((SELECT MAX(begun.turn) FROM jobs begun WHERE ${same}), 0) AS account_turn`);
}

export function toOpenJob(row: FoundOpenJob): OpenJob {
  return {
    id: parseJobId(row.id),
    generation: parseGeneration(row.generation),
    accountName: parseAccountName(row.account_name),
    kind: row.kind,
    weight: row.weight,
    state: row.state,
    fence: row.fence,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    startedAt: row.state === 'waiting' ? undefined : toDate(row.started_at),
    isCancelWanted: row.is_cancel_wanted === 1,
    isDue: row.is_due === 1,
    turn: row.account_turn,
  };
}

function toJob(row: FoundJob): Job {
  return {
    ...toOpenJob(row),
    label: row.label ?? undefined,
    request: row.request,
    askedBy: row.asked_by,
    uniqueKey: row.unique_key ?? undefined,
    notBefore: new Date(row.state === 'waiting' ? row.held_until : row.created_at),
    finishedAt: toDate(row.finished_at),
    leaseUntil: row.state === 'running' ? new Date(row.held_until) : undefined,
    holder: row.holder ?? undefined,
    progress: row.progress ?? undefined,
    result: row.result ?? undefined,
    failure: row.failure ?? undefined,
    retryReasons: row.retry_reasons ?? undefined,
    undoUntil: toDate(row.undo_until),
  };
}

function toDate(milliseconds: number | null): Date | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds);
}
