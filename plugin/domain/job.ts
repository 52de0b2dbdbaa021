import { Failure } from './failure.ts';

/** Names one job: 20 lower-case letters and digits, chosen at random. */
export type JobId = string & { readonly __kind: 'JobId' };

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Small jobs (some files back, a local copy of one folder) never wait behind large ones (a whole account). */
export type JobWeight = 'small' | 'large';

/** @throws {Failure} `invalid-input` unless `text` is 20 lower-case letters and digits. */
export function parseJobId(text: string): JobId {
  if (/^[a-z0-9]{20}$/.test(text)) return text as JobId;
  throw new Failure('invalid-input', { field: 'job', text, hint: 'larder jobs' });
}
