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

/** The plan that loads into it; undefined for any other database. */
export function planOfIncoming(database: string): string | undefined {
  return database.startsWith(incomingPrefix) ? database.slice(incomingPrefix.length) : undefined;
}

/** Whether nobody but Larder knows of it. */
export function isHiddenDatabase(database: string): boolean {
  return database.startsWith(incomingPrefix) || database.startsWith(outgoingPrefix);
}
