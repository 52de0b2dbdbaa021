import { Failure, isFailure } from '../domain/failure.ts';
import type { JobLine } from '../protocol/jobs.ts';
import type { Progress } from '../protocol/requests.ts';
import type { FollowOnTools } from './follow-on.ts';

/** Remembers which job a request became. */
export interface WatchedJob {
  readonly see: (progress: Progress) => void;
  /**
   * Who stops waiting does not stop a job, nor does a worker that goes away: it is waited for at the next one.
   * @returns what the job came to all the same.
   * @throws {Failure} `goes-on` while a job waits or runs and nobody waits for it any more; anything else as it is.
   */
  readonly explain: (error: unknown) => Promise<unknown>;
}

export interface JobWatching extends FollowOnTools {
  /** How commands about an account begin. */
  readonly larder: (account: string) => Promise<string>;
  /** Told when the worker has gone away and is looked for. */
  readonly onLost: () => void;
}

export function watchJob(watching: JobWatching): WatchedJob {
  let seen: JobLine | undefined;
  const see = (progress: Progress): void => {
    if (progress.kind === 'job') seen = progress.job;
    watching.onProgress(progress);
  };
  return {
    see,
    explain: async (error) => {
      if (seen === undefined || !isOpen(seen) || !isFailure(error)) throw error;
      if (error.code === 'interrupted') {
        watching.onLost();
        const { followOn } = await import('./follow-on.ts');
        const found = await followOn(seen, { ...watching, onProgress: see }).catch(unlessCancelled);
        if (found !== undefined) return found.result;
      } else if (error.code !== 'cancelled') throw error;
      throw await goesOn(seen, error, watching);
    },
  };
}

function isOpen({ state }: JobLine): boolean {
  return state === 'waiting' || state === 'running';
}

function unlessCancelled(error: unknown): undefined {
  if (!isFailure(error, 'cancelled')) throw error;
}

async function goesOn(job: JobLine, cause: unknown, { larder }: JobWatching): Promise<Failure<'goes-on'>> {
  const begin = await larder(job.account);
  const facts = {
    action: job.kind,
    job: job.id,
    jobs: `${begin} jobs`,
    cancel: `${begin} cancel ${job.id.slice(0, 8)}`,
  };
  return new Failure('goes-on', facts, { cause });
}
