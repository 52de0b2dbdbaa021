import type { FailureCode } from './failure.ts';

/** How a try of a job that failed goes on. */
export type AfterFailure =
  | { readonly step: 'end'; readonly state: 'failed' | 'cancelled' }
  | { readonly step: 'retry'; readonly delayMilliseconds: number };

/** What passes by itself; everything else would fail again in the same way. */
const passing: ReadonlySet<string> = new Set<FailureCode>([
  'repository-locked',
  'destination-unreachable',
  'metadata-unreachable',
  'busy',
]);

/** Half a minute, two minutes, ten. */
const delays = [30_000, 120_000, 600_000];
/** What has to be put back is tried for as long as it takes. */
const lastDelay = 3_600_000;

/**
 * @param failed.attempts how often the job was begun, this try included.
 * @param failed.code of the failure that ended this try.
 * @param failed.childDied when the process ended without an answer. It is tried again at once, also when its owner
 * wants it to stop: a restore that had begun puts things back then. One that could not yet goes on until it can.
 */
export function planAfterFailure(failed: {
  readonly attempts: number;
  readonly code: string;
  readonly childDied: boolean;
  readonly isCancelWanted: boolean;
}): AfterFailure {
  const { attempts, code, childDied, isCancelWanted } = failed;
  const delay = delays[attempts - 1];
  if (childDied && delay !== undefined) return { step: 'retry', delayMilliseconds: 0 };
  if (code === 'half-restored') return { step: 'retry', delayMilliseconds: delay ?? lastDelay };
  if (isCancelWanted || code === 'cancelled') return { step: 'end', state: 'cancelled' };
  if (passing.has(code) && delay !== undefined) return { step: 'retry', delayMilliseconds: delay };
  return { step: 'end', state: 'failed' };
}

const putBackMilliseconds = 6 * 60 * 60 * 1000;

/**
 * How much longer a job that shall stop, and has not, may take.
 * @param progress what it told last, as JSON: one that puts back what it had begun is let finish, within hours.
 */
export function patienceFor(progress: string | undefined): number {
  const told = JSON.parse(progress ?? '{}') as { readonly step?: unknown } | null;
  return told?.step === 'put-back' ? putBackMilliseconds : 0;
}
