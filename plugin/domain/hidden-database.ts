/**
 * Names of databases that nobody sees: no panel makes accounts that begin with `~`, so that no grant with a wildcard ever
 * matches one.
 */
const incomingPrefix = '~larder_new_';
const outgoingPrefix = '~larder_old_';

/** Where a plan loads what is to come. */
export function incomingDatabase(plan: string): string {
  return `${incomingPrefix}${plan}`;
}

/** Where a plan keeps what was live before it. */
export function outgoingDatabase(plan: string): string {
  return `${outgoingPrefix}${plan}`;
}

/** The plan whose hidden database this is; undefined for any other. */
export function planOfHidden(database: string): { readonly plan: string; readonly isIncoming: boolean } | undefined {
  for (const [prefix, isIncoming] of [
    [incomingPrefix, true],
    [outgoingPrefix, false],
  ] as const) {
    if (database.startsWith(prefix)) return { plan: database.slice(prefix.length), isIncoming };
  }
  return undefined;
}
