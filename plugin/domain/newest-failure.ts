interface EndedRun {
  readonly kind: string;
  readonly failureCode: string | undefined;
}

/**
 * The run by which an account's backups fail at present: the newest of the whole account, or else one of its databases
 * since. What went well of less than was lost hides nothing: a backup of some paths proves nothing of the rest, and one of
 * databases nothing of files.
 * @param runs oldest first. @returns undefined when the newest went well.
 */
export function newestFailure<Run extends EndedRun>(runs: readonly Run[]): Run | undefined {
  const at = runs.findLastIndex(({ kind }) => kind === 'nightly' || kind === 'manual');
  const whole = runs[at];
  if (whole?.failureCode !== undefined) return whole;
  const newest = runs.slice(at + 1).findLast(({ kind }) => kind === 'database');
  return newest?.failureCode === undefined ? undefined : newest;
}
