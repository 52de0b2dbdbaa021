import type { OpenJob } from '../contracts/job-queue.ts';
import { accountTurn, dueSql, isDue, jobsOf, toOpenJob, type FoundOpenJob, type JobBook } from './job-rows.ts';

const columns = [
  'number',
  'id',
  'generation',
  'account_name',
  'kind',
  'weight',
  'state',
  'fence',
  'attempts',
  'created_at',
  'started_at',
  'is_cancel_wanted',
] as const;

/** `JobQueue.open`. @param limit waiting jobs of each account and weight. */
export async function readOpenJobs(book: JobBook, limit: number): Promise<OpenJob[]> {
  const { connection, now } = book;
  // The columns of the index `jobs_by_state` in its order: in another one SQLite reads all jobs there ever were.
  const place = `ROW_NUMBER() OVER (PARTITION BY state, generation, weight ORDER BY ${dueSql(now)} DESC, number)`;
  const ranked = jobsOf(book)
    .whereIn('state', ['waiting', 'running'])
    .select(...columns, 'server', isDue(book), connection.raw(`${place} AS place`));
  const rows: FoundOpenJob[] = await connection
    .with('ranked', ranked)
    .from('ranked')
    .where({ state: 'running' })
    .orWhere('place', '<=', limit)
    .select(...columns, 'is_due', accountTurn(book, 'ranked'))
    .orderBy('number');
  return rows.map(toOpenJob);
}
