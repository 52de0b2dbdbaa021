import { parseCarriedFailure, toFailure } from '../domain/carried-failure.ts';
import { Failure } from '../domain/failure.ts';
import type { Answer } from './requests.ts';

/** What a job that was followed to its end came to. @throws {Failure} what it failed with. */
export function outcomeOf({ job, result }: Answer<'follow'>): unknown {
  if (job.state === 'done') return result;
  if (job.failure === undefined) throw new Failure('cancelled', { action: job.kind });
  throw toFailure(parseCarriedFailure(job.failure));
}
