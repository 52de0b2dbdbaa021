import { waitingLimit, type Job, type NewJob } from '../contracts/job-queue.ts';
import { Failure } from '../domain/failure.ts';
import { parseJobId, type JobId } from '../domain/job.ts';
import { readErrorCode } from '../platform/error-code.ts';
import { jobsOf, readJobs, type JobBook } from './job-rows.ts';

/** `JobQueue.add`. For one call at a time: it counts what waits before it adds. */
export async function addJob(book: JobBook, job: NewJob): Promise<Job> {
  const existing = await findByKey(book, job.uniqueKey);
  if (existing !== undefined) return existing;
  await refuseTooMany(book, job);
  const id = makeId(book);
  try {
    await insert(book, id, job);
  } catch (error) {
    const winner = isDuplicate(error) ? await findByKey(book, job.uniqueKey) : undefined;
    if (winner === undefined) throw error;
    return winner;
  }
  const [added] = await readJobs(book, (jobs) => jobs.where({ id }));
  if (added === undefined) throw new Error(`job ${id} was added and is not there`);
  return added;
}

async function findByKey(book: JobBook, uniqueKey: string | undefined): Promise<Job | undefined> {
  if (uniqueKey === undefined) return undefined;
  const [job] = await readJobs(book, (jobs) => jobs.where({ unique_key: uniqueKey }));
  return job;
}

async function refuseTooMany(book: JobBook, { generation }: NewJob): Promise<void> {
  const waits = jobsOf(book).where({ generation, state: 'waiting' });
  const counted = await waits.count({ waiting: '*' }).first<{ waiting: number } | undefined>();
  const waiting = counted?.waiting ?? 0;
  if (waiting >= waitingLimit) throw new Failure('too-many-jobs', { waiting });
}

async function insert({ connection, server, now }: JobBook, id: JobId, job: NewJob): Promise<void> {
  await connection('jobs').insert({
    id,
    server,
    generation: job.generation,
    account_name: job.accountName,
    kind: job.kind,
    weight: job.weight,
    label: job.label ?? null,
    request: job.request,
    asked_by: job.askedBy,
    unique_key: job.uniqueKey ?? null,
    state: 'waiting',
    fence: 0,
    attempts: 0,
    created_at: connection.raw(now),
    held_from: connection.raw(now),
    held_until: connection.raw(`${now} + ?`, [Math.ceil(job.delayMilliseconds ?? 0)]),
    is_cancel_wanted: 0,
  });
}

/** 32 of them, so that each is as likely; none that people mix up. */
const idCharacters = 'abcdefghjkmnpqrstuvwxyz023456789';

function makeId({ randomBytes }: JobBook): JobId {
  const characters = Array.from(randomBytes(20), (byte) => idCharacters.charAt(byte % idCharacters.length));
  return parseJobId(characters.join(''));
}

function isDuplicate(error: unknown): boolean {
  const code = readErrorCode(error);
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE';
}
