import type { Generation } from '../domain/ids.ts';

/**
 * Login links and sessions, kept only as SHA-256 of their secrets, in the metadata database. Those of other servers are
 * unknown here.
 */
export interface Sessions {
  /** Remembers a login link. @param secretHash hex SHA-256 of its secret. */
  addLogin(secretHash: string, grant: SessionGrant, expiresAt: Date): Promise<void>;
  /**
   * Consumes a login link: of any number of callers at once exactly one gets the grant. @returns undefined when it is
   * unknown, used or expired at `now`.
   */
  useLogin(secretHash: string, now: Date): Promise<SessionGrant | undefined>;
  add(secretHash: string, grant: SessionGrant, times: SessionTimes): Promise<void>;
  /**
   * @returns undefined when it is unknown, ended, idle for too long or expired at `now`; else its idle time begins anew,
   * to the second.
   */
  use(secretHash: string, now: Date): Promise<OpenSession | undefined>;
  end(secretHash: string): Promise<void>;
  /** Forgets what has expired. */
  removeExpired(now: Date): Promise<void>;
}

export interface OpenSession {
  readonly grant: SessionGrant;
  readonly expiresAt: Date;
}

export interface SessionTimes {
  readonly startsAt: Date;
  readonly expiresAt: Date;
  readonly idleMilliseconds: number;
}

/** What a login link or session allows. */
export type SessionGrant =
  | { readonly role: 'account'; readonly generation: Generation }
  | {
      readonly role: 'staff';
      readonly generation: Generation;
      readonly staff: string;
      readonly ticket: string;
      readonly reason: string;
    }
  | { readonly role: 'admin'; readonly staff: string };
