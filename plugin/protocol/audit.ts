import type { Actor } from '../domain/actor.ts';

/** One thing that somebody did for an account. */
export interface AuditLine {
  /** Its place in the server's chain, from 1. */
  readonly number: number;
  readonly at: string;
  readonly actor: Actor;
  /** `_server` where it is about no account. */
  readonly account: string;
  /** The kind of the request. */
  readonly action: string;
  /** What was asked for. Paths are base64 of their bytes, of long lists there are the first. */
  readonly details: { readonly [field: string]: unknown };
  /** The job that did it. */
  readonly job: string | undefined;
  /** Hex SHA-256 of this entry and the hash of the one before. */
  readonly hash: string;
}

/** Whether the chain is whole. */
export interface AuditChain {
  readonly entries: number;
  /** To be kept elsewhere: entries that are missing at the end do not show without it. */
  readonly lastHash: string;
  /** The first entry that is not as it was written, or that follows one that is missing. */
  readonly brokenAt: number | undefined;
}
