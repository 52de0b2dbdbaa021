/**
 * What a drill came to. `files-only`: the files came back and are right, but databases that belong to them were not loaded,
 * so that nobody knows whether those do.
 */
export type DrillOutcome = 'passed' | 'files-only' | 'failed';

/**
 * What became of one database in a drill: every table and row is there, or not; or it was not loaded, since no server of its
 * kind can be started here (`no-server`), none can be cut off (`no-isolation`), or it was only read back (`compared`).
 */
export type DatabaseOutcome = 'loaded' | 'failed' | 'no-server' | 'no-isolation' | 'compared';

interface Drilled {
  readonly problems: readonly unknown[];
  readonly databases: readonly { readonly outcome: DatabaseOutcome }[];
}

export function drillOutcome({ problems, databases }: Drilled): DrillOutcome {
  if (problems.length > 0 || databases.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return databases.some(isUntried) ? 'files-only' : 'passed';
}

export function isUntried({ outcome }: { readonly outcome: DatabaseOutcome }): boolean {
  return outcome !== 'loaded' && outcome !== 'failed';
}

/** When files alone were proven, where that says more than the last time that everything was; else undefined. */
export function newerFilesProof(everything: Date | undefined, filesOnly: Date | undefined): Date | undefined {
  return everything !== undefined && filesOnly !== undefined && everything >= filesOnly ? undefined : filesOnly;
}
