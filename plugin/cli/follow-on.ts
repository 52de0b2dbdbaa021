import { isFailure } from '../domain/failure.ts';
import { outcomeOf } from '../protocol/job-outcome.ts';
import type { JobLine } from '../protocol/jobs.ts';
import type { Answer, Progress } from '../protocol/requests.ts';
import type { Connection } from './surroundings.ts';

export interface FollowOnTools {
  readonly reconnect: (signal: AbortSignal) => Promise<Connection | undefined>;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits on for a job whose worker went away, at the worker that comes after it, however often that happens.
 * @returns what the job came to; undefined when no worker came. @throws {Failure} what the job failed
 * with; `cancelled` when the signal fired.
 */
export async function followOn(job: JobLine, tools: FollowOnTools): Promise<{ readonly result: unknown } | undefined> {
  for (;;) {
    const connection = await tools.reconnect(tools.signal);
    if (connection === undefined) return undefined;
    const followed = await follow(connection, job, tools);
    if (followed !== undefined) return { result: outcomeOf(followed) };
  }
}

/** @returns undefined when this worker went away too. */
async function follow(
  { performer }: Connection,
  { account, id }: JobLine,
  { onProgress, signal }: FollowOnTools,
): Promise<Answer<'follow'> | undefined> {
  try {
    return await performer.perform<'follow'>({ kind: 'follow', account, job: id }, onProgress, signal);
  } catch (error) {
    if (isFailure(error, 'interrupted')) return undefined;
    throw error;
  }
}
