import type { InventoryAnswers, InventoryRequest } from './inventory.ts';

/** What of restore points lies elsewhere. */

export type CopiesRequest =
  | CopyRequest
  | InventoryRequest
  | { readonly kind: 'destinations' }
  /** Tries out what a destination can do, and keeps what was found. */
  | { readonly kind: 'destination-test'; readonly destination: string }
  /** Finds the repositories at a destination again, after the metadata was lost. */
  | { readonly kind: 'recover'; readonly destination: string };

export interface CopiesAnswers extends InventoryAnswers {
  copy: { copies: CopyReport[] };
  destinations: { destinations: DestinationLine[] };
  'destination-test': { destination: string; test: DestinationTest };
  recover: { destination: string; repositories: RecoveredLine[] };
}

export interface CopyRequest {
  readonly kind: 'copy';
  readonly account: string | undefined;
  /** Undefined: every destination that holds copies. */
  readonly destination: string | undefined;
  /** Sends again what is no longer there, instead of raising the alarm. */
  readonly repair: boolean;
  /** The other way: what the primary destination lacks is brought back from the copy. */
  readonly back: boolean;
}

/** A repository that was found at a destination, and whether it is an account's now. */
export interface RecoveredLine {
  readonly folder: string;
  readonly account: string | undefined;
  readonly points: number;
  /**
   * `known` before, `attached` now, `former`: another with newer keys is used in its place, which is remembered; else why
   * not. `not-used`: keys were being renewed, and that has not ended. `failed`: see `failure`.
   */
  readonly outcome: 'known' | 'attached' | 'former' | 'not-used' | 'no-key' | 'no-account' | 'damaged' | 'failed';
  /** Set when it failed: a failure code and its facts. */
  readonly failure?: { readonly code: string; readonly facts: { readonly [name: string]: unknown } };
}

/** One account's copy at one destination, after a try to bring it up to date. */
export interface CopyReport {
  readonly account: string;
  readonly destination: string;
  readonly outcome: 'done' | 'failed';
  /** Set when it failed: a failure code and its facts. */
  readonly failure: { readonly code: string; readonly facts: { readonly [name: string]: unknown } } | undefined;
  /** Restore points that the copy holds now. */
  readonly points: number;
  readonly pointsSent: number;
  readonly pointsForgotten: number;
  readonly packsSent: number;
  readonly bytesSent: number;
  /** Until when nobody can delete what these points need; absent where nothing is locked. */
  readonly lockedUntil: string | undefined;
  readonly seconds: number;
}

/** A destination as it is configured, and what is known of it. Never its credentials. */
export interface DestinationLine {
  readonly name: string;
  readonly kind: 'local' | 's3' | 'sftp';
  readonly role: 'primary' | 'secondary' | 'tertiary' | 'archives';
  readonly location: string;
  readonly country: string | undefined;
  readonly provider: string | undefined;
  readonly repositories: number;
  /** When it was last tested, and what was found; undefined: never. */
  readonly tested: DestinationTest | undefined;
}

export interface DestinationTest {
  readonly testedAt: string;
  /** The place that was tried out: what stands in the configuration by now may be another; undefined: it was not written down. */
  readonly location?: string | undefined;
  readonly findings: readonly DestinationFinding[];
  /** What may be said of the place, by what was found. */
  readonly guarantees: {
    /** Of several writers of a new object exactly one wins. */
    readonly exclusiveWrite: boolean;
    /** What is locked could not be deleted. */
    readonly immutable: boolean;
    /** A large upload can be resumed. */
    readonly resumable: boolean;
  };
}

/** `check`: a stable word. `level`: `bad` means that the place cannot be used. */
export interface DestinationFinding {
  readonly check: string;
  readonly level: 'good' | 'warning' | 'bad';
  readonly facts: { readonly [name: string]: string | number };
}
