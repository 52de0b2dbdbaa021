import type { Actor } from '../domain/actor.ts';
import type { AccountName, Generation } from '../domain/ids.ts';

/**
 * What people did for accounts, in the metadata database. Entries are only ever added, and each holds the hash of the
 * one before: who changes or removes one breaks the chain. Entries of other servers are unknown here.
 */
export interface Audit {
  /** Adds an entry at the end. @throws {Failure} `metadata-unreachable`: then what it tells of must not be done. */
  add(entry: AuditEntry): Promise<AuditRecord>;

  /** Entries about one account, the newest first. */
  list(generation: Generation, limit: number): Promise<readonly AuditRecord[]>;

  /** Entries about all accounts and the server itself, the newest first. */
  listAll(limit: number): Promise<readonly AuditRecord[]>;

  /**
   * Reads all of it. @returns how many entries there are, and the number of the first that is not as it was written, or
   * that another was removed before. Entries missing at the end show only to who has kept the last hash elsewhere.
   */
  check(): Promise<{ readonly entries: number; readonly lastHash: string; readonly brokenAt: number | undefined }>;
}

export interface AuditEntry {
  readonly at: Date;
  readonly actor: Actor;
  /** That of `serverWork` where it is about no account. */
  readonly generation: Generation;
  readonly accountName: AccountName;
  /** The kind of the request. */
  readonly action: string;
  /** What was asked for: plain JSON, without secrets. */
  readonly details: { readonly [field: string]: unknown };
  /** The job that does it; undefined when it is done at once. */
  readonly jobId: string | undefined;
}

export interface AuditRecord extends AuditEntry {
  /** Its place in the chain, from 1. */
  readonly number: number;
  /** Hex SHA-256 of this entry and the hash of the one before. */
  readonly hash: string;
}
