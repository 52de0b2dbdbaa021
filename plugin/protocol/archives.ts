/** What is asked and told of archives, the second mechanism. */
import type { PassphraseAnswers, PassphraseRequest } from './passphrase.ts';
import type { AccountFailure } from './upkeep.ts';

export type ArchiveRequest =
  /** Makes the next archive of an account, or of all, at the destination for archives. `full`: whatever the last was. */
  | { readonly kind: 'archive'; readonly account: string | undefined; readonly full: boolean }
  /** Which archives there are, oldest first. */
  | { readonly kind: 'archives'; readonly account: string }
  | PassphraseRequest;

export interface ArchiveAnswers extends PassphraseAnswers {
  archive: { archives: ArchiveReport[]; failures: AccountFailure[] };
  archives: { account: string; destination: string; archives: ArchiveLine[] };
}

/** How one archive was made. */
export interface ArchiveReport {
  readonly account: string;
  readonly archive: string;
  readonly kind: 'full' | 'differential';
  /** The full archive that it needs. */
  readonly full: string | undefined;
  readonly files: number;
  readonly bytes: number;
  /** Whose bytes are in this archive itself. */
  readonly filesHere: number;
  readonly bytesHere: number;
  /** How many are in it. */
  readonly databases: number;
  /** What it takes at its destination. */
  readonly storedBytes: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Sealed with the account's own passphrase: this server cannot open it. */
  readonly isOwn?: boolean;
  /** Older ones that went, by the rotation. */
  readonly removed: readonly string[];
}

export interface ArchiveLine {
  readonly archive: string;
  readonly time: string;
  readonly kind: 'full' | 'differential';
  readonly full: string | undefined;
  readonly storedBytes: number;
  /** Sealed with the account's own passphrase: this server cannot open it. */
  readonly isOwn?: boolean;
  /** False: its index is lost, and it is read by its zip alone. */
  readonly hasIndex: boolean;
}
