import type { DestinationConfiguration, DestinationRole } from './destination.ts';
import { toKnown, type Known } from './known.ts';

/** What two backups must not share: the same mistake would be in both. */
export type Mechanism = 'repository' | 'archive';

/** What is known of an account's backups at one destination. */
export interface KeptCopy {
  readonly destination: string;
  readonly kind: DestinationConfiguration['kind'];
  readonly role: DestinationRole;
  readonly mechanism: Mechanism;
  readonly country: string | undefined;
  readonly provider: string | undefined;
  readonly isOffsite: Known;
  /** Whether anything of the account was ever put there. */
  readonly isThere: boolean;
  /** Restore points or archives when they were last looked at; undefined: not counted. */
  readonly points: number | undefined;
  /** From when the newest of them is; undefined: not known. */
  readonly newestAt: Date | undefined;
  /** How many somebody else deleted, as it was last looked at. */
  readonly lost: number;
  readonly lock: LockFacts;
}

/** What is known about locks. Only what was really tried may be believed. */
export interface LockFacts {
  /** Whether Larder locks there at all. */
  readonly isSet: boolean;
  /** What the trial of this very place found: it kept what was locked against a real attempt to delete it; undefined: never tried. */
  readonly isProven: boolean | undefined;
  /** Until when all that the newest needs is locked, as it was read back from the place; undefined: not known. */
  readonly until: Date | undefined;
  /** The trial found that this server's key may not delete. Whether it may overwrite nobody has tried. */
  readonly mayNotDelete: boolean;
}

/** What may be said of how safe a copy is from whoever has this server's keys. */
export type Immutability =
  | { readonly state: 'locked'; readonly until: Date }
  /** Nothing keeps it from being deleted. */
  | { readonly state: 'none' }
  /** The lock is over. */
  | { readonly state: 'over'; readonly until: Date }
  /** The place was tried, and what was locked could be deleted. */
  | { readonly state: 'refuted' }
  /** `untried`: the place was never tried. `unread`: no lock was read back. `append-only`: see `mayNotDelete`. */
  | { readonly state: 'unknown'; readonly why: 'untried' | 'unread' | 'append-only' };

export function immutabilityOf({ isSet, isProven, until, mayNotDelete }: LockFacts, now: Date): Immutability {
  if (!isSet) return mayNotDelete ? { state: 'unknown', why: 'append-only' } : { state: 'none' };
  if (isProven === undefined) return { state: 'unknown', why: 'untried' };
  if (!isProven) return { state: 'refuted' };
  if (until === undefined) return { state: 'unknown', why: 'unread' };
  return { state: until > now ? 'locked' : 'over', until };
}

/** How much older than promised a copy may be and still be one: the alarm of late copies is a failure then, too. */
const tolerance = 2;
const hourMilliseconds = 3_600_000;

/** Whether it can be relied upon: something is there, nothing of it was deleted, and it is not too old. */
export function countsAsCopy(
  { isThere, lost, newestAt }: Pick<KeptCopy, 'isThere' | 'lost' | 'newestAt'>,
  { now, rpoHours }: { readonly now: Date; readonly rpoHours: number },
): Known {
  if (!isThere || lost > 0) return 'no';
  if (newestAt === undefined) return 'unknown';
  return toKnown(now.getTime() - newestAt.getTime() <= tolerance * rpoHours * hourMilliseconds);
}

/**
 * Whether a place is elsewhere, by its address. What is reached through this machine itself may be a tunnel: nobody knows
 * where it ends.
 */
export function isOffsite(destination: DestinationConfiguration): Known {
  switch (destination.kind) {
    case 'local':
      return 'no';
    case 's3':
      return isThisMachine(hostOf(destination.endpoint)) ? 'unknown' : 'yes';
    case 'sftp':
      return isThisMachine(destination.host) ? 'unknown' : 'yes';
  }
}

function hostOf(endpoint: string): string {
  return endpoint
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/:\d+$/, '')
    .replaceAll(/[[\]]/g, '');
}

function isThisMachine(host: string): boolean {
  return host === '::1' || /^(localhost|.*\.localhost|127(\.\d{1,3}){3})$/i.test(host);
}
