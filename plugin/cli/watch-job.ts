import { Failure, isFailure } from '../domain/failure.ts';
import type { JobLine } from '../protocol/jobs.ts';
import type { Progress } from '../protocol/requests.ts';

/** Remembers which job a request became. */
export interface WatchedJob {
  readonly see: (progress: Progress) => void;
  /**
   * Who stops waiting does not stop a job.
   * @throws {Failure} `goes-on` for `cancelled` while a job waits or runs; anything else as it is.
   */
  readonly explain: (error: unknown) => Promise<never>;
}

/** @param larder how commands about an account begin. */
export function watchJob(larder: (account: string) => Promise<string>): WatchedJob {
  let seen: JobLine | undefined;
  return {
    see: (progress) => {
      if (progress.kind === 'job') seen = progress.job;
    },
    explain: async (error) => {
      const isOpen = seen?.state === 'waiting' || seen?.state === 'running';
      if (seen === undefined || !isOpen || !isFailure(error, 'cancelled')) throw error;
      const begin = await larder(seen.account);
      const job = seen.id.slice(0, 8);
      const facts = { action: seen.kind, job: seen.id, jobs: `${begin} jobs`, cancel: `${begin} cancel ${job}` };
      throw new Failure('goes-on', facts, { cause: error });
    },
  };
}
