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

/** Why a site is not asked: it could not answer as it does at home, which says nothing about its backup. */
export type SiteHindrance = 'no-php-mysql' | 'other-host' | 'other-engine' | 'no-database' | 'no-user';

/** What a site answered that says nothing about its backup: it let nobody in, or sent on and on. */
export type UntellingAnswer = 'refused' | 'redirected';

/**
 * What became of asking a restored site for its front page: it answered, or not; or it was not asked, because there is no
 * PHP here (`no-php`) or none that knows MySQL (`no-php-mysql`), it cannot be cut off (`no-isolation`), what the site
 * needs is not there (`SiteHindrance`), or others took the time (`too-many`); or its answer told nothing (`UntellingAnswer`).
 */
export type SiteOutcome =
  | 'answered'
  | 'failed'
  | 'no-php'
  | 'no-isolation'
  | 'too-many'
  | SiteHindrance
  | UntellingAnswer;

export function isUnasked({ outcome }: { readonly outcome: SiteOutcome }): boolean {
  return outcome !== 'answered' && outcome !== 'failed';
}

interface Drilled {
  readonly problems: readonly unknown[];
  readonly databases: readonly { readonly outcome: DatabaseOutcome }[];
}

export function drillOutcome({ problems, databases }: Drilled): DrillOutcome {
  if (problems.length > 0 || databases.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return databases.some(isUntried) ? 'files-only' : 'passed';
}

/**
 * What a failed drill says about the backup that it restored: something of it did not come back as it was (`incomplete`);
 * all did, but a site in it lacks something or does not answer (`site`); nothing, because the drill did not come to its end
 * (`undone`).
 */
export type DrillFault = 'incomplete' | 'site' | 'undone';

interface Problem {
  readonly kind: string;
}

/** @param problems of a drill that failed. */
export function drillFault(problems: readonly Problem[]): DrillFault {
  if (problems.length === 0 || problems.some((one) => !isOfSite(one) && !isUndone(one))) return 'incomplete';
  return problems.some(isUndone) ? 'undone' : 'site';
}

/** What says nothing against a restore point: it holds what there was, also where that was no site any more. */
export function isOfSite({ kind }: Problem): boolean {
  return kind === 'required-missing' || kind.startsWith('site-');
}

/** A drill with such a problem did not come to its end, which says nothing about the restore point. */
export function isUndone({ kind }: Problem): boolean {
  return kind === 'stopped' || kind === 'no-space' || kind === 'unfinished';
}

interface Ended {
  readonly problems: readonly Problem[];
  readonly databases: readonly { readonly outcome: DatabaseOutcome }[];
}

/**
 * How deeply a drill that came to its end has looked at the restore point. Where databases were not loaded it is read back as
 * far as its trees, and not proven; where a site does not answer all of it was read, and it is not proven either.
 */
export function drillDepth({ problems, databases }: Ended): 'index' | 'full' | 'drill' {
  if (databases.some(isUntried)) return 'index';
  return problems.some(({ kind }) => kind.startsWith('site-')) ? 'full' : 'drill';
}

export function isUntried({ outcome }: { readonly outcome: DatabaseOutcome }): boolean {
  return outcome !== 'loaded' && outcome !== 'failed';
}

/** When files alone were proven, where that says more than the last time that everything was; else undefined. */
export function newerFilesProof(everything: Date | undefined, filesOnly: Date | undefined): Date | undefined {
  return everything !== undefined && filesOnly !== undefined && everything >= filesOnly ? undefined : filesOnly;
}

/** How long it took until everything was back, by the steps of a drill: what the time that was promised is measured by. */
export function restoringSeconds(steps: readonly { readonly step: string; readonly seconds: number }[]): number {
  const restoring = steps.filter(({ step }) => step === 'restore' || step === 'databases');
  return restoring.reduce((sum, { seconds }) => sum + seconds, 0);
}
