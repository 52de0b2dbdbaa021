import type { DestinationConfiguration, DestinationRole } from '../domain/destination.ts';
import type { Immutability, Mechanism } from '../domain/kept-copy.ts';
import type { Known } from '../domain/known.ts';
import type { InventoryRules, MissingCopy } from '../domain/plan-inventory.ts';
import type { FormerLine } from './keys.ts';

/** Where backups are kept, and how that stands against 3-2-1 and what is promised beyond. */

export type InventoryRequest =
  /** Of one account. Never an address, a bucket or a key. */
  { readonly kind: 'inventory'; readonly account: string } | { readonly kind: 'server-inventory' };

export interface InventoryAnswers {
  inventory: AccountInventory;
  'server-inventory': { accounts: AccountInventory[]; recovery: RecoveryKeys };
}

/** The keys that are kept off the server, for the day on which it is gone. */
export interface RecoveryKeys {
  readonly count: number;
  /** How many of them were proven lately to open everything. */
  readonly proven: number;
  /** When one of them last was; undefined: never. */
  readonly lastAt: string | undefined;
}

export interface AccountInventory {
  readonly account: string;
  readonly rpoHours: number;
  /** With the live data; only those that can be relied upon. */
  readonly copies: number;
  readonly mechanisms: readonly Mechanism[];
  /** Of copies that are elsewhere, as the configuration says. */
  readonly countries: readonly string[];
  readonly places: readonly PlaceLine[];
  readonly rules: InventoryRules;
  readonly missing: readonly MissingCopy[];
  /** What keys from before a renewal still open; undefined: nothing. */
  readonly former?: readonly FormerLine[] | undefined;
}

/** What one destination holds of an account, as it was last looked at. */
export interface PlaceLine {
  readonly destination: string;
  readonly kind: DestinationConfiguration['kind'];
  readonly role: DestinationRole;
  readonly mechanism: Mechanism;
  readonly country: string | undefined;
  readonly provider: string | undefined;
  readonly offsite: Known;
  /** Whether it can be relied upon: something is there, nothing of it was deleted, and it is not too old. */
  readonly counts: Known;
  /** Restore points or archives; undefined where they are not counted. */
  readonly points: number | undefined;
  readonly newestAt: string | undefined;
  /** How many somebody deleted. */
  readonly lost: number;
  readonly immutability: ImmutabilityLine;
  /** When the place was last tried out; undefined: never, or it is another place now. */
  readonly testedAt: string | undefined;
}

/** `until`: with `locked` and `over`. `why`: with `unknown`. */
export interface ImmutabilityLine {
  readonly state: Immutability['state'];
  readonly until: string | undefined;
  readonly why: Extract<Immutability, { state: 'unknown' }>['why'] | undefined;
}
